/** What comes first in dates of digits alone that end with the year, such as 1/2/2024: the day, or the month. */
export type DateOrder = 'dmy' | 'mdy'

const clock = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?'
  + '(?:[ \\u00a0\\u202f]?([ap])\\.?m\\.?)?(?: ?(Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?))?'
const numeric = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:[T ]${clock})?$`, 'i')
const ordered = new RegExp(`^(\\d{1,2})([-/]|\\. ?)(\\d{1,2})\\2(\\d{4}|\\d{2})(?:(?:T|,? )${clock})?$`, 'i')
const dayFirst = new RegExp(`^(?:[a-z]{3,9},? )?(\\d{1,2})[ -]([a-z]{3,9})[ -](\\d{4}|\\d{2})(?: ${clock})?$`, 'i')
const monthFirst = new RegExp(`^([a-z]{3,9}) (\\d{1,2}),? (\\d{4})(?:,? ${clock})?$`, 'i')
const months: readonly string[] = [
  'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november',
  'december',
]

/**
 * Milliseconds since 1970 of an ISO 8601 date or date-time: `2024-02-29`, `2024/2/29 8:05`, `2024.02.29`,
 * `2024-02-29T08:05:09.123+01:00`; or of one with an English month: `Feb 29 2024`, `29 February 2024 8:05`,
 * `29-Feb-24`. Hours may be those of a clock of twelve: `8:05 PM`. Without a zone it is UTC, so that the answer is the
 * same on every machine. Finer than milliseconds is cut off. Two digits of a year are those of 1969 to 2068, as POSIX
 * has it.
 * Edge: 1/2/2024 is refused, because it is January or February depending on who wrote it, unless `order` says which.
 * With dots the day is first in any case, so that with `mdy` such a date is refused; what needs no order is read with
 * any.
 * @returns null when the text is no such time, or names a day or hour that does not exist.
 * @example readTime('1970-01-02') // 86400000
 * @example readTime('2/1/1970', 'dmy') // 86400000
 */
export function readTime(text: string, order?: DateOrder): number | null {
  if (text.length < 6 || text.length > 60) return null
  let parts = numeric.exec(text)
  if (parts !== null) return timeOf(Number(parts[1]), Number(parts[3]), Number(parts[4]), parts.slice(5))
  if (order !== undefined) {
    parts = ordered.exec(text)
    if (parts !== null) return order === 'mdy' && parts[2]!.startsWith('.') ? null : orderedTime(parts, order)
  }
  parts = dayFirst.exec(text)
  if (parts !== null) return timeOf(yearOf(parts[3]!), monthOf(parts[2]!), Number(parts[1]), parts.slice(4))
  parts = monthFirst.exec(text)
  return parts === null ? null : timeOf(Number(parts[3]), monthOf(parts[1]!), Number(parts[2]), parts.slice(4))
}

function orderedTime(parts: RegExpExecArray, order: DateOrder): number | null {
  const [first, second] = [Number(parts[1]), Number(parts[3])]
  const [day, month] = order === 'dmy' ? [first, second] : [second, first]
  return timeOf(yearOf(parts[4]!), month, day, parts.slice(5))
}

function yearOf(digits: string): number {
  const year = Number(digits)
  return digits.length > 2 ? year : year < 69 ? 2000 + year : 1900 + year
}

/** 1 to 12, by its English name or the first three letters; 0 for none. */
function monthOf(name: string): number {
  const word = name.toLowerCase()
  return months.findIndex((month) => month === word || month.slice(0, 3) === word) + 1
}

function timeOf(year: number, month: number, day: number, clockParts: readonly (string | undefined)[]): number | null {
  const hour = hourOf(Number(clockParts[0] ?? 0), clockParts[4])
  const [minute, second] = [Number(clockParts[1] ?? 0), Number(clockParts[2] ?? 0)]
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 59) {
    return null
  }
  const milliseconds = Number((clockParts[3] ?? '').padEnd(3, '0').slice(0, 3))
  const offset = offsetMinutes(clockParts[5])
  if (offset === null) return null
  return daysBefore(year, month, day) * 86_400_000 + hour * 3_600_000 + (minute - offset) * 60_000
    + second * 1000 + milliseconds
}

/** 0 to 23, or more for none; `half` is the first letter of AM or PM: 12 AM is midnight. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return Infinity
  return hour % 12 + (half.toLowerCase() === 'p' ? 12 : 0)
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days since 1970-01-01. `Date.UTC` would take the years 0 to 99 for 1900 to 1999. */
function daysBefore(year: number, month: number, day: number): number {
  return Math.round(new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000)
}

function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined || /^(z|utc|gmt)$/i.test(zone)) return 0
  const digits = zone.slice(1).replace(':', '')
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || 0)]
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
