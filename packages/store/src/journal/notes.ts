import { ByteWriter } from '../format/byte-writer.ts'
import { decode } from '../format/decode.ts'
import { encodeInto } from '../format/encode.ts'
import { frameKinds, framesIn, isIntact, putFrame } from '../format/frame.ts'
import type { Medium } from '../medium/medium.ts'
import type { Damage } from './damage.ts'
import { abandon, type FileKind, fileOf, type StoreFile } from './file-names.ts'

const fileBytes = 2 ** 20

/** Writes small values one by one, `copies` times each. A new file begins with every writer, and when one is large. */
export class NoteWriter {
  file: StoreFile | null = null
  readonly #medium: Medium
  readonly #kind: FileKind
  readonly #number: () => number
  readonly #copies: number
  readonly #writer = new ByteWriter(256)
  #length = 0

  constructor(medium: Medium, kind: FileKind, number: () => number, copies = 1) {
    this.#medium = medium
    this.#kind = kind
    this.#number = number
    this.#copies = copies
  }

  /** @throws StoreError; what was written before stands. */
  append(value: unknown): void {
    if (this.file === null || this.#length > fileBytes) {
      this.file = fileOf(this.#kind, this.#number())
      this.#length = 0
    }
    const { file } = this
    const { name, number } = file
    this.#writer.clear()
    for (let k = 0; k < this.#copies; k++) {
      putFrame(this.#writer, frameKinds.note, number, () => encodeInto(this.#writer, value))
    }
    try {
      this.#medium.append(name, this.#writer.written)
    } catch (error) {
      this.file = null
      if (this.#length === 0) abandon(this.#medium, file)
      throw error
    }
    this.#length += this.#writer.length
  }
}

/** All notes of a kind in the order they were written; damaged ones are told and left out. */
export function* readNotes(
  medium: Medium, files: readonly StoreFile[], kind: FileKind, damaged: (damage: Damage) => void = () => {},
): Generator<unknown> {
  for (const { note } of readNotesOf(medium, files, kind, damaged)) yield note
}

/** The same, with the names of their files. */
export function* readNotesOf(
  medium: Medium, files: readonly StoreFile[], kind: FileKind, damaged: (damage: Damage) => void = () => {},
): Generator<{ readonly file: string; readonly note: unknown }> {
  for (const file of files) {
    if (file.kind !== kind) continue
    const bytes = medium.read(file.name, 0, medium.size(file.name))
    for (const frame of framesIn(bytes, file.name, ({ at }) => damaged({ file: file.name, at, what: 'no frame' }))) {
      if (frame.kind !== frameKinds.note) continue
      if (isIntact(bytes, frame, file.number)) {
        const note = decode(bytes.subarray(frame.from, frame.to), { where: file.name, base: frame.from })
        yield { file: file.name, note }
      } else damaged({ file: file.name, at: frame.at, what: 'a note' })
    }
  }
}
