import { ByteWindow } from '../bytes/byte-window.ts'
import { decodeStrictly } from '../bytes/decode.ts'
import { Framer } from '../bytes/framer.ts'
import { SourceError } from '../errors.ts'
import { recordBytesDefault } from '../record-parser.ts'
import type { Column, Schema } from '../schema/column.ts'
import { ColumnGuess } from '../schema/column-guess.ts'
import { missingTests } from '../schema/missing.ts'
import type { CsvOptions } from './csv-options.ts'
import { FieldSplitter, unquote } from './field-splitter.ts'
import { headerNames, type TextRow } from './header-names.ts'
import { findPreamble } from './preamble.ts'
import { sniffDelimiter } from './sniff-delimiter.ts'

const columnsMax = 10_000
const lineFeed = 10
const carriageReturn = 13

/** How a CSV is to be read. Plain data: a source that starts in the middle needs it, because it sees no header. */
export interface CsvLayout {
  /** The byte between fields. */
  readonly delimiter: number
  readonly schema: Schema
}

/** What the first rows of a CSV say. */
export interface Discovery {
  readonly layout: CsvLayout
  /** Bytes and line breaks of the sample before the first record: preamble, blank lines, header. */
  readonly bytes: number
  readonly lines: number
}

/**
 * Reads the layout off the first rows.
 * `isWhole`: the sample is all there is; otherwise what follows its last line break is ignored.
 * @returns null when there is not even a header.
 * @throws SourceError (E_FORMAT) when this is no CSV, or lacks a column that the options speak of.
 */
export function discoverLayout(
  sample: Uint8Array, isWhole: boolean, source: string, options: CsvOptions,
): Discovery | null {
  const { recordBytesMax = recordBytesDefault, header = true } = options
  refuseOldBreaks(sample, source)
  const given = options.delimiter === undefined ? null : delimiterByte(options.delimiter)
  const missing = missingTests(options.missing)
  const { isMissing } = missing
  const preamble = findPreamble(sample, { isNamed: header === true, delimiter: given, recordBytesMax, isMissing })
  const delimiter = given ?? preamble.delimiter ?? sniffDelimiter(sample.subarray(preamble.bytes), recordBytesMax)
  const window = new ByteWindow()
  window.append(sample)
  window.advance(preamble.bytes)
  const framer = new Framer(window, recordBytesMax, delimiter)
  framer.lines = preamble.lines
  const splitter = new FieldSplitter(delimiter, columnsMax)
  const read = (isFirst = false): TextRow | null =>
    readRow(framer, splitter, window, source, isWhole, isFirst, recordBytesMax)
  const first = read(true)
  if (first === null) return null
  const isNamed = header === true
  const place = isNamed ? { bytes: window.offset, lines: framer.lines } : preamble
  const rows: TextRow[] = isNamed ? [] : [first]
  while (rows.length < (options.sampleRows ?? sampleRowsDefault)) {
    const row = read()
    if (row === null) break
    rows.push(row)
  }
  const names = isNamed
    ? headerNames(first, rows)
    : Array.isArray(header) ? header as string[] : first.fields.map((_, k) => `column_${k + 1}`)
  const guesses = names.map((name) => new ColumnGuess(name))
  for (const { fields } of rows) {
    const isHeader = isNamed && names.length > 1 && fields.every((text, k) => text === names[k])
    if (fields.length !== names.length || isHeader) continue
    fields.forEach((text, k) => guesses[k]!.text(text, delimiter !== 44, missing))
  }
  const columns = declare(guesses, options, source)
  return { layout: { delimiter, schema: { columns, version: 0 } }, bytes: place.bytes, lines: place.lines }
}

export const sampleRowsDefault = 1000

/** Lines that end with CR alone, as old programs write them, would all be one header. */
function refuseOldBreaks(sample: Uint8Array, source: string): void {
  const found = sample.indexOf(carriageReturn)
  if (found < 0 || found === sample.length - 1 || sample.includes(lineFeed)) return
  throw new SourceError({
    code: 'E_FORMAT', what: 'its lines end with CR alone, wanted LF or CRLF', source,
    hint: "Convert it (tr '\\r' '\\n').",
  })
}

/** The next record that can be read, as text; null at the end. */
function readRow(
  framer: Framer, splitter: FieldSplitter, window: ByteWindow, source: string, isWhole: boolean,
  isFirst: boolean, recordBytesMax: number,
): TextRow | null {
  for (;;) {
    const frame = framer.next(isWhole)
    if (isFirst && framer.isSkipping) throw unreadableHeader(source, `more than ${recordBytesMax} bytes`)
    if (frame === 'wait') return null
    if (frame === 'record') {
      const { bytes } = window
      const count = splitter.split(bytes, framer.from, framer.to, framer.hasQuotes)
      const fields: (string | null)[] = []
      for (let k = 0; k < Math.min(count, columnsMax); k++) fields.push(fieldText(bytes, splitter, k))
      if (count === 1 && fields[0] === '' && splitter.quoting[0] === 0) continue
      if (count <= columnsMax && !fields.includes(null)) {
        return { fields: fields as string[], isQuoted: splitter.quoting[0] !== 0 }
      }
      if (isFirst) {
        const isWide = bytes.subarray(framer.from, framer.to).includes(0)
        throw count > columnsMax ? tooManyColumns(source, count) : unreadableHeader(source, isWide ? nul : notText)
      }
    } else if (isFirst) {
      throw unreadableHeader(source, frame === 'tooLong' ? `${framer.length} bytes` : 'a quote that does not close')
    }
  }
}

const notText = 'bytes that are not UTF-8'
const nul = 'NUL bytes'
const headerHints: Readonly<Record<string, string>> = {
  [notText]:
    'Convert it to UTF-8 (iconv -f ISO-8859-1 -t UTF-8 if it is Latin-1), or check that it is a text file.',
  [nul]: 'Convert it to UTF-8 (iconv -f UTF-16LE -t UTF-8 if it is UTF-16), or check that it is a text file.',
}

function tooManyColumns(source: string, count: number): SourceError {
  return new SourceError({
    code: 'E_FORMAT', what: `the first line has ${count} columns, at most ${columnsMax} can be read`, source,
    hint: 'Leave columns out, or write records as JSON lines with the values that are not missing.',
  })
}

function unreadableHeader(source: string, found: string): SourceError {
  return new SourceError({
    code: 'E_FORMAT', what: `the first line has ${found}, so it is no header of a CSV`, source,
    hint: headerHints[found] ?? 'Check that this is a text file in UTF-8, or name its format.',
  })
}

/** A field as text; null when it is none. */
export function fieldText(bytes: Uint8Array, { from, to, quoting }: FieldSplitter, k: number): string | null {
  return decodeStrictly(quoting[k] === 2 ? unquote(bytes, from[k]!, to[k]!) : bytes.subarray(from[k]!, to[k]!))
}

function declare(
  guesses: readonly ColumnGuess[], { columns: kinds = {}, required = [] }: CsvOptions, source: string,
): Column[] {
  const names = new Set(guesses.map(({ name }) => name))
  const kindOf = typeof kinds === 'function'
    ? kinds : (name: string) => (Object.hasOwn(kinds, name) ? kinds[name] : undefined)
  for (const name of [...(typeof kinds === 'function' ? [] : Object.keys(kinds)), ...required]) {
    if (names.has(name)) continue
    throw new SourceError({
      code: 'E_FORMAT', source,
      what: `there is no column ${JSON.stringify(name)} among ${[...names].slice(0, 20).join(', ')}`,
      hint: 'Check the spelling, the header, and the delimiter.',
    })
  }
  return guesses.map((guess) => guess.column(kindOf(guess.name)))
}

function delimiterByte(delimiter: string): number {
  const byte = delimiter.charCodeAt(0)
  if (delimiter.length === 1 && byte < 128 && !'"\r\n '.includes(delimiter)) return byte
  throw new SourceError({
    code: 'E_OPTION', what: `got the delimiter ${JSON.stringify(delimiter)}, wanted one ASCII character`, source: 'csv',
    hint: "Use ',', ';', '|' or '\\t'.",
  })
}
