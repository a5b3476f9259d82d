import { checkNumber } from '@eddy/optim'
import { checkMode, checkOptions, type DriftMode } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface PageHinkleyOptions {
  /** No drift before this many values; 30. */
  readonly minInstances?: number
  /** Change of the mean that is tolerated, in units of the values; 0.005. */
  readonly delta?: number
  /** Greatest accumulated change that is tolerated, in the same units; 50. */
  readonly threshold?: number
  /** Share of the accumulated change that is kept at every value, in (0, 1]; 0.9999. */
  readonly alpha?: number
  /** Which change of the mean is a drift; `both`. */
  readonly mode?: DriftMode
}

export interface PageHinkleyState extends DetectorState {
  readonly count: number
  readonly mean: number
  /** Accumulated deviations for a rise, and the least they have been. */
  readonly rise: number
  readonly riseLeast: number
  /** Accumulated deviations for a fall, and the most they have been. */
  readonly fall: number
  readonly fallMost: number
}

/**
 * Page-Hinkley test: deviations from the running mean, accumulated, have moved too far from their extreme.
 * Formula: mean += (x - mean) / n; up: U = alpha U + (x - mean) - delta, drift when U - min U > threshold;
 * down: D = alpha D + (x - mean) + delta, drift when max D - D > threshold.
 * Source: Page 1954; Hinkley 1971; with a forgetting factor as in River, whose defaults these are.
 * State/cost: six numbers, O(1).
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(pageHinkley().update, pageHinkley().initial).count // 814
 * learned$.pipe(detectDrift(pageHinkley({ threshold: 10, mode: 'up' }), ({ loss }) => loss))
 */
export function pageHinkley(options: PageHinkleyOptions = {}): Detector<PageHinkleyState> {
  const where = 'pageHinkley'
  checkOptions(where, options, ['minInstances', 'delta', 'threshold', 'alpha', 'mode'])
  const { minInstances = 30, delta = 0.005, threshold = 50, alpha = 0.9999, mode = 'both' } = options
  checkNumber(where, 'minInstances', minInstances, { least: 1, integer: true }, 'Give a number of values.')
  checkNumber(where, 'delta', delta, { least: 0 }, 'Give a change too small to matter.')
  checkNumber(where, 'threshold', threshold, { above: 0 }, 'Greater means fewer false alarms, and later ones.')
  checkNumber(where, 'alpha', alpha, { above: 0, most: 1 }, 'Give 1 to forget nothing.')
  checkMode(where, mode)

  const next = (state: PageHinkleyState, value: number): PageHinkleyState => {
    const count = state.count + 1
    const mean = state.mean + (1 / count) * (value - state.mean)
    const deviation = value - mean
    const rise = alpha * state.rise + deviation - delta
    const fall = alpha * state.fall + deviation + delta
    const riseLeast = count === 1 ? rise : Math.min(state.riseLeast, rise)
    const fallMost = count === 1 ? fall : Math.max(state.fallMost, fall)
    const isDrift = count >= minInstances && (
      (mode !== 'down' && rise - riseLeast > threshold) || (mode !== 'up' && fallMost - fall > threshold)
    )
    return { status: isDrift ? 'drift' : 'stable', count, mean, rise, riseLeast, fall, fallMost }
  }
  const initial: PageHinkleyState = {
    status: 'stable', count: 0, mean: 0, rise: 0, riseLeast: 0, fall: 0, fallMost: 0,
  }
  return defineDetector({ name: where, takes: 'numbers', initial, next })
}
