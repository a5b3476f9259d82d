import { checkNumber } from '@eddy/optim'
import { kernelMath } from '../kernel-math.ts'
import { checkMode, checkOptions } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'
import { checkConfidences, type HddmAOptions } from './hddm-a.ts'

export interface HddmWOptions extends HddmAOptions {
  /** Weight of the newest value, in (0, 1); 0.05. */
  readonly lambda?: number
}

/** An exponentially weighted mean; `spread` is the sum of its squared weights, which bounds how far it can stray. */
interface Weighted {
  readonly count: number
  readonly mean: number
  readonly spread: number
}

/** The mean up to the cut, the mean since then, and the bound of the mean at the cut; null before the first value. */
interface Cut {
  readonly before: Weighted
  readonly after: Weighted
  readonly bound: number
}

export interface HddmWState extends DetectorState {
  readonly all: Weighted
  readonly rise: Cut | null
  readonly fall: Cut | null
}

const none: Weighted = Object.freeze({ count: 0, mean: 0, spread: 1 })

/**
 * Hoeffding drift detection with weighted averages: compares the weighted mean since the best moment with that before.
 * Formula: z <- lambda x + (1 - lambda) z from the first x, c <- lambda^2 + (1 - lambda)^2 c from 1; the cut is where
 * z + sqrt(c log(1 / driftConfidence) / 2) was least; drift when
 * zAfter - zBefore > sqrt((cBefore + cAfter) log(1 / driftConfidence) / 2), warning likewise.
 * Source: Frias-Blanco et al. 2015, corollary 10. The defaults are River's.
 * State/cost: at most 18 numbers, O(1).
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(hddmW().update, hddmW().initial).all.count // 949
 * learned$.pipe(detectDrift(hddmW(), ({ event, prediction }) => (prediction > 0.5) !== event.isSpam))
 */
export function hddmW(options: HddmWOptions = {}): Detector<HddmWState> {
  const where = 'hddmW'
  checkOptions(where, options, ['driftConfidence', 'warningConfidence', 'lambda', 'mode'])
  const { driftConfidence = 0.001, warningConfidence = 0.005, lambda = 0.05, mode = 'up' } = options
  const { log } = kernelMath()
  checkConfidences(where, driftConfidence, warningConfidence)
  checkNumber(where, 'lambda', lambda, { above: 0, below: 1 }, 'Greater means faster, and more false alarms.')
  checkMode(where, mode)
  const [driftLog, warningLog] = [log(1 / driftConfidence), log(1 / warningConfidence)]
  const boundOf = (spread: number, confidenceLog: number): number => Math.sqrt(spread * confidenceLog / 2)

  const add = ({ count, mean, spread }: Weighted, value: number): Weighted => ({
    count: count + 1,
    mean: count === 0 ? value : lambda * value + (1 - lambda) * mean,
    spread: lambda * lambda + (1 - lambda) * (1 - lambda) * spread,
  })
  /** `sign` 1 looks for a rise, -1 for a fall. */
  const move = (cut: Cut | null, all: Weighted, value: number, sign: number): Cut => {
    const bound = sign * all.mean + boundOf(all.spread, driftLog)
    if (cut === null || bound < cut.bound) return { before: all, after: none, bound }
    return { before: cut.before, after: add(cut.after, value), bound: cut.bound }
  }
  const isChange = (cut: Cut | null, sign: number, confidenceLog: number): boolean => (
    cut !== null && cut.after.count > 0
    && sign * (cut.after.mean - cut.before.mean) > boundOf(cut.before.spread + cut.after.spread, confidenceLog)
  )

  const next = (state: HddmWState, value: number): HddmWState => {
    const all = add(state.all, value)
    const rise = mode === 'down' ? null : move(state.rise, all, value, 1)
    const fall = mode === 'up' ? null : move(state.fall, all, value, -1)
    let status: HddmWState['status'] = 'stable'
    if (isChange(rise, 1, driftLog) || isChange(fall, -1, driftLog)) status = 'drift'
    else if (isChange(rise, 1, warningLog) || isChange(fall, -1, warningLog)) status = 'warning'
    return { status, all, rise, fall }
  }
  const initial: HddmWState = { status: 'stable', all: none, rise: null, fall: null }
  return defineDetector({ name: where, takes: 'bits', initial, next })
}
