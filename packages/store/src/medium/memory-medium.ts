import { ValueError } from '@eddy/tensor'
import { StoreError } from '../errors.ts'
import type { Medium } from './medium.ts'

/** What a memory medium holds, to be opened again by another one. */
export type MemoryFiles = Map<string, Uint8Array>

interface Growing {
  bytes: Uint8Array
  length: number
}

/**
 * Keeps everything in memory: for tests, and for pages that want undo without durability. `files` are what another one
 * has left behind; they are copied.
 */
export function memoryMedium(files: ReadonlyMap<string, Uint8Array> = new Map()): MemoryMedium {
  if (!(files instanceof Map) || ![...files.values()].every((bytes) => bytes instanceof Uint8Array)) {
    throw new ValueError({
      what: 'these are no files', where: 'memoryMedium', got: files, wanted: 'a Map of names and their bytes',
      hint: 'Give the files of another one, or leave them out.',
    })
  }
  return new MemoryMedium(files)
}

export class MemoryMedium implements Medium {
  readonly name = 'memory'
  readonly #files = new Map<string, Growing>()
  #isLocked = false

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    for (const [name, bytes] of files) this.#files.set(name, { bytes: bytes.slice(), length: bytes.length })
  }

  /** A copy of all files. */
  get files(): MemoryFiles {
    return new Map([...this.#files].map(([name, { bytes, length }]) => [name, bytes.slice(0, length)]))
  }

  list(): readonly string[] {
    return [...this.#files.keys()]
  }

  size(file: string): number {
    return this.#files.get(file)?.length ?? 0
  }

  read(file: string, from: number, length: number): Uint8Array {
    const { bytes, length: end } = this.#files.get(file) ?? { bytes: new Uint8Array(0), length: 0 }
    return bytes.slice(from, Math.min(end, from + length))
  }

  append(file: string, bytes: Uint8Array): void {
    const own = this.#files.get(file) ?? { bytes: new Uint8Array(Math.max(64, bytes.length)), length: 0 }
    const length = own.length + bytes.length
    if (length > own.bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * own.bytes.length))
      grown.set(own.bytes.subarray(0, own.length))
      own.bytes = grown
    }
    own.bytes.set(bytes, own.length)
    own.length = length
    this.#files.set(file, own)
  }

  sync(): Promise<void> {
    return Promise.resolve()
  }

  syncNow(): void {}

  remove(file: string): void {
    this.#files.delete(file)
  }

  lock(): void {
    if (this.#isLocked) {
      throw new StoreError({
        code: 'E_LOCKED', what: 'another store writes here', where: this.name, hint: 'Close it first.',
      })
    }
    this.#isLocked = true
  }

  unlock(): void {
    this.#isLocked = false
  }

  close(): Promise<void> {
    this.unlock()
    return Promise.resolve()
  }
}
