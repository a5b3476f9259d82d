import type { Medium } from '../medium/medium.ts'

/** What a file of a store holds. */
export type FileKind = 'checkpoints' | 'events' | 'edits' | 'rejected'

/** A file of a store; numbers grow with every new file, whatever its kind, and seed its checksums. */
export interface StoreFile {
  readonly name: string
  readonly kind: FileKind
  readonly number: number
}

export function fileOf(kind: FileKind, number: number): StoreFile {
  return { name: `${kind}-${String(number).padStart(8, '0')}.eddy`, kind, number }
}

/** Removes a file whose first write has failed: on a full disk there would soon be thousands, each of them open. */
export function abandon(medium: Medium, { name }: StoreFile): void {
  try {
    medium.remove(name)
  } catch {
    // It stays behind, and is found to hold nothing.
  }
}

const pattern = /^(checkpoints|events|edits|rejected)-(\d{8,15})\.eddy$/

/** The files of a store among all names of a medium, the oldest first. */
export function storeFiles(names: readonly string[]): readonly StoreFile[] {
  return names.flatMap((name) => {
    const [, kind, number] = pattern.exec(name) ?? []
    return kind === undefined ? [] : [{ name, kind: kind as FileKind, number: Number(number) }]
  }).sort((a, b) => a.number - b.number)
}
