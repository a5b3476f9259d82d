import { checkNumber } from '@eddy/optim'
import { kernelMath } from '../kernel-math.ts'
import { checkMode, checkOptions, type DriftMode } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface HddmAOptions {
  /** Probability of a false alarm that a drift may have, in (0, 1); 0.001. */
  readonly driftConfidence?: number
  /** The same for a warning; 0.005. */
  readonly warningConfidence?: number
  /** Which change of the error rate counts; `up`. */
  readonly mode?: DriftMode
}

/** Mean of the first `count` values. */
interface Prefix {
  readonly count: number
  readonly mean: number
}

export interface HddmAState extends DetectorState {
  readonly all: Prefix
  /** The prefixes with the least upper and the greatest lower bound of their mean. */
  readonly lowest: Prefix
  readonly highest: Prefix
}

/**
 * Hoeffding drift detection with averages: compares the mean so far with that of the best prefix.
 * Formula: e(n) = sqrt(log(1 / driftConfidence) / (2 n)); the prefix x with the least mean(x) + e(x) is kept;
 * drift when mean(all) - mean(x) >= sqrt((n - nx) / (2 nx n) * log(2 / driftConfidence)), warning likewise.
 * Source: Frias-Blanco et al. 2015, corollary 7. The defaults are River's.
 * State/cost: six numbers, O(1).
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(hddmA().update, hddmA().initial).all.count // 961
 * learned$.pipe(detectDrift(hddmA(), ({ event, prediction }) => (prediction > 0.5) !== event.isSpam))
 */
export function hddmA(options: HddmAOptions = {}): Detector<HddmAState> {
  const where = 'hddmA'
  checkOptions(where, options, ['driftConfidence', 'warningConfidence', 'mode'])
  const { driftConfidence = 0.001, warningConfidence = 0.005, mode = 'up' } = options
  const { log } = kernelMath()
  checkConfidences(where, driftConfidence, warningConfidence)
  checkMode(where, mode)
  const boundLog = log(1 / driftConfidence)
  const [driftLog, warningLog] = [log(2 / driftConfidence), log(2 / warningConfidence)]
  const boundOf = (count: number): number => Math.sqrt(1 / (2 * count) * boundLog)
  const reaches = (all: Prefix, lowest: Prefix, highest: Prefix, confidenceLog: number): boolean => (
    (mode !== 'down' && isChange(lowest, all.count, all.mean - lowest.mean, confidenceLog))
    || (mode !== 'up' && isChange(highest, all.count, highest.mean - all.mean, confidenceLog))
  )

  const next = (state: HddmAState, value: number): HddmAState => {
    const count = state.all.count + 1
    const mean = state.all.mean + (1 / count) * (value - state.all.mean)
    const all = { count, mean }
    const bound = boundOf(count)
    let { lowest, highest } = state
    if (count === 1 || lowest.mean + boundOf(lowest.count) >= mean + bound) lowest = all
    if (count === 1 || highest.mean - boundOf(highest.count) <= mean - bound) highest = all
    let status: HddmAState['status'] = 'stable'
    if (reaches(all, lowest, highest, driftLog)) status = 'drift'
    else if (reaches(all, lowest, highest, warningLog)) status = 'warning'
    return { status, all, lowest, highest }
  }
  const none: Prefix = { count: 0, mean: 0 }
  const initial: HddmAState = { status: 'stable', all: none, lowest: none, highest: none }
  return defineDetector({ name: where, takes: 'bits', initial, next })
}

/** Whether the mean of `count` values is too far from that of its first ones. */
function isChange(part: Prefix, count: number, change: number, confidenceLog: number): boolean {
  if (part.count === count) return false
  return change >= Math.sqrt((count - part.count) / part.count * (1 / count) / 2 * confidenceLog)
}

/** @throws ValueError unless both are probabilities, and drifts are surer than warnings. */
export function checkConfidences(where: string, drift: number, warning: number): void {
  checkNumber(where, 'driftConfidence', drift, { above: 0, below: 1 }, 'Smaller means fewer false alarms, and later.')
  checkNumber(where, 'warningConfidence', warning, { least: drift, below: 1 }, 'Give at least driftConfidence.')
}
