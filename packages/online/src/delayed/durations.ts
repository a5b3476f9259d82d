import { checkNumber } from '@eddy/optim'

/** A duration of so many seconds, in milliseconds. @example within: minutes(30) // 1800000 */
export function seconds(count: number): number {
  return durationOf('seconds', count, 1000)
}

/** A duration of so many minutes, in milliseconds. @example minutes(30) // 1800000 */
export function minutes(count: number): number {
  return durationOf('minutes', count, 60_000)
}

/** A duration of so many hours, in milliseconds. @example hours(2) // 7200000 */
export function hours(count: number): number {
  return durationOf('hours', count, 3_600_000)
}

/** A duration of so many days of 24 hours, in milliseconds. @example days(1) // 86400000 */
export function days(count: number): number {
  return durationOf('days', count, 86_400_000)
}

function durationOf(where: string, count: number, unitMs: number): number {
  checkNumber(where, 'count', count, { least: 0 }, `For example ${where}(30).`)
  return count * unitMs
}
