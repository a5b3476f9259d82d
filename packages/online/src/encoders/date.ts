import { ValueError } from '@eddy/tensor'
import type { Emit, Encoder } from '../encoder.ts'
import { emitCircle } from './cycle.ts'
import { type Calendar, calendarOf, instantOf } from './instant.ts'
import { absentBy, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

/**
 * hour: of the day, with minutes and seconds; weekday: Monday is 0; day: of the month; month: from 1, with its days in
 * the circle; dayOfYear: from 1.
 */
export type DatePart = 'hour' | 'weekday' | 'day' | 'month' | 'dayOfYear'

export interface DateOptions {
  /** As points on a circle, a sine and a cosine each; default hour, weekday, month, dayOfYear. */
  readonly cycles?: readonly DatePart[]
  /** As categories, a slot for every hour, weekday, ..; default none. */
  readonly categories?: readonly DatePart[]
  /** Whether days since 1970 are a number beside them, standardised: for what drifts with time. Default false. */
  readonly trend?: boolean
  /** Minutes by which the clock of the parts is ahead of UTC, all year round; default 0. */
  readonly offset?: number
  /** Of dates that are numbers; default 'ms'. */
  readonly unit?: 'ms' | 's'
  /** 'indicator': 1 in a slot that says "missing". Default 'skip'. */
  readonly missing?: MissingPolicy
}

/** How far a part has come in its circle, and its whole number. */
const parts: Readonly<Record<DatePart, { share: (c: Calendar) => number; whole: (c: Calendar) => number }>> = {
  hour: { share: ({ hours }) => hours / 24, whole: ({ hours }) => Math.floor(hours) },
  weekday: { share: ({ weekday }) => weekday / 7, whole: ({ weekday }) => weekday },
  day: { share: ({ day, daysInMonth }) => (day - 1) / daysInMonth, whole: ({ day }) => day },
  month: { share: ({ month }) => (month - 1) / 12, whole: ({ month }) => month },
  dayOfYear: { share: ({ dayOfYear, daysInYear }) => dayOfYear / daysInYear, whole: ({ dayOfYear }) => dayOfYear + 1 },
}
const msPerDay = 86_400_000

/**
 * The parts of a date that things depend on: of text in ISO 8601, a number of milliseconds (or seconds) since 1970, or
 * a `Date`. Always in UTC, or ahead of it by a fixed offset: nothing depends on clock, zone or language of the machine.
 * Formula: sin and cos of 2 pi times the share of the part: hours / 24, weekday / 7, (month - 1) / 12, ...
 * Edge: text that is no date of the Gregorian calendar rejects the event; a date without time is its midnight.
 * @throws ValueError when an option is out of range.
 * @example features({ orderedAt: date(), paidAt: date({ cycles: ['hour'], categories: ['weekday'], offset: 60 }) })
 */
export function date(options: DateOptions = {}): Encoder {
  checkOptions('date', options, ['cycles', 'categories', 'trend', 'offset', 'unit', 'missing'])
  const {
    cycles = ['hour', 'weekday', 'month', 'dayOfYear'], categories = [], trend = false, offset = 0, unit = 'ms',
    missing = 'skip',
  } = options
  checkParts([cycles, categories], offset, unit)
  const round = cycles.map((name) => [`${name}.sin`, `${name}.cos`, parts[name].share] as const)
  const unitMs = unit === 's' ? 1000 : 1
  const encode = (value: unknown, emit: Emit): void => {
    const ms = instantOf(value, unitMs)
    const calendar = calendarOf(ms, offset)
    for (const [sine, cosine, share] of round) emitCircle(emit, sine, cosine, share(calendar))
    for (const name of categories) emit(`${name} ${parts[name].whole(calendar)}`, 1, false)
    if (trend) emit('trend', ms / msPerDay)
  }
  return Object.freeze({ name: 'date', standardize: trend, encode, ...absentBy('date', missing) } satisfies Encoder)
}

function checkParts(lists: readonly (readonly string[])[], offset: number, unit: string): void {
  const unknown: unknown = lists.find((list) => !Array.isArray(list))
    ?? lists.flat().find((name) => !Object.hasOwn(parts, name))
  if (unknown === undefined && Math.abs(offset) <= 24 * 60 && (unit === 'ms' || unit === 's')) return
  throw new ValueError({
    what: 'this is no way to read dates', where: 'date', got: unknown ?? { offset, unit },
    wanted: `lists of parts: ${Object.keys(parts).join(', ')}; an offset of minutes within a day; the unit 'ms' or 's'`,
    hint: 'date() takes hour, weekday, month and day of the year in UTC.',
  })
}
