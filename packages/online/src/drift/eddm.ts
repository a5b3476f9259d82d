import { checkNumber } from '@eddy/optim'
import { checkOptions } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface EddmOptions {
  /** No judgement before more errors than this; 30. */
  readonly warmStart?: number
  /** A warning below this share of the best, in (0, 1]; 0.95. */
  readonly alpha?: number
  /** A drift below this share of the best, in (0, alpha]; 0.9. */
  readonly beta?: number
}

export interface EddmState extends DetectorState {
  readonly count: number
  readonly errors: number
  /** Position of the last error, counted from 1; 0 before the first. */
  readonly lastError: number
  /** Mean distance between errors, and the sum of squared deviations from it. */
  readonly distance: number
  readonly deviation: number
  /** The greatest mean + 2 standard deviations so far; null before there is one. */
  readonly best: number | null
}

/**
 * Early drift detection method: errors of a model that learns should lie further and further apart.
 * Formula: m and s the mean and standard deviation of the distances between errors, r = (m + 2 s) / max (m + 2 s);
 * warning when r < alpha, drift when r < beta; looked at after every error, and held until the next.
 * Source: Baena-Garcia et al. 2006. The defaults are River's.
 * Meant for slow drifts and small error rates; it gives many false alarms where errors are frequent.
 * State/cost: six numbers, O(1).
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(eddm().update, eddm().initial).errors // 173
 * learned$.pipe(detectDrift(eddm(), ({ event, prediction }) => (prediction > 0.5) !== event.isSpam))
 */
export function eddm(options: EddmOptions = {}): Detector<EddmState> {
  const where = 'eddm'
  checkOptions(where, options, ['warmStart', 'alpha', 'beta'])
  const { warmStart = 30, alpha = 0.95, beta = 0.9 } = options
  checkNumber(where, 'warmStart', warmStart, { least: 1, integer: true }, 'Give a number of errors.')
  checkNumber(where, 'alpha', alpha, { above: 0, most: 1 }, 'Give the share at which to warn.')
  checkNumber(where, 'beta', beta, { above: 0, most: alpha }, 'Give a share up to alpha.')

  const next = (state: EddmState, value: number): EddmState => {
    const count = state.count + 1
    if (value === 0) {
      const { status, errors, lastError, distance, deviation, best } = state
      return { status, count, errors, lastError, distance, deviation, best }
    }
    const errors = state.errors + 1
    const gap = count - state.lastError
    const distance = state.distance + (1 / errors) * (gap - state.distance)
    const deviation = state.deviation + (gap - state.distance) * (gap - distance)
    let { status, best } = state
    if (count > warmStart) {
      const reach = distance + 2 * Math.sqrt(errors > 1 ? deviation / (errors - 1) : 0)
      if (best === null || reach > best) best = reach
      else if (errors > warmStart) {
        const share = reach / best
        status = share < beta ? 'drift' : share < alpha ? 'warning' : 'stable'
      }
    }
    return { status, count, errors, lastError: count, distance, deviation, best }
  }
  const initial: EddmState = {
    status: 'stable', count: 0, errors: 0, lastError: 0, distance: 0, deviation: 0, best: null,
  }
  return defineDetector({ name: where, takes: 'bits', initial, next })
}
