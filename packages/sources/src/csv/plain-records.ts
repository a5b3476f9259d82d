import { Row, setField, type SourceRecord } from '../row.ts'
import { PlainNumber } from '../schema/plain-number.ts'
import type { ColumnReader } from './column-reader.ts'

const space = 32
const carriageReturn = 13

/** Reads records without quotes in one pass, number by number, as long as nothing about them is unusual. */
export class PlainRecords {
  readonly #readers: readonly ColumnReader[]
  readonly #delimiter: number
  readonly #number = new PlainNumber()

  constructor(readers: readonly ColumnReader[], delimiter: number) {
    this.#readers = readers
    this.#delimiter = delimiter
  }

  /** Null when the record has to be looked at closely; then nothing has changed. */
  read(bytes: Uint8Array, from: number, to: number, records: number): SourceRecord | null {
    const readers = this.#readers
    const delimiter = this.#delimiter
    const number = this.#number
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to
    const row = new Row()
    let at = from
    for (let k = 0; k < readers.length; k++) {
      if (k > 0) {
        if (at >= end) return null
        at++
      }
      const reader = readers[k]!
      const { point } = reader
      if (point !== delimiter && (reader.kind === 'number' || reader.kind === 'mixed')) {
        const value = number.read(bytes, at, end, point)
        if (value === value && (number.end === end || bytes[number.end] === delimiter)) {
          setField(row, k, reader.name, value)
          at = number.end
          continue
        }
      }
      let first = at
      while (at < end && bytes[at] !== delimiter) at++
      let last = at
      while (first < last && bytes[first] === space) first++
      while (first < last && bytes[last - 1] === space) last--
      setField(row, k, reader.name, reader.read(bytes, first, last, records))
      if (reader.fault !== null || reader.contradiction !== null) {
        reader.rollback()
        return null
      }
    }
    return at === end ? row : null
  }
}
