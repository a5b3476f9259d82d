import { refuse } from '../encoder.ts'

/** Numbers of a calendar day and its time, in one fixed zone. */
export interface Calendar {
  readonly month: number
  readonly day: number
  /** From 0. */
  readonly dayOfYear: number
  readonly daysInYear: number
  readonly daysInMonth: number
  /** 0 is Monday. */
  readonly weekday: number
  /** Hours of the day, with their fraction. */
  readonly hours: number
}

const pattern =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?$/i
const msPerDay = 86_400_000
const daysPerMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** As of `Date`: 100 million days. */
const msMax = 8.64e15

/**
 * Milliseconds since 1970 UTC of a Date, a number of milliseconds (or of `unitMs` each), or text in ISO 8601: a month,
 * a day, or a day and a time to the nanosecond; without a zone it is taken as UTC.
 * @throws BadValueError for anything else, and for days that no calendar has.
 */
export function instantOf(value: unknown, unitMs = 1): number {
  if (value instanceof Date) return inRange(value.getTime(), value)
  if (typeof value === 'number') return inRange(value * unitMs, value)
  if (typeof value === 'string' && value.length <= 40) {
    const usual = usualForm(value)
    if (usual !== null) return usual
    const match = pattern.exec(value)
    if (match !== null) return fromParts(match, value)
  }
  return refuse(
    value, 'a Date, a number of milliseconds, or text such as 2024-05-31T18:30:00Z',
    'Parse other forms before; give date({ unit: "s" }) for seconds',
  )
}

function inRange(ms: number, value: unknown): number {
  return Math.abs(ms) <= msMax ? ms : refuse(value, 'a date within 100 million days of 1970', 'Check its unit')
}

/** `2024-05-31`, `2024-05-31T18:30:00Z` and `2024-05-31T18:30:00.000Z`, without a pattern; null for other forms. */
function usualForm(text: string): number | null {
  const { length } = text
  const isTime = length === 20 || length === 24
  if (!isTime && length !== 10) return null
  if (text[4] !== '-' || text[7] !== '-') return null
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)]
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= monthDays(year, month))) return null
  const ms = daysBefore(year, month, day) * msPerDay
  if (!isTime) return ms
  if (text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || text[length - 1] !== 'Z') return null
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)]
  const milli = length === 20 ? 0 : text[19] === '.' ? digits(text, 20, 23) : NaN
  const exists = hour <= 23 && minute <= 59 && second <= 59 && milli >= 0
  return exists ? ms + ((hour * 60 + minute) * 60 + second) * 1000 + milli : null
}

/** The number that decimal digits make; NaN when they are not all digits. */
function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let k = from; k < to; k++) {
    const digit = text.charCodeAt(k) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    number = 10 * number + digit
  }
  return number
}

function fromParts([, ...parts]: RegExpExecArray, value: string): number {
  const [year, month, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(0, 6)
    .map((part) => (part === undefined ? undefined : Number(part))) as [number, number, ...(number | undefined)[]]
  const fractionMs = Number((parts[6] ?? '').padEnd(9, '0')) / 1e6
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= monthDays(year, month)
  // 24:00 is the end of a day, second 60 a leap second.
  const isTime = minute <= 59 && second <= 60 && (hour <= 23 || (hour === 24 && minute === 0 && second === 0))
  if (!isDay || !isTime) return refuse(value, 'a day and a time that exist', 'Check the order of year, month and day')
  const minutes = hour * 60 + minute - zoneMinutes(parts[7])
  return daysBefore(year, month, day) * msPerDay + minutes * 60_000 + second * 1000 + fractionMs
}

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return zone.startsWith('-') ? -minutes : minutes
}

/** The calendar of an instant, in a zone that is ahead of UTC by so many minutes, always. */
export function calendarOf(ms: number, offsetMinutes: number): Calendar {
  const local = ms + offsetMinutes * 60_000
  const days = Math.floor(local / msPerDay)
  const { year, month, day } = civil(days)
  return {
    month, day, dayOfYear: days - daysBefore(year, 1, 1), daysInYear: isLeap(year) ? 366 : 365,
    daysInMonth: monthDays(year, month), weekday: (((days + 3) % 7) + 7) % 7,
    hours: (local - days * msPerDay) / 3_600_000,
  }
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function monthDays(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : daysPerMonth[month - 1]!
}

/** Days from 1970-01-01 to a date of the Gregorian calendar; years begin in March so that leap days come last. */
function daysBefore(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** The date that is so many days after 1970-01-01. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const march = Math.floor((5 * dayOfYear + 2) / 153)
  const month = march < 10 ? march + 3 : march - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
    day: dayOfYear - Math.floor((153 * march + 2) / 5) + 1,
  }
}
