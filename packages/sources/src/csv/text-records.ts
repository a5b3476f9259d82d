import { ByteWindow } from '../bytes/byte-window.ts'
import { Framer } from '../bytes/framer.ts'
import { FieldSplitter } from './field-splitter.ts'

const fieldsMax = 10_000
const decoder = new TextDecoder()

/** A record of a sample as texts, and where it begins. */
export interface TextRecord {
  readonly fields: readonly string[]
  readonly offset: number
}

/** The records of a sample, as far as they can be framed. `isWhole`: nothing follows the sample. */
export function* textRecords(
  sample: Uint8Array, delimiter: number, recordBytesMax: number, isWhole: boolean,
): Generator<TextRecord, void> {
  const window = new ByteWindow()
  window.append(sample)
  const framer = new Framer(window, recordBytesMax, delimiter)
  for (let frame = framer.next(isWhole); frame !== 'wait'; frame = framer.next(isWhole)) {
    if (frame !== 'record') continue
    yield { fields: fieldsOf(window.bytes.subarray(framer.from, framer.to), delimiter), offset: framer.offset }
  }
}

/** The fields of one record. */
export function fieldsOf(record: Uint8Array, delimiter: number): string[] {
  const splitter = new FieldSplitter(delimiter, fieldsMax)
  const count = Math.min(splitter.split(record, 0, record.length, true), fieldsMax)
  return Array.from({ length: count }, (_, k) => decoder.decode(record.subarray(splitter.from[k]!, splitter.to[k]!)))
}
