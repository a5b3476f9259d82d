import { checkNumber } from '@eddy/optim'
import { kernelMath } from '../kernel-math.ts'
import { checkMode, checkOptions, type DriftMode } from './check.ts'
import { defineDetector, type Detector, type DetectorState } from './detector.ts'

export interface AdwinOptions {
  /** Bound on the rate of false alarms, in (0, 1); 0.002. */
  readonly delta?: number
  /** Looks for a cut after every this many values; 32. */
  readonly clock?: number
  /** Buckets of one size before two of them are merged; 5. */
  readonly maxBuckets?: number
  /** Least number of values on each side of a cut; 5. */
  readonly minWindowLength?: number
  /** No cut while the window has no more values than this; 10. */
  readonly gracePeriod?: number
  /** Which change of the mean is a drift; `both`. Any change shortens the window. */
  readonly mode?: DriftMode
}

export interface AdwinState extends DetectorState {
  /** Values since the start or the last drift. */
  readonly ticks: number
  /** Values in the window, their sum, and the sum of their squared deviations from their mean. */
  readonly width: number
  readonly total: number
  readonly deviation: number
  /** Row k: buckets of 2^k values each, oldest first; of each bucket its sum, then its sum of squared deviations. */
  readonly rows: readonly (readonly number[])[]
}

type Window = { -readonly [Key in keyof Omit<AdwinState, 'status' | 'ticks'>]: AdwinState[Key] }

/**
 * Adaptive windowing: the longest window of recent values in which no two parts have means that differ too much.
 * Formula: a cut into n0 older and n1 newer values is a change when |mean0 - mean1| > sqrt(2 m v d) + 2/3 m d,
 * v the variance of the window of W values, d = log(2 log(W) / delta), m = 1 / (n0 - l + 1) + 1 / (n1 - l + 1),
 * l = minWindowLength. While there is one, the oldest bucket is dropped.
 *
 *     rows[3] ▐████████▌  rows[2] ▐████▌▐████▌  rows[1] ▐██▌▐██▌▐██▌  rows[0] ▐█▌▐█▌   <- newest
 *
 * Source: Bifet, Gavalda 2007, section 4 (buckets: Datar et al. 2002; variances: Babcock et al. 2003).
 * Like River, and unlike the paper, a drift empties the window. The defaults are River's.
 * Range/units: meant for values about 1 wide, such as errors of 0 and 1: the last term of the bound has their unit.
 * State/cost: O(log W) numbers; O(1) a value, amortised, and O(log W) at every `clock`-th.
 * @throws ValueError for an option out of range.
 *
 * @example
 * // 1,000 errors of rate 0.1, then 1,000 of rate 0.4
 * errors.reduce(adwin().update, adwin().initial).width // 944
 * learned$.pipe(detectDrift(adwin(), ({ loss }) => loss), filter(({ drift }) => drift))
 */
export function adwin(options: AdwinOptions = {}): Detector<AdwinState> {
  const where = 'adwin'
  checkOptions(where, options, ['delta', 'clock', 'maxBuckets', 'minWindowLength', 'gracePeriod', 'mode'])
  const { delta = 0.002, clock = 32, maxBuckets = 5, minWindowLength = 5, gracePeriod = 10, mode = 'both' } = options
  checkNumber(where, 'delta', delta, { above: 0, below: 1 }, 'Smaller means fewer false alarms, and later ones.')
  checkNumber(where, 'clock', clock, { least: 1, integer: true }, 'Give 1 to look after every value.')
  checkNumber(where, 'maxBuckets', maxBuckets, { least: 2, integer: true }, 'More buckets, more exact cuts.')
  checkNumber(where, 'minWindowLength', minWindowLength, { least: 1, integer: true }, 'Give a number of values.')
  checkNumber(where, 'gracePeriod', gracePeriod, { least: 0, integer: true }, 'Give a number of values.')
  checkMode(where, mode)

  const next = (state: AdwinState, value: number): AdwinState => {
    const ticks = state.ticks + 1
    const window = insert(state, value, maxBuckets)
    let status: AdwinState['status'] = 'stable'
    if (ticks % clock === 0 && window.width > gracePeriod) {
      const mean = window.total / window.width
      const before = window.width
      while (hasCut(window, delta, minWindowLength)) dropOldest(window)
      if (window.width < before) {
        const rise = window.total / window.width - mean
        if (mode === 'both' || (mode === 'up' ? rise > 0 : rise < 0)) status = 'drift'
      }
    }
    const { width, total, deviation, rows } = window
    return { status, ticks, width, total, deviation, rows }
  }
  const initial: AdwinState = { status: 'stable', ticks: 0, width: 0, total: 0, deviation: 0, rows: [] }
  return defineDetector({ name: where, takes: 'numbers', initial, next })
}

/** The window with one more value. Rows are copied before they change; all others are shared with `state`. */
function insert({ width, total, deviation, rows }: AdwinState, value: number, maxBuckets: number): Window {
  const offset = width > 0 ? value - total / width : 0
  const window: Window = {
    width: width + 1, total: total + value, deviation: deviation + width * offset * offset / (width + 1), rows,
  }
  const copies = rows.slice()
  let [sum, spread] = [value, 0]
  for (let k = 0, size = 1; ; k++, size *= 2) {
    const row = k < copies.length ? copies[k]!.slice() : []
    row.push(sum, spread)
    copies[k] = row
    if (row.length <= 2 * maxBuckets) break
    const apart = row[0]! / size - row[2]! / size
    sum = row[0]! + row[2]!
    spread = row[1]! + row[3]! + size * size * apart * apart / (size + size)
    copies[k] = row.slice(4)
  }
  window.rows = copies
  return window
}

function hasCut({ width, total, deviation, rows }: Window, delta: number, least: number): boolean {
  if (width < 2 * least) return false
  const { log } = kernelMath()
  const confidence = log(2 * log(width) / delta)
  const variance = Math.max(0, deviation) / width
  let [oldCount, oldSum, newCount, newSum] = [0, 0, width, total]
  for (let k = rows.length - 1; k >= 0; k--) {
    const row = rows[k]!
    const size = 2 ** k
    for (let at = 0; at < row.length; at += 2) {
      oldCount += size
      newCount -= size
      oldSum += row[at]!
      newSum -= row[at]!
      if (oldCount < least || newCount < least) continue
      const m = 1 / (oldCount - least + 1) + 1 / (newCount - least + 1)
      const bound = Math.sqrt(2 * m * variance * confidence) + 2 / 3 * confidence * m
      if (Math.abs(oldSum / oldCount - newSum / newCount) > bound) return true
    }
  }
  return false
}

function dropOldest(window: Window): void {
  const rows = window.rows.slice()
  const row = rows.at(-1)!
  const size = 2 ** (rows.length - 1)
  const [sum, spread] = [row[0]!, row[1]!]
  window.width -= size
  window.total -= sum
  const apart = sum / size - window.total / window.width
  window.deviation -= spread + size * window.width * apart * apart / (size + window.width)
  if (row.length === 2) rows.pop()
  else rows[rows.length - 1] = row.slice(2)
  window.rows = rows
}
