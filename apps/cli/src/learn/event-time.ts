import { readTime } from '@eddy/sources'
import { Misuse } from '../misuse.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Where the time of a record is, and what its numbers count; null: as their size says. */
export interface TimeColumn {
  readonly name: string
  readonly unit: number | null
}

/** Reads `stamp`, or `day:d`: a column, and what its numbers count (ms, s, m, h or d). */
export function readTimeColumn(text: string): TimeColumn {
  const match = /^(.+):(ms|s|m|h|d)$/.exec(text)
  return match === null ? { name: text, unit: null } : { name: match[1]!, unit: units[match[2]!]! }
}

/** The text that `readTimeColumn` reads so. */
export function timeText({ name, unit }: TimeColumn): string {
  const known = Object.keys(units).find((each) => units[each] === unit)
  return known === undefined ? name : `${name}:${known}`
}

/**
 * Makes the reader of times in milliseconds: dates by ISO 8601; numbers in the unit that was given, else seconds or
 * milliseconds since 1970, or days since the year 1, whichever the first one can be. `isDate`: the column holds dates,
 * whose numbers are milliseconds.
 * The reader gives NaN for what is no time.
 * @throws Misuse when the first value is a number that could be anything, or a date whose day may be its month.
 */
export function timeReader(
  { name, unit }: TimeColumn, first: unknown, isDate = false,
): (value: unknown) => number {
  if (typeof first === 'string' && isUnclear(first)) {
    throw new Misuse(
      `--time ${name} holds dates such as ${first}, whose order of day and month is not known. Write them as `
      + '2024-01-31.',
    )
  }
  const scale = isDate ? 1 : unit ?? (typeof first === 'number' ? scaleOf(first, name) : 1)
  return (value) => {
    if (typeof value === 'number') return value * scale
    return typeof value === 'string' ? (readTime(value) ?? NaN) : NaN
  }
}

function isUnclear(text: string): boolean {
  return readTime(text) === null && (readTime(text, 'dmy') !== null || readTime(text, 'mdy') !== null)
}

function scaleOf(value: number, name: string): number {
  if (value >= 5e8 && value < 4e9) return 1000
  if (value >= 5e11 && value < 4e12) return 1
  if (value >= 600_000 && value < 900_000) return 86_400_000
  throw new Misuse(
    `--time ${name} holds numbers such as ${value}, and nothing says what they count. Give their unit, as in `
    + `--time ${name}:d (ms, s, m, h or d).`,
  )
}
