import { formatValue } from '@eddy/tensor'
import { SourceError } from './errors.ts'

const ofAll = ['name', 'from', 'recordBytesMax']
const ofText = [
  ...ofAll, 'delimiter', 'header', 'columns', 'isStrict', 'required', 'missing', 'sampleRows', 'gzipRatioMax',
  'format', 'onlyColumns',
]
const ofPush = ['retryMs', 'retriesMax']

/** The options that there are, by kind of source. Files of unknown format take those of all formats. */
const known = {
  text: ofText, parquet: [...ofText, 'groupBytesMax'], records: ['name', 'from', 'capacity', 'overflow'],
  events: [...ofAll, ...ofPush, 'events', 'headers', 'idleMsMax'],
  socket: [...ofAll, ...ofPush, 'capacity', 'overflow', 'connect', 'greeting'],
} as const

/** A text, or bytes, could be iterated over, too: by characters, by numbers. */
const isIterable = (value: unknown): boolean => (
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
  && (Symbol.iterator in value || Symbol.asyncIterator in value)
)
const isName = (value: unknown): boolean => (typeof value === 'string' && value !== '') || value instanceof URL
const isStream = (member: string) => (value: unknown): boolean => isIterable(value) || member in Object(value)

const wanted = {
  path: ['the path of a file', isName],
  url: ['an address', isName],
  bytes: ['bytes: a stream, or a list of chunks such as [text] or [bytes]', isStream('getReader')],
  records: ['records: a list, a stream, or an Observable', isStream('subscribe')],
} as const

/**
 * What a call from plain JavaScript gets wrong most, said before anything is read: what the records come from, and
 * misspelt options, which would do nothing in silence.
 * @throws SourceError with the code E_OPTION.
 */
export function checkCall(
  where: string, from: unknown, kind: keyof typeof wanted, options: unknown, set: keyof typeof known,
): void {
  const [words, suits] = wanted[kind]
  if (!suits(from)) throw misuse(where, `got ${formatValue(from)}, wanted ${words}`, `Write ${where}(..).`)
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw misuse(where, `got ${formatValue(options)} for the options, wanted a record`, 'Leave them out for none.')
  }
  const all: readonly string[] = known[set]
  const unknown = Object.keys(options).find((name) => !all.includes(name))
  if (unknown === undefined) return
  throw misuse(where, `there is no option ${formatValue(unknown)}`, `There are ${all.join(', ')}.`)
}

/** What fetch can ask, and what sockets can be made to. */
const protocols = {
  events: ['http:', 'https:', 'data:', 'blob:'], socket: ['ws:', 'wss:', 'http:', 'https:'],
} as const

/**
 * What can never be connected to would be tried again and again, for minutes. A page may leave out what its own address
 * begins with.
 * @throws SourceError with the code E_OPTION.
 */
export function checkAddress(where: string, url: string | URL, kind: keyof typeof protocols): void {
  const hint = `Write it whole, as in ${kind === 'events' ? 'https' : 'wss'}://example.org/events.`
  const got = `got ${formatValue(String(url))}, wanted an address`
  let protocol: string
  try {
    protocol = new URL(url, (globalThis as { readonly location?: { readonly href: string } }).location?.href).protocol
  } catch {
    throw misuse(where, got, hint)
  }
  const all: readonly string[] = protocols[kind]
  if (!all.includes(protocol)) throw misuse(where, `${got} that begins with ${all[0]} or ${all[1]}`, hint)
}

/** @throws SourceError with the code E_OPTION unless these are records that are there: a list, say. */
export function checkRecords(where: string, records: unknown): void {
  const isList = typeof records === 'object' && records !== null && Symbol.iterator in records
  if (!isList) throw misuse(where, `got ${formatValue(records)}, wanted a list of records`, 'Collect a stream first.')
}

function misuse(where: string, what: string, hint: string): SourceError {
  return new SourceError({ code: 'E_OPTION', what, source: where, hint })
}
