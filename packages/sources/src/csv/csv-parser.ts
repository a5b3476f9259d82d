import type { Batch } from '../batch.ts'
import { Framer } from '../bytes/framer.ts'
import type { Fault } from '../malformed.ts'
import { type Position, startPosition } from '../position.ts'
import { LineState, type RecordParser, recordBytesDefault, restOfLine, tooLong } from '../record-parser.ts'
import { Row, type SourceRecord } from '../row.ts'
import type { Revision } from '../schema/column.ts'
import { missingTests } from '../schema/missing.ts'
import { ColumnReader } from './column-reader.ts'
import { type CsvLayout, discoverLayout, fieldText, sampleRowsDefault } from './csv-layout.ts'
import type { CsvOptions } from './csv-options.ts'
import { FieldSplitter, unquote } from './field-splitter.ts'
import { PlainRecords } from './plain-records.ts'
import { SampleLines } from './sample-lines.ts'

const sampleBytesMax = 1 << 20
const lineFeed = 10
const carriageReturn = 13
const quote = 34

/** Where a CSV parser starts in the middle: a place, and how to read on from there. */
export interface CsvStart {
  readonly position: Position
  readonly layout: CsvLayout
}

/**
 * Reads CSV (RFC 4180, and what is found in its place) as records with typed values.
 *
 * 1. The first rows are held back until there are `sampleRows` of them, 1 MiB, or the end: they tell the kinds.
 * 2. A record is accepted whole or not at all; one that is not changes no kind and no count but `malformed`.
 * 3. A value that contradicts an inferred kind revises it, from this record on, with a note before the record.
 * 4. A line `sep=;`, comments and titles before the header are left out, blank lines are no records. CR before LF
 *    belongs to the line break. Blanks around bare fields are left out.
 */
export class CsvParser implements RecordParser<SourceRecord> {
  readonly #options: CsvOptions
  readonly #state: LineState
  readonly #recordBytesMax: number
  #layout: CsvLayout | null = null
  #framer: Framer
  #splitter!: FieldSplitter
  #plain!: PlainRecords
  #readers: readonly ColumnReader[] = []
  #required: readonly number[] = []
  /** The header's first byte; -1: there is none, or it is of one column and so may be a value. */
  #headerByte = -1
  #version = 0
  /** Of the sample. */
  #lines = new SampleLines()
  #leadingLines = 0

  constructor(source: string, options: CsvOptions, start: CsvStart | null = null) {
    this.#options = options
    this.#recordBytesMax = options.recordBytesMax ?? recordBytesDefault
    this.#state = new LineState(source, start?.position ?? startPosition)
    this.#framer = new Framer(this.#state.window, this.#recordBytesMax, -1)
    if (start !== null) this.#begin(start.layout, start.position.lines)
  }

  /** How it reads from its start, once it knows. */
  get layout(): CsvLayout | null {
    return this.#layout
  }

  push(chunk: Uint8Array, into: Batch<SourceRecord>): void {
    this.#state.window.append(chunk)
    if (this.#layout === null && !this.#discover(false)) return
    this.#parse(false, into)
  }

  end(into: Batch<SourceRecord>): void {
    if (this.#layout === null && !this.#discover(true)) return
    this.#parse(true, into)
  }

  /** Waits for the sample to be complete, then looks at it. False: it needs more bytes, or there are none. */
  #discover(isLast: boolean): boolean {
    const { window, source } = this.#state
    if (!this.#state.begin(isLast)) return false
    for (;;) {
      if (this.#lines.searched === 0) this.#skipBlankLines()
      const { bytes, start, end } = window
      const { at, isFull } = this.#sample(bytes, start, end, isLast)
      if (!isFull && !isLast) return false
      const isWhole = isLast && at === end
      const discovery = discoverLayout(bytes.subarray(start, at), isWhole, source, this.#options)
      if (discovery !== null) {
        window.advance(discovery.bytes)
        this.#begin(discovery.layout, this.#leadingLines + discovery.lines)
        return true
      }
      // Nothing at all, or a header with line breaks in quotes that has not ended.
      this.#lines.wantMore()
      if (isWhole) window.advance(end - start)
      else this.#skipBlankLines()
      if (window.start > start) this.#lines = new SampleLines()
      if (at === end) return false
    }
  }

  /** Where the sample ends: after enough lines, or bytes, or at the end of what has come. */
  #sample(bytes: Uint8Array, start: number, end: number, isLast: boolean): { readonly at: number; isFull: boolean } {
    const wanted = (this.#options.sampleRows ?? sampleRowsDefault) + 1
    const bytesMax = Math.max(sampleBytesMax, 2 * this.#recordBytesMax)
    const isEnough = this.#lines.search(bytes, start, Math.min(end, start + bytesMax), wanted, isLast)
    const { searched } = this.#lines
    return { at: start + searched, isFull: isEnough || searched >= bytesMax }
  }

  #skipBlankLines(): void {
    const { window } = this.#state
    const { bytes, end } = window
    let at = window.start
    for (;;) {
      const lineEnd = at + 1 < end && bytes[at] === carriageReturn ? at + 1 : at
      if (lineEnd >= end || bytes[lineEnd] !== lineFeed) break
      at = lineEnd + 1
      this.#leadingLines++
    }
    window.advance(at - window.start)
  }

  #begin(layout: CsvLayout, lines: number): void {
    const { columns, version } = layout.schema
    const missing = missingTests(this.#options.missing)
    this.#layout = layout
    this.#version = version
    this.#framer = new Framer(this.#state.window, this.#recordBytesMax, layout.delimiter)
    this.#framer.lines = lines
    this.#splitter = new FieldSplitter(layout.delimiter, columns.length)
    const isStrict = this.#options.isStrict ?? true
    this.#readers = columns.map((column) => new ColumnReader(column, missing, layout.delimiter !== 44, isStrict))
    const isNamed = (this.#options.header ?? true) === true && columns.length > 1
    this.#headerByte = isNamed ? new TextEncoder().encode(columns[0]!.name)[0]! : -1
    this.#plain = new PlainRecords(this.#readers, layout.delimiter)
    this.#required = (this.#options.required ?? []).map((name) => columns.findIndex((column) => column.name === name))
  }

  #parse(isLast: boolean, into: Batch<SourceRecord>): void {
    const state = this.#state
    const framer = this.#framer
    for (;;) {
      const frame = framer.next(isLast)
      if (frame === 'wait') break
      const { from, to } = framer
      if (frame === 'record' && (from === to || (to === from + 1 && state.window.bytes[from] === 13))) continue
      state.received++
      if (state.isRest(framer)) state.refuse(restOfLine, framer, into)
      else if (frame === 'record') this.#record(from, to, into)
      else if (frame === 'tooLong') state.refuse(tooLong(framer.length, this.#recordBytesMax), framer, into)
      else state.refuse(openQuote, framer, into)
    }
    into.end = state.place(framer)
  }

  #record(from: number, to: number, into: Batch<SourceRecord>): void {
    const state = this.#state
    const framer = this.#framer
    const splitter = this.#splitter
    const readers = this.#readers
    const { bytes } = state.window
    if (bytes[bytes[from] === quote ? from + 1 : from] === this.#headerByte && this.#isHeader(from, to)) {
      state.refuse(headerAgain, framer, into)
      return
    }
    const plain = framer.hasQuotes ? null : this.#plain.read(bytes, from, to, state.received)
    if (plain !== null && this.#missing(plain) === null) {
      state.accept(plain, framer, into)
      return
    }
    const count = splitter.split(bytes, from, to, framer.hasQuotes)
    if (count !== readers.length) {
      const reason = `it has ${count} fields, the header has ${readers.length}`
      state.refuse({ code: 'E_ARITY', reason }, framer, into)
      return
    }
    const row = new Row()
    let isContradicted = false
    let fault: Fault | null = null
    for (let k = 0; k < count && fault === null; k++) {
      const reader = readers[k]!
      if (splitter.quoting[k] === 2) {
        const plain = unquote(bytes, splitter.from[k]!, splitter.to[k]!)
        row[reader.name] = reader.read(plain, 0, plain.length, state.received)
      } else {
        row[reader.name] = reader.read(bytes, splitter.from[k]!, splitter.to[k]!, state.received)
      }
      fault = reader.fault
      isContradicted ||= reader.contradiction !== null
    }
    fault ??= this.#missing(row)
    if (fault !== null) {
      for (const reader of readers) reader.rollback()
      state.refuse(fault, framer, into)
      return
    }
    if (isContradicted) this.#commit(into)
    state.accept(row, framer, into)
  }

  /** Whether a line repeats the header, as files do that were put together. */
  #isHeader(from: number, to: number): boolean {
    const { window: { bytes } } = this.#state
    const splitter = this.#splitter
    if (splitter.split(bytes, from, to, this.#framer.hasQuotes) !== this.#readers.length) return false
    return this.#readers.every(({ name }, k) => fieldText(bytes, splitter, k) === name)
  }

  #missing(row: SourceRecord): Fault | null {
    for (const k of this.#required) {
      const { name } = this.#readers[k]!
      if (row[name] === null) return { code: 'E_MISSING', reason: `column ${JSON.stringify(name)} has no value` }
    }
    return null
  }

  #commit(into: Batch<SourceRecord>): void {
    const { received, source } = this.#state
    this.#readers.forEach((reader, column) => {
      if (reader.contradiction === null) return
      const { to, text, doubt } = reader.contradiction
      const from = reader.commit()
      into.note({ kind: 'contradiction', column })
      if (from === to && doubt === undefined) return
      this.#version++
      const revision: Revision = {
        source, column: reader.name, from, to, record: received, line: this.#framer.line + 1,
        value: text.slice(0, 100) + (doubt === undefined ? '' : `: ${doubt}`),
        schema: { columns: this.#readers.map(({ column }) => column), version: this.#version },
      }
      into.note({ kind: 'revision', revision })
    })
  }
}

const headerAgain: Fault = { code: 'E_TYPE', reason: 'it is the header again, wanted values' }

const openQuote: Fault = {
  code: 'E_CSV',
  reason: 'a quote is not closed, or is closed in the middle of a field; reading goes on with the next line',
}
