import type { SourceRecord } from '@eddy/sources'
import { decode, encode, type Store } from '@eddy/store'

/** A record that was rejected, as it is kept in the checkpoint folder. */
export interface RejectedRow {
  /** Among all records of the source, from 1. */
  readonly number: number
  /** What the event is called. */
  readonly name: string | null
  readonly code: string
  /** The field that is to blame, as a JSON path. */
  readonly path: string
  readonly reason: string
  /** Where it failed, and in which phase. */
  readonly node: string
  readonly phase: string
  /** The record, encoded, or the text that could not be read; of either the beginning, when it is long. */
  readonly bytes: Uint8Array
  readonly isText: boolean
  /** Bytes of the whole. */
  readonly length: number
}

/** What is written down: a row, or that rows are void. */
type Note = RejectedRow | { readonly begins: true } | { readonly gone: readonly number[] }

const bytesMax = 4096
const rowsMax = 100_000
const allBytesMax = 64 << 20

/** The record as the bytes of a row. */
export function bytesOfRecord(record: SourceRecord): Pick<RejectedRow, 'bytes' | 'isText' | 'length'> {
  const bytes = encode(record, { ordered: true })
  return { bytes: bytes.subarray(0, bytesMax), isText: false, length: bytes.length }
}

/** The record of a row; null when only its beginning was kept, or it was never one. */
export function recordOf({ bytes, isText, length }: RejectedRow): SourceRecord | null {
  return isText || bytes.length < length ? null : decode(bytes, { where: 'a rejected record' }) as SourceRecord
}

/** Writes rows to a store: a bounded number of them, counts are kept elsewhere and never bounded. */
export class RejectedNotes {
  readonly #store: Store
  #rows = 0
  #bytes = 0

  constructor(store: Store) {
    this.#store = store
    for (const note of store.rejectedNotes() as Iterable<Note>) if ('number' in note) this.#count(note)
  }

  /** All rows before are void: learning begins anew. */
  begin(): void {
    if (this.#rows > 0) this.#store.noteRejected({ begins: true } satisfies Note)
  }

  add(row: RejectedRow): void {
    if (this.#rows >= rowsMax || this.#bytes >= allBytesMax) return
    this.#count(row)
    this.#store.noteRejected(row)
  }

  /** These were taken back, as if they had never come. */
  drop(numbers: readonly number[]): void {
    this.#store.noteRejected({ gone: [...numbers] } satisfies Note)
  }

  #count({ bytes }: RejectedRow): void {
    this.#rows++
    this.#bytes += bytes.length
  }
}

/** The rows of a store, by number; one that was written again counts once. Without those learned later on. */
export function rejectedRows(store: Store, retried: readonly number[]): readonly RejectedRow[] {
  const rows = new Map<number, RejectedRow>()
  for (const note of store.rejectedNotes() as Iterable<Note>) {
    if ('begins' in note) rows.clear()
    else if ('gone' in note) for (const number of note.gone) rows.delete(number)
    else rows.set(note.number, note)
  }
  for (const number of retried) rows.delete(number)
  return [...rows.values()].sort((a, b) => a.number - b.number)
}
