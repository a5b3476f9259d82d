/**
 * Where a store keeps its bytes: named files that grow at their end. Files on a disk, memory, a browser's database.
 *
 * What is appended is seen by `read` at once and survives the end of the process; it survives the end of the machine
 * once `sync` has resolved. Until then any part of it may be lost, parts in the middle too: whoever reads checks.
 */
export interface Medium {
  /** For messages: the folder, the database. */
  readonly name: string
  /** Names of all files, in no order. */
  list(): readonly string[]
  size(file: string): number
  /** A copy of `length` bytes; fewer when the file ends before. */
  read(file: string, from: number, length: number): Uint8Array
  /** Adds bytes at the end; the first call makes the file. Throws when not all were added; some may have been. */
  append(file: string, bytes: Uint8Array): void
  /**
   * The same for a file that may be made of an old one, whose bytes then follow: the last `mark` bytes, by which a
   * reader knows where it ends, are overwritten by what is added next. Such a file is always added to in this way.
   */
  appendOver?(file: string, bytes: Uint8Array, mark: number): void
  /** Resolves when everything appended to the file so far, and its name, is durable. */
  sync(file: string): Promise<void>
  /** The same, at once, where the medium can. */
  syncNow?(file: string): void
  /** Nothing more will be appended or synced. */
  finish?(file: string): void
  /** No error when there is none. */
  remove(file: string): void
  /** Claims the medium for this writer. @throws StoreError (E_LOCKED) while another one, that still lives, has it. */
  lock(): void
  unlock(): void
  /** Gives everything back, the lock too. Resolves when nothing is under way any more. */
  close(): Promise<void>
}
