import { kernelMath } from '../kernel-math.ts'
import type { Metric, MetricState } from './metric.ts'

/** Bins of log-odds: 1/64 wide from -20 to 20, and one beyond each end. */
const perUnit = 64
const limit = 20
const bins = 2 * limit * perUnit + 2

/**
 * Area under the receiver operating characteristic: the probability that a positive event was given a higher score
 * than a negative one, ties counting half. NaN until both classes have been seen.
 *
 * Memory is bounded: scores are counted in 2,562 bins of their log-odds and are ties within a bin, so the result is
 * exact for scores 1/64 apart (0.4 % at one half, 1.6 % of p near 0), and differs from the exact one by at most half
 * the share of (positive, negative) pairs that fall into one bin. Labels above one half are positive.
 * Source: Mann and Whitney 1947.
 * State/cost: O(1) an update, O(bins) a value.
 */
export function rocAuc(): Metric<number> {
  return new RocAuc()
}

class RocAuc implements Metric<number> {
  readonly #negatives = new Float64Array(bins)
  readonly #positives = new Float64Array(bins)

  get value(): number {
    let below = 0
    let positives = 0
    let won = 0
    for (let k = 0; k < bins; k++) {
      won += this.#positives[k]! * (below + this.#negatives[k]! / 2)
      below += this.#negatives[k]!
      positives += this.#positives[k]!
    }
    return positives > 0 && below > 0 ? won / (positives * below) : NaN
  }

  /** Triples: bin, negatives, positives. */
  get state(): MetricState {
    const state: number[] = []
    for (let k = 0; k < bins; k++) {
      if (this.#negatives[k]! + this.#positives[k]! > 0) state.push(k, this.#negatives[k]!, this.#positives[k]!)
    }
    return Object.freeze(state)
  }

  update(prediction: number, label: number): void {
    const counts = label > 0.5 ? this.#positives : this.#negatives
    const bin = binOf(prediction)
    counts[bin] = counts[bin]! + 1
  }

  restore(state: MetricState): void {
    this.#negatives.fill(0)
    this.#positives.fill(0)
    for (let k = 0; k < state.length; k += 3) {
      this.#negatives[state[k]!] = state[k + 1]!
      this.#positives[state[k]!] = state[k + 2]!
    }
  }
}

function binOf(probability: number): number {
  if (!(probability > 0)) return 0
  if (probability >= 1) return bins - 1
  const odds = kernelMath().log(probability / (1 - probability))
  return Math.min(bins - 1, Math.max(0, 1 + Math.floor((odds + limit) * perUnit)))
}
