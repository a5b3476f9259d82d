import { checkNumber } from '@eddy/optim'
import { rng } from '@eddy/tensor'
import { checkOptions } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'
import { ksCritical } from './ks-critical.ts'

export interface KswinOptions {
  /** Greatest p-value that is a drift, in (0, 1); 0.005. It is tested at every value, so keep it small. */
  readonly alpha?: number
  /** Values in the window; 100. */
  readonly windowSize?: number
  /** Values that are recent, and how many of the older ones are drawn to compare; 30, at most half the window. */
  readonly statSize?: number
  /** Seed of the draws; 0. */
  readonly seed?: number
}

export interface KswinState extends DetectorState {
  /** Tests so far, also before the last drift: the number of the next draw. */
  readonly tests: number
  /** The last values, oldest first. */
  readonly window: readonly number[]
}

/** Distances up to this are no drift, whatever their p-value. */
const distanceLeast = 0.1

/**
 * Kolmogorov-Smirnov windowing: the newest r values against r of the older ones in the window, drawn at random without
 * putting back. Notices any change of the distribution, also of its spread alone.
 * Formula: distance = max over x of |F_new(x) - F_old(x)|; drift when its exact p-value is at most alpha and it is
 * greater than 0.1. Source: Raab, Heusinger, Schleif 2020. The defaults are River's.
 * Determinism: draw k is a function of the seed and k alone. River draws with Python's generator, so single indices
 * differ from its.
 * Invariance: only the order of values matters, so any strictly rising function of them gives the same decisions.
 * State/cost: the window; O(n + r log r) a value once the window is full.
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(kswin().update, kswin().initial).tests // 1802
 * prices$.pipe(detectDrift(kswin({ alpha: 1e-4, seed: 1 })), filter(({ drift }) => drift))
 */
export function kswin(options: KswinOptions = {}): Detector<KswinState> {
  const where = 'kswin'
  checkOptions(where, options, ['alpha', 'windowSize', 'statSize', 'seed'])
  const { alpha = 0.005, windowSize = 100, statSize = 30, seed = 0 } = options
  checkNumber(where, 'alpha', alpha, { above: 0, below: 1 }, 'Smaller means fewer false alarms, and later.')
  checkNumber(where, 'windowSize', windowSize, { least: 2, integer: true }, 'Give a number of values.')
  checkNumber(
    where, 'statSize', statSize, { least: 1, most: windowSize / 2, integer: true }, 'Give at most half the window.',
  )
  checkNumber(where, 'seed', seed, {}, 'Give any number.')
  const random = rng(seed, where)
  const critical = Math.max(ksCritical(statSize, alpha), Math.floor(distanceLeast * statSize) + 1)
  const older = windowSize - statSize
  const drawn = new Float64Array(statSize)
  const recent = new Float64Array(statSize)
  const pool = new Float64Array(older)

  /** Fills `drawn` with values of the older part: the first steps of a Fisher-Yates shuffle. */
  const draw = (window: readonly number[], tests: number): void => {
    for (let k = 0; k < older; k++) pool[k] = window[k]!
    for (let k = 0; k < statSize; k++) {
      const at = k + random.integer(tests * statSize + k, older - k)
      drawn[k] = pool[at]!
      pool[at] = pool[k]!
    }
  }

  const next = (state: KswinState, value: number): KswinState => {
    const window = state.window.length < windowSize ? state.window.slice() : state.window.slice(1)
    window.push(value)
    if (window.length < windowSize) return { status: 'stable', tests: state.tests, window }
    draw(window, state.tests)
    for (let k = 0; k < statSize; k++) recent[k] = window[older + k]!
    const isDrift = distanceCount(drawn.sort(), recent.sort()) >= critical
    return { status: isDrift ? 'drift' : 'stable', tests: state.tests + 1, window }
  }
  const initial: KswinState = { status: 'stable', tests: 0, window: [] }
  const restart = ({ tests }: KswinState): KswinState => ({ ...initial, tests })
  return defineDetector({ name: where, takes: 'numbers', initial, next, restart })
}

/** The Kolmogorov-Smirnov distance of two sorted samples of n values each, times n: an integer. */
function distanceCount(a: Float64Array, b: Float64Array): number {
  let [i, j, most] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i]!, b[j]!)
    while (i < a.length && a[i] === x) i++
    while (j < b.length && b[j] === x) j++
    most = Math.max(most, Math.abs(i - j))
  }
  return most
}
