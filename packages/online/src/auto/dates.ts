import { refuse } from '../encoder.ts'
import { kernelMath } from '../kernel-math.ts'

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?$/
const daysOfYear = 365.2425
const turn = 2 * Math.PI

/** The parts of a date that things depend on. */
export interface DateParts {
  /** Days since 1970, with the share of the day. */
  readonly days: number
  /** '01' to '12', '0' (Thursday) to '6', and '00' to '23' or null for a date without time. */
  readonly month: string
  readonly weekday: string
  readonly hour: string | null
}

/** Reads an ISO 8601 date, with or without time; its zone is ignored: parts are those that were written. Else null. */
export function dateParts(text: string): DateParts | null {
  if (text.length < 10 || text.length > 40 || text.charCodeAt(4) !== 45) return null
  const match = pattern.exec(text)
  if (match === null) return null
  const [, year, month, day, hour, minute, second] = match
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000
  const time = (Number(hour ?? 0) + Number(minute ?? 0) / 60 + Number(second ?? 0) / 3600) / 24
  return { days: date + time, month: month!, weekday: String(((date % 7) + 7) % 7), hour: hour ?? null }
}

/** A Date as the text that JSON has for it, which is read in its place. @throws BadValueError for one that is none. */
export function isoText(date: Date): string {
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  return refuse('an invalid Date', 'a Date that is one', 'Check how it was parsed, or leave the field out')
}

/** Where in the year, and in the day, as points on a circle; formula: sin and cos of 2 pi times the share. */
export function circles({ days, hour }: DateParts): readonly (readonly [part: string, value: number])[] {
  const { sin, cos } = kernelMath()
  const year = turn * ((days / daysOfYear) % 1)
  const round = [['yearSin', sin(year)], ['yearCos', cos(year)]] as [string, number][]
  if (hour === null) return round
  const day = turn * (days - Math.floor(days))
  return [...round, ['daySin', sin(day)], ['dayCos', cos(day)]]
}
