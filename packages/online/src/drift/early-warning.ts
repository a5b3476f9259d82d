import { checkNumber } from '@eddy/optim'
import { checkDetector, checkOptions } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface EarlyWarningOptions {
  /** How many values a warning lasts when no drift follows; 1,000. */
  readonly hold?: number
}

export interface EarlyWarningState<M extends DetectorState, W extends DetectorState> extends DetectorState {
  /** Values for which the warning still lasts. */
  readonly left: number
  readonly main: M
  readonly sensitive: W
}

/**
 * Gives a detector warnings: those of a second, more sensitive one over the same values. A drift of `sensitive` is a
 * warning for `hold` values, a drift of `main` is a drift and starts both anew.
 * Source: the pairs of detectors in Gomes et al. 2017 (adaptive random forests).
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * const detector = earlyWarning(adwin({ mode: 'up' }), adwin({ delta: 0.05, mode: 'up' }))
 * errors.reduce(detector.update, detector.initial).main.width // 944
 */
export function earlyWarning<M extends DetectorState, W extends DetectorState>(
  main: Detector<M>, sensitive: Detector<W>, options: EarlyWarningOptions = {},
): Detector<EarlyWarningState<M, W>> {
  const where = 'earlyWarning'
  checkDetector(where, main)
  checkDetector(where, sensitive)
  checkOptions(where, options, ['hold'])
  const { hold = 1000 } = options
  checkNumber(where, 'hold', hold, { least: 1, integer: true }, 'Give a number of values.')

  const next = (state: EarlyWarningState<M, W>, value: number): EarlyWarningState<M, W> => {
    const after = main.update(state.main, value)
    const early = sensitive.update(state.sensitive, value)
    const left = early.status === 'drift' ? hold : Math.max(0, state.left - 1)
    const isWarning = left > 0 || after.status === 'warning'
    const status = after.status === 'drift' ? 'drift' : isWarning ? 'warning' : 'stable'
    return { status, left, main: after, sensitive: early }
  }
  const takes = main.takes === 'bits' || sensitive.takes === 'bits' ? 'bits' : 'numbers'
  const initial: EarlyWarningState<M, W> = {
    status: 'stable', left: 0, main: main.initial, sensitive: sensitive.initial,
  }
  // Going on from a drift, a detector starts anew by itself; one without a drift is started here.
  const restart = (state: EarlyWarningState<M, W>): EarlyWarningState<M, W> => ({ ...initial, main: state.main })
  return defineDetector({ name: `${where}(${main.name}, ${sensitive.name})`, takes, initial, next, restart })
}
