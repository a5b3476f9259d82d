import { checkNumber } from '@eddy/optim'

/** Durations in milliseconds. @example within: minutes(30) // 1800000 */
export function seconds(count: number): number {
  return durationOf('seconds', count, 1000)
}

/** In milliseconds. @example minutes(30) // 1800000 */
export function minutes(count: number): number {
  return durationOf('minutes', count, 60_000)
}

/** In milliseconds. @example hours(2) // 7200000 */
export function hours(count: number): number {
  return durationOf('hours', count, 3_600_000)
}

/** Of 24 hours each, in milliseconds. @example days(1) // 86400000 */
export function days(count: number): number {
  return durationOf('days', count, 86_400_000)
}

function durationOf(where: string, count: number, unitMs: number): number {
  checkNumber(where, 'count', count, { least: 0 }, `For example ${where}(30).`)
  return count * unitMs
}
