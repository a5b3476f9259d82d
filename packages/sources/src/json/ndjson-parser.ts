import type { Batch } from '../batch.ts'
import { decodeStrictly } from '../bytes/decode.ts'
import { Framer } from '../bytes/framer.ts'
import type { RecordOptions } from '../csv/csv-options.ts'
import type { Position } from '../position.ts'
import { LineState, type RecordParser, recordBytesDefault, restOfLine, tooLong } from '../record-parser.ts'
import type { SourceRecord } from '../row.ts'
import { JsonFault, readJsonRecord } from './read-json-record.ts'

/** Reads one JSON object per line. Blank lines are no records; a byte order mark at the start is skipped. */
export class NdjsonParser implements RecordParser<SourceRecord> {
  readonly #state: LineState
  readonly #framer: Framer
  readonly #recordBytesMax: number

  constructor(source: string, { recordBytesMax = recordBytesDefault }: RecordOptions, from: Position) {
    this.#state = new LineState(source, from)
    this.#framer = new Framer(this.#state.window, recordBytesMax)
    this.#framer.lines = from.lines
    this.#recordBytesMax = recordBytesMax
  }

  push(chunk: Uint8Array, into: Batch<SourceRecord>): void {
    this.#state.window.append(chunk)
    if (this.#state.begin(false)) this.#parse(false, into)
  }

  end(into: Batch<SourceRecord>): void {
    this.#state.begin(true)
    this.#parse(true, into)
  }

  #parse(isLast: boolean, into: Batch<SourceRecord>): void {
    const state = this.#state
    const framer = this.#framer
    for (;;) {
      const frame = framer.next(isLast)
      if (frame === 'wait') break
      if (frame === 'record' && isBlank(state.window.bytes, framer.from, framer.to)) {
        framer.isOpen = false
        continue
      }
      state.received++
      if (state.isRest(framer)) state.refuse(restOfLine, framer, into)
      else if (frame === 'record') this.#record(into)
      else state.refuse(tooLong(framer.length, this.#recordBytesMax), framer, into)
    }
    into.end = state.place(framer)
  }

  #record(into: Batch<SourceRecord>): void {
    const state = this.#state
    const framer = this.#framer
    const text = decodeStrictly(state.window.bytes.subarray(framer.from, framer.to))
    const record = text === null
      ? new JsonFault('E_UTF8', 'it is not valid UTF-8, or holds a NUL')
      : readJsonRecord(text)
    if (record instanceof JsonFault) state.refuse(record, framer, into)
    else state.accept(record, framer, into)
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    if (byte !== 32 && byte !== 9 && byte !== 13) return false
  }
  return true
}
