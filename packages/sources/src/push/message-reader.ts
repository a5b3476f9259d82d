import type { Batch } from '../batch.ts'
import { decodeStrictly } from '../bytes/decode.ts'
import type { RecordOptions } from '../csv/csv-options.ts'
import { JsonFault, readJsonRecord } from '../json/read-json-record.ts'
import { rawBytesMax } from '../malformed.ts'
import type { Position } from '../position.ts'
import { recordBytesDefault, tooLong } from '../record-parser.ts'
import type { SourceRecord } from '../row.ts'

const encoder = new TextEncoder()
const none = new Uint8Array(0)

/** Turns messages, each one JSON object, into records. */
export class MessageReader {
  readonly #source: string
  readonly #recordBytesMax: number
  #received: number

  constructor(source: string, { recordBytesMax = recordBytesDefault }: RecordOptions, from: Position) {
    this.#source = source
    this.#recordBytesMax = recordBytesMax
    this.#received = from.records
  }

  /** A message as text; `id` is the server's for it. */
  text(text: string, into: Batch<SourceRecord>, id?: string): void {
    this.#received++
    const length = text.length > this.#recordBytesMax ? text.length : bytesIn(text)
    const record = length > this.#recordBytesMax ? oversize(length, this.#recordBytesMax) : readJsonRecord(text)
    if (record instanceof JsonFault) {
      this.#refuse(record, length, encoder.encode(text.slice(0, rawBytesMax)).subarray(0, rawBytesMax), into)
    } else {
      into.add(record, this.#received, 0, 0, id)
    }
    into.end = this.position(id)
  }

  /** A message as bytes. */
  bytes(bytes: Uint8Array, into: Batch<SourceRecord>): void {
    const text = bytes.length > this.#recordBytesMax ? null : decodeStrictly(bytes)
    if (text !== null) return this.text(text, into)
    this.#received++
    const fault = bytes.length > this.#recordBytesMax
      ? oversize(bytes.length, this.#recordBytesMax) : new JsonFault('E_UTF8', 'it is not valid UTF-8, or holds a NUL')
    this.#refuse(fault, bytes.length, bytes.slice(0, rawBytesMax), into)
    into.end = this.position()
  }

  /** A message that was given up on before its end. */
  tooLong(length: number, into: Batch<SourceRecord>): void {
    this.#received++
    this.#refuse(oversize(length, this.#recordBytesMax), length, none, into)
  }

  /** A message that the queue had no room for. */
  dropped(): void {
    this.#received++
  }

  position(id?: string): Position {
    const place = { records: this.#received, bytes: 0, lines: 0 }
    return id === undefined || id === '' ? place : { ...place, id }
  }

  #refuse({ code, reason }: JsonFault, length: number, raw: Uint8Array, into: Batch<SourceRecord>): void {
    into.note({
      kind: 'malformed',
      malformed: { source: this.#source, record: this.#received, line: 0, byte: 0, code, reason, length, raw },
    })
  }
}

function oversize(length: number, bytesMax: number): JsonFault {
  const { code, reason } = tooLong(length, bytesMax)
  return new JsonFault(code, reason)
}

function bytesIn(text: string): number {
  let extra = 0
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k)
    if (unit > 0x7f) extra += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return text.length + extra
}
