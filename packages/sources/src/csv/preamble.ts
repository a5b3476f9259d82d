import { readNumber } from '../schema/read-number.ts'
import { readTime } from '../schema/read-time.ts'
import { sniffDelimiter } from './sniff-delimiter.ts'
import { fieldsOf, textRecords } from './text-records.ts'
import { titleBytes } from './title-lines.ts'

const lineFeed = 10
const carriageReturn = 13
const comma = 44
export const hash = 35

/** Of a line longer than this nothing is a note to Excel. */
const noteBytesMax = 40
const separatorNote = /^"?sep=([^\w"\s]|\t)"?\1*\r?$/i
/** Lines behind comments that are looked at, whatever the size of the sample. */
export const linesBehindComments = 8

/** What stands before the header, or before the first record where there is none. */
export interface Preamble {
  readonly bytes: number
  readonly lines: number
  /** The byte that a line `sep=;` names; null: there is no such line. */
  readonly delimiter: number | null
}

/** How the text behind the preamble is read. */
export interface PreambleOptions {
  /** The first line behind it names the columns. */
  readonly isNamed: boolean
  /** null: not known yet. */
  readonly delimiter: number | null
  readonly recordBytesMax: number
  readonly isMissing: (text: string) => boolean
}

interface Line {
  readonly from: number
  readonly to: number
}

/**
 * Finds what stands before the header of a CSV.
 *
 * 1. A first line such as `sep=;`, which Excel is told the delimiter with.
 * 2. Lines that begin with #: comments, unless one of them is the header, as in `#id,name`. It is one when it has as
 *    many fields as the first line L without #, and is made of names, or L does not look like a header itself: words
 *    only, over a column that has numbers or times, or names where the line with # has gaps.
 * 3. Titles: see `titleBytes`.
 */
export function findPreamble(sample: Uint8Array, options: PreambleOptions): Preamble {
  const lines = linesOf(sample)
  let next = lines.next()
  const note = next.done === true ? null : separatorOf(sample, next.value)
  let begin = 0
  if (note !== null) {
    begin = (next.value as Line).to + 1
    next = lines.next()
  }
  const hashed: Line[] = []
  while (next.done !== true && (sample[next.value.from] === hash || isBlank(sample, next.value))) {
    if (sample[next.value.from] === hash) hashed.push(next.value)
    next = lines.next()
  }
  const delimiter = options.delimiter ?? note
  // Where there is nothing but comments nobody knows whether they are any.
  const at = hashed.length === 0 || next.done === true
    ? begin : headerAt(sample, hashed, next.value, { ...options, delimiter })
  const title = options.isNamed ? titleBytes(sample.subarray(at), delimiter, options.recordBytesMax) : 0
  const bytes = Math.min(at + title, sample.length)
  let breaks = 0
  for (let k = sample.indexOf(lineFeed); k >= 0 && k < bytes; k = sample.indexOf(lineFeed, k + 1)) breaks++
  return { bytes, lines: breaks, delimiter: note }
}

function* linesOf(sample: Uint8Array): Generator<Line, undefined> {
  for (let from = 0; from < sample.length;) {
    const found = sample.indexOf(lineFeed, from)
    const to = found < 0 ? sample.length : found
    yield { from, to }
    from = to + 1
  }
  return undefined
}

function isBlank(sample: Uint8Array, { from, to }: Line): boolean {
  return from === to || (to === from + 1 && sample[from] === carriageReturn)
}

function separatorOf(sample: Uint8Array, { from, to }: Line): number | null {
  if (to - from > noteBytesMax) return null
  const found = separatorNote.exec(String.fromCharCode(...sample.subarray(from, to)))
  const byte = found?.[1]?.charCodeAt(0) ?? Infinity
  return byte < 128 ? byte : null
}

/** Where the header begins, or the first record: at one of the lines with #, or at the first without. */
function headerAt(
  sample: Uint8Array, hashed: readonly Line[], first: Line,
  { isNamed, delimiter: known, recordBytesMax, isMissing }: PreambleOptions,
): number {
  const rest = sample.subarray(first.from)
  const delimiter = known ?? sniffDelimiter(rest, recordBytesMax)
  const rows = rowsOf(rest, delimiter, recordBytesMax)
  const [row = []] = rows
  const all = hashed.map((line) => ({ line, fields: fieldsOf(sample.subarray(line.from, line.to), delimiter) }))
  const alike = all.filter(({ fields }) => fields.length === row.length)
  const isData = row.some((text) => isValue(text, delimiter))
  if (alike.length === 0) {
    // With one field more or less than its rows it may still be the header: they are told of, one by one.
    const { line, fields } = all.at(-1)!
    const isNear = fields.length > 1 && Math.abs(fields.length - row.length) === 1
    return isNamed && isNear && isData ? line.from : first.from
  }
  if (!isNamed) return alike[0]!.line.from
  const words = alike.filter(({ fields }) => !fields.some((text) => isValue(text.replace(/^#\s*/, ''), delimiter)))
  const { line, fields } = words.at(-1) ?? alike[0]!
  const isOther = !areNames(fields) && looksLikeHeader(rows, delimiter, isMissing)
  return isOther || fillsGaps(row, fields, isData) ? first.from : line.from
}

function isValue(text: string, delimiter: number): boolean {
  return !Number.isNaN(readNumber(text)) || readTime(text) !== null
    || (delimiter !== comma && !Number.isNaN(readNumber(text, ',')))
}

/** Of a line with #: several different words without blanks, which is not how comments are written. */
function areNames(fields: readonly string[]): boolean {
  return fields.length > 1 && /^#[^\s#]/.test(fields[0]!) && fields.every((text) => /^\S+$/.test(text))
    && new Set(fields).size === fields.length
}

/** Words only, over a column of values. */
function looksLikeHeader(
  [first = [], ...rows]: readonly (readonly string[])[], delimiter: number, isMissing: (text: string) => boolean,
): boolean {
  if (first.some((text) => isMissing(text) || isValue(text, delimiter)) || new Set(first).size < first.length) {
    return false
  }
  return first.some((_, k) => {
    const texts = rows.filter(({ length }) => length === first.length).map((row) => row[k]!)
      .filter((text) => !isMissing(text))
    return texts.length > 0 && texts.every((text) => isValue(text, delimiter))
  })
}

/** Spreadsheets write a comment with as many fields as all lines have, most of them empty. */
function fillsGaps(first: readonly string[], commented: readonly string[], isData: boolean): boolean {
  const gaps = commented.filter((text) => text === '').length
  return !isData && 2 * gaps >= commented.length && !first.includes('') && new Set(first).size === first.length
}

function rowsOf(rest: Uint8Array, delimiter: number, recordBytesMax: number): (readonly string[])[] {
  const rows: (readonly string[])[] = []
  for (const { fields } of textRecords(rest, delimiter, recordBytesMax, true)) {
    if (rows.push(fields) === linesBehindComments) break
  }
  return rows
}
