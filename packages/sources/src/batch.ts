import type { Malformed } from './malformed.ts'
import type { Position } from './position.ts'
import type { Revision } from './schema/column.ts'

/** Something to tell between two records. */
export type Note =
  | { readonly kind: 'malformed'; readonly malformed: Malformed }
  | { readonly kind: 'revision'; readonly revision: Revision }
  /** A value of this column that is not of the kind first assumed. */
  | { readonly kind: 'contradiction'; readonly column: number }

/** Records that came together, in order. What to do with each is the same as if it had come alone. */
export class Batch<R> {
  readonly records: R[] = []
  readonly #numbers: number[] = []
  readonly #bytes: number[] = []
  readonly #lines: number[] = []
  readonly #ids: (string | undefined)[] = []
  /** Ascending by `before`, the index of the record that they come before. */
  readonly notes: { readonly before: number; readonly note: Note }[] = []
  /** How many of the notes were told. */
  told = 0
  /** After its last record and whatever malformed ones follow. */
  end: Position

  constructor(start: Position) {
    this.end = start
  }

  get length(): number {
    return this.records.length
  }

  /** Adds a record: its number among the received, from 1, and the bytes and lines before the next one. */
  add(record: R, number: number, bytes = 0, lines = 0, id?: string): void {
    this.records.push(record)
    this.#numbers.push(number)
    this.#bytes.push(bytes)
    this.#lines.push(lines)
    if (id !== undefined) this.#ids[this.records.length - 1] = id
  }

  note(note: Note): void {
    this.notes.push({ before: this.records.length, note })
  }

  /** Takes on the notes of a batch that had no records and stood before this one. */
  follow({ notes }: Batch<R>): void {
    this.notes.unshift(...notes)
  }

  /** The place just after `records[index]`: a source that starts there begins with the next record. */
  positionAfter(index: number): Position {
    const id = this.#ids[index]
    const place = { records: this.#numbers[index]!, bytes: this.#bytes[index]!, lines: this.#lines[index]! }
    if (id !== undefined) return { ...place, id }
    const { open, bytes } = this.end
    return open !== undefined && place.bytes === bytes ? { ...place, open } : place
  }
}
