import { candidates, sniffDelimiter } from './sniff-delimiter.ts'
import { type TextRecord, textRecords } from './text-records.ts'

/** Bytes and records that are looked at. */
const bytesMax = 1 << 17
const recordsMax = 60
/** How many may stand above the header, and how many of them may have as many fields as the first. */
const titlesMax = 12
const pairsMax = 4
const rowsMin = 5
/** Numbers, dates and amounts, however they are written. */
const value = /^[-+]?\p{Sc}? ?[-+]?[.,]?\d[-\d.,:/'\s]*(?:\p{Sc}|%)?$/u
const year = /^(19|20)\d\d$/

/**
 * Where the header begins when lines stand above it that are no records, as in exports of banks and of offices: a
 * title, a date, an account. 0 when the first line is the header, or nothing shows another one.
 *
 * A line is the header in place of the first when it has more fields than the first, nine tenths of the lines behind it
 * have as many, and none as few as the first; when it holds only names, or years; and when there are numbers below. Of
 * such a file next to nothing could be read with the first line as the header, which also must not stand above numbers
 * of its own.
 */
export function titleBytes(sample: Uint8Array, delimiter: number | null, recordBytesMax: number): number {
  const usual = recordsOf(sample, delimiter ?? sniffDelimiter(sample, recordBytesMax), recordBytesMax)
  if (isReadable(usual)) return 0
  let best = 0
  let mostFields = 1
  for (const each of delimiter === null ? candidates : [delimiter]) {
    const records = recordsOf(sample, each, recordBytesMax)
    const found = headerOf(records)
    if (found === null || found.fields.length <= mostFields) continue
    best = found.offset
    mostFields = found.fields.length
  }
  return best
}

/** Whether the first line suits others behind it, with more than one column. */
function isReadable([first, ...rows]: readonly TextRecord[]): boolean {
  if (first === undefined || rows.length < rowsMin) return true
  const { length } = first.fields
  return length > 1 && rows.filter(({ fields }) => fields.length === length).length > pairsMax
}

function isValue(text: string): boolean {
  return value.test(text)
}

function headerOf(records: readonly TextRecord[]): TextRecord | null {
  const [first] = records
  if (first === undefined) return null
  for (let k = 1; k <= Math.min(titlesMax, records.length - 1 - rowsMin); k++) {
    const { fields } = records[k]!
    const { length } = fields
    if (length <= first.fields.length) continue
    const rows = records.slice(k + 1)
    const alike = rows.filter((row) => row.fields.length === length)
    const suits = (row: TextRecord): boolean => row.fields.length === first.fields.length
    if (alike.length < 0.9 * rows.length || rows.some(suits)) continue
    const above = records.slice(1, k).filter(suits).map((row) => row.fields)
    if (above.length > pairsMax || isTable(first.fields, above)) return null
    const hasNumbers = alike.some((row) => row.fields.some(isValue))
    return areNames(fields) && hasNumbers ? records[k]! : null
  }
  return null
}

/** Whether rows have a column of values below a name: two at least, since one may be a pair such as a date. */
function isTable(names: readonly string[], rows: readonly (readonly string[])[]): boolean {
  return rows.length > 1 && names.some((name, k) => !isValue(name) && rows.every((fields) => isValue(fields[k]!)))
}

function areNames(fields: readonly string[]): boolean {
  const names = fields.at(-1) === '' ? fields.slice(0, -1) : fields
  return new Set(names).size === names.length && names.some((text) => !year.test(text))
    && names.every((text) => text !== '' && (!isValue(text) || year.test(text)))
}

function recordsOf(sample: Uint8Array, delimiter: number, recordBytesMax: number): TextRecord[] {
  const records: TextRecord[] = []
  // What follows the last line break may be half a record.
  for (const record of textRecords(sample.subarray(0, bytesMax), delimiter, recordBytesMax, false)) {
    const { fields } = record
    if ((fields.length > 1 || fields[0] !== '') && records.push(record) === recordsMax) break
  }
  return records
}
