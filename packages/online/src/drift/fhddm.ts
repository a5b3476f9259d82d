import { checkNumber } from '@eddy/optim'
import { kernelMath } from '../kernel-math.ts'
import { checkMode, checkOptions, type DriftMode } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface FhddmOptions {
  /** Values in the window; 100. */
  readonly windowSize?: number
  /** Probability of a false alarm at a value, in (0, 1); 1e-6. */
  readonly confidence?: number
  /** Values in a second, shorter window that reacts faster; none. */
  readonly shortWindowSize?: number
  /** Which change of the share of ones is a drift; `up`, for errors. River's, and the paper's, is `down`. */
  readonly mode?: DriftMode
}

/** Ones in a window, and the least and most there were while it was full. */
interface Share {
  readonly ones: number
  readonly least: number
  readonly most: number
}

export interface FhddmState extends DetectorState {
  /** The last values, oldest first. */
  readonly window: readonly number[]
  readonly long: Share
  readonly short: Share
}

/**
 * Fast Hoeffding drift detection: the share of errors in a sliding window against the least there has been.
 * Formula: u the share of ones among the last n values; drift when u - min u > sqrt(log(1 / confidence) / (2 n)).
 * Source: Pesaranghader, Viktor 2016, who count right predictions and look for a fall, as River does: that is
 * `mode: 'down'`. Here 1 is an error, as for the other detectors. Short window: Pesaranghader, Viktor, Paquet 2018.
 * Except for the mode the defaults are River's. There are no warnings.
 * State/cost: the window; O(n) a value for the copy.
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(fhddm().update, fhddm().initial).long.ones // 32
 * learned$.pipe(detectDrift(fhddm(), ({ event, prediction }) => (prediction > 0.5) !== event.isSpam))
 */
export function fhddm(options: FhddmOptions = {}): Detector<FhddmState> {
  const where = 'fhddm'
  checkOptions(where, options, ['windowSize', 'confidence', 'shortWindowSize', 'mode'])
  const { windowSize = 100, confidence = 1e-6, shortWindowSize = windowSize, mode = 'up' } = options
  checkNumber(where, 'windowSize', windowSize, { least: 1, integer: true }, 'Give a number of values.')
  checkNumber(where, 'confidence', confidence, { above: 0, below: 1 }, 'Smaller means fewer false alarms, and later.')
  checkNumber(
    where, 'shortWindowSize', shortWindowSize, { least: 1, most: windowSize, integer: true }, 'Give a part of it.',
  )
  checkMode(where, mode)
  const surprise = kernelMath().log(1 / confidence)
  const longBound = Math.sqrt(surprise / (2 * windowSize))
  const shortBound = Math.sqrt(surprise / (2 * shortWindowSize))
  const isChange = ({ ones, least, most }: Share, size: number, bound: number): boolean => (
    (mode !== 'down' && (ones - least) / size > bound) || (mode !== 'up' && (most - ones) / size > bound)
  )

  const next = ({ window: before, long, short }: FhddmState, value: number): FhddmState => {
    const isFull = before.length + 1 >= windowSize
    const longer = shift(long, before, value, windowSize, isFull)
    const shorter = shift(short, before, value, shortWindowSize, isFull)
    const window = before.length < windowSize ? before.slice() : before.slice(1)
    window.push(value)
    const isDrift = isFull && (
      isChange(longer, windowSize, longBound) || isChange(shorter, shortWindowSize, shortBound)
    )
    return { status: isDrift ? 'drift' : 'stable', window, long: longer, short: shorter }
  }
  const initial: FhddmState = {
    status: 'stable', window: [],
    long: { ones: 0, least: windowSize, most: 0 }, short: { ones: 0, least: shortWindowSize, most: 0 },
  }
  return defineDetector({ name: where, takes: 'bits', initial, next })
}

/** The share after one more value. Least and most are kept once the long window is full. */
function shift(
  { ones: before, least, most }: Share, window: readonly number[], value: number, size: number, isFull: boolean,
): Share {
  const ones = before + value - (window.length < size ? 0 : window[window.length - size]!)
  return isFull ? { ones, least: Math.min(least, ones), most: Math.max(most, ones) } : { ones, least, most }
}
