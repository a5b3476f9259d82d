import { bucketOf } from '../baselines/buckets.ts'
import type { MetricState } from './metric.ts'
import { pack, unpack } from './packed.ts'

/** Intervals of scores in ascending order, and the weight of either class in each. They do not overlap. */
class Bins {
  low = new Float64Array(64)
  high = new Float64Array(64)
  negatives = new Float64Array(64)
  positives = new Float64Array(64)
  count = 0

  /** Makes room; what was there is lost. */
  clear(room: number): void {
    this.count = 0
    if (this.low.length >= room) return
    const length = Math.max(room, 2 * this.low.length)
    this.low = new Float64Array(length)
    this.high = new Float64Array(length)
    this.negatives = new Float64Array(length)
    this.positives = new Float64Array(length)
  }

  push(low: number, high: number, negatives: number, positives: number): void {
    const k = this.count++
    this.low[k] = low
    this.high[k] = high
    this.negatives[k] = negatives
    this.positives[k] = positives
  }

  /** Of ascending scores: adds to the last bin when the score lies in it, else appends one of its own. */
  meet(score: number, negatives: number, positives: number): void {
    const last = this.count - 1
    if (last < 0 || score > this.high[last]!) {
      this.push(score, score, negatives, positives)
      return
    }
    this.negatives[last] = this.negatives[last]! + negatives
    this.positives[last] = this.positives[last]! + positives
  }
}

/** Scores of one class that no bin has taken in yet, in the order of arrival. */
class Waiting {
  readonly scores: Float64Array
  readonly weights: Float64Array
  count = 0
  isWeighted = false

  constructor(room: number) {
    this.scores = new Float64Array(room)
    this.weights = new Float64Array(room)
  }

  push(score: number, weight: number): void {
    this.scores[this.count] = score
    this.weights[this.count++] = weight
    if (weight !== 1) this.isWeighted = true
  }

  /** By score; those of equal score stay in order. */
  sort(): void {
    if (!this.isWeighted) {
      this.scores.subarray(0, this.count).sort()
      return
    }
    const order = Array.from({ length: this.count }, (_, k) => k)
    order.sort((a, b) => this.scores[a]! - this.scores[b]! || a - b)
    const scores = order.map((k) => this.scores[k]!)
    const weights = order.map((k) => this.weights[k]!)
    this.scores.set(scores)
    this.weights.set(weights)
  }
}

/** Where `value` and `bound` lay out everything; nobody else can see it. */
const view = new Bins()

/**
 * Scores of two classes in bounded memory, for the area under the ROC curve.
 *
 * Exact as long as there are at most `capacity` different scores. Beyond, neighbouring scores are merged into bins that
 * hold at most e = 4 / capacity of the weight of either class when they are formed; scores within a bin count as ties.
 * So the bins follow the scores, wherever they crowd. No bin reaches beyond its cell of a fixed grid that divides the
 * distance from 0, above one half that from 1, by 1.6 %: they stay narrow also when the scores move on. Why there are
 * at most `capacity` bins more than cells: two neighbours in a cell that are not merged have together more than e of
 * one class, so there are fewer than 4 / e of them.
 * State/cost: O(log waiting + capacity / waiting) an event on average, O(capacity) a value.
 */
export class ScoreDigest {
  readonly #capacity: number
  readonly #waitingMax: number
  readonly #negatives: Waiting
  readonly #positives: Waiting
  #bins = new Bins()
  #spare = new Bins()

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#waitingMax = Math.max(1, capacity >>> 2)
    this.#negatives = new Waiting(this.#waitingMax)
    this.#positives = new Waiting(this.#waitingMax)
  }

  /** P(score of a positive > score of a negative) + P(equal) / 2; NaN while there are no two classes. */
  get value(): number {
    this.#merge(view)
    let [below, positives, won] = [0, 0, 0]
    for (let k = 0; k < view.count; k++) {
      won += view.positives[k]! * (below + view.negatives[k]! / 2)
      below += view.negatives[k]!
      positives += view.positives[k]!
    }
    return won / (positives * below)
  }

  /** By how much `value` may be wrong: half the share of pairs that share a bin without being known as ties. */
  get bound(): number {
    this.#merge(view)
    let [negatives, positives, unknown] = [0, 0, 0]
    for (let k = 0; k < view.count; k++) {
      if (view.low[k]! < view.high[k]!) unknown += view.positives[k]! * view.negatives[k]!
      negatives += view.negatives[k]!
      positives += view.positives[k]!
    }
    return unknown / 2 / (positives * negatives)
  }

  /** The bins, four numbers each, then scores and weights that wait. */
  get state(): MetricState {
    // In order, so that a state does not depend on whether somebody has read the value in between.
    this.#negatives.sort()
    this.#positives.sort()
    const { low, high, negatives, positives, count } = this.#bins
    const bins = Array.from({ length: count }, (_, k) => [low[k]!, high[k]!, negatives[k]!, positives[k]!]).flat()
    const waiting = [this.#negatives, this.#positives].flatMap((each) => (
      [[...each.scores.subarray(0, each.count)], [...each.weights.subarray(0, each.count)]]
    ))
    return pack([bins, ...waiting])
  }

  fits(state: MetricState): boolean {
    const [bins, ...waiting] = unpack(state) ?? []
    return bins !== undefined && bins.length % 4 === 0 && waiting.length === 4
      && waiting.every(({ length }, k) => length === waiting[k ^ 1]!.length && length < this.#waitingMax)
  }

  restore(state: MetricState): void {
    const [bins, ...waiting] = unpack(state)!
    this.#bins.clear(bins!.length / 4)
    for (let k = 0; k < bins!.length; k += 4) this.#bins.push(bins![k]!, bins![k + 1]!, bins![k + 2]!, bins![k + 3]!)
    for (const [own, at] of [[this.#negatives, 0], [this.#positives, 2]] as const) {
      own.count = 0
      own.isWeighted = false
      waiting[at]!.forEach((score, k) => own.push(score, waiting[at + 1]![k]!))
    }
  }

  add(score: number, isPositive: boolean, weight: number): void {
    const own = isPositive ? this.#positives : this.#negatives
    own.push(score, weight)
    if (own.count === this.#waitingMax) this.#takeIn()
  }

  rescale(factor: number): void {
    const { count, negatives, positives } = this.#bins
    for (let k = 0; k < count; k++) {
      negatives[k] = negatives[k]! * factor
      positives[k] = positives[k]! * factor
    }
    for (const { count: waiting, weights } of [this.#negatives, this.#positives]) {
      for (let k = 0; k < waiting; k++) weights[k] = weights[k]! * factor
    }
  }

  #takeIn(): void {
    const merged = this.#spare
    this.#merge(merged)
    for (const each of [this.#negatives, this.#positives]) {
      each.count = 0
      each.isWeighted = false
    }
    if (merged.count > this.#capacity) compress(merged, 4 / this.#capacity)
    this.#spare = this.#bins
    this.#bins = merged
  }

  /** Writes the bins and everything that waits, by score, into `into`. */
  #merge(into: Bins): void {
    const [bins, low, high] = [this.#bins, this.#negatives, this.#positives]
    low.sort()
    high.sort()
    into.clear(bins.count + low.count + high.count)
    let [k, n, p] = [0, 0, 0]
    while (k < bins.count || n < low.count || p < high.count) {
      const next = k < bins.count ? bins.low[k]! : Infinity
      const negative = n < low.count ? low.scores[n]! : Infinity
      const positive = p < high.count ? high.scores[p]! : Infinity
      if (next <= negative && next <= positive) {
        into.push(next, bins.high[k]!, bins.negatives[k]!, bins.positives[k]!)
        k++
      } else if (negative <= positive) into.meet(negative, low.weights[n++]!, 0)
      else into.meet(positive, 0, high.weights[p++]!)
    }
  }
}

/** The number of a score's cell: 64 to a doubling of the distance from 0, above one half from 1. */
function cellOf(score: number): number {
  return score > 0.5 ? 2 ** 20 - Math.floor(bucketOf(1 - score) / 16) : Math.floor(bucketOf(score) / 16)
}

/** Merges neighbours of one cell in place, as long as neither class has more than `share` of its weight in a bin. */
function compress(bins: Bins, share: number): void {
  const { low, high, negatives, positives, count } = bins
  let [negativesMax, positivesMax] = [0, 0]
  for (let k = 0; k < count; k++) {
    negativesMax += negatives[k]! * share
    positivesMax += positives[k]! * share
  }
  let last = 0
  for (let k = 1; k < count; k++) {
    const [n, p] = [negatives[last]! + negatives[k]!, positives[last]! + positives[k]!]
    if (n <= negativesMax && p <= positivesMax && cellOf(low[last]!) === cellOf(high[k]!)) {
      high[last] = high[k]!
      negatives[last] = n
      positives[last] = p
    } else {
      last++
      low[last] = low[k]!
      high[last] = high[k]!
      negatives[last] = negatives[k]!
      positives[last] = positives[k]!
    }
  }
  bins.count = last + 1
}
