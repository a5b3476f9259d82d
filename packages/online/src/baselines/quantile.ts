import { checkNumber } from '@eddy/tensor'
import { checkOptions } from '../known-options.ts'
import type { Baseline, MetricState } from '../metrics/metric.ts'
import { cut, stateOf } from '../metrics/peeking.ts'
import { BucketCounts } from './bucket-counts.ts'
import { bucketOf, bucketValue } from './buckets.ts'
import { isCount } from './is-count.ts'

/** Below all buckets. */
const lowest = bucketOf(-Infinity) - 1

/**
 * A quantile of all labels so far: of n labels in order, number ceil(quantile * n); 0 at first. What a model of that
 * quantile has to be better than.
 *
 * Labels are counted in buckets that keep their first 11 significant bits, rounded towards 0: exact for whole numbers
 * up to 2,048 and all others that short; less than 0.1 % too small in magnitude otherwise. Memory is bounded by the
 * number of buckets, 2^19; each is kept once it has been met.
 * State/cost: O(1) an update; the quantile moves to the next bucket that has a label, by a search of bits.
 * @throws ValueError for a quantile that is not between 0 and 1.
 * @example new Prequential({ mae }, { upper: () => quantileBaseline({ quantile: 0.9 }) })
 */
export function quantileBaseline(options: { readonly quantile: number }): Baseline<number> {
  checkOptions('quantileBaseline', options, ['quantile'])
  checkNumber('quantileBaseline', 'quantile', options.quantile, { above: 0, below: 1 }, 'The median is 0.5.')
  return new RunningQuantile(options.quantile)
}

/** What `quantileBaseline` and `medianBaseline` are. */
export class RunningQuantile implements Baseline<number> {
  readonly #share: number
  #counts = new BucketCounts()
  #total = 0
  /** The quantile's bucket, and the labels in buckets below it. */
  #at = 0
  #before = 0
  /** Its value. */
  #quantile = 0

  constructor(share: number) {
    this.#share = share
  }

  /** Pairs: bucket, count; ascending. */
  get state(): MetricState {
    return stateOf(this)
  }

  peek(into: number[]): void {
    cut(into, this.#counts.put(into))
  }

  predict(): number {
    return this.#total === 0 ? 0 : this.#quantile
  }

  update(label: number): void {
    this.#add(bucketOf(label), 1)
    this.#settle()
  }

  guessAll(labels: Float64Array, count: number, into: Float64Array): void {
    for (let k = 0; k < count; k++) {
      into[k] = this.predict()
      this.update(labels[k]!)
    }
  }

  fits(state: MetricState): boolean {
    return state.length % 2 === 0 && state.every((value, k) => (
      k % 2 === 1 ? isCount(value) && value > 0
        : Number.isInteger(value) && value > (state[k - 2] ?? lowest) && value <= bucketOf(Infinity)
    ))
  }

  restore(state: MetricState): void {
    this.#counts = new BucketCounts()
    this.#total = 0
    this.#before = 0
    for (let k = 0; k < state.length; k += 2) this.#add(state[k]!, state[k + 1]!)
    if (this.#total > 0) this.#settle()
  }

  #add(bucket: number, count: number): void {
    this.#counts.add(bucket, count)
    if (this.#total === 0) this.#at = bucket
    else if (bucket < this.#at) this.#before += count
    this.#total += count
  }

  /** Moves to the bucket that holds the label of rank ceil(share * total). */
  #settle(): void {
    const counts = this.#counts
    const rank = Math.ceil(this.#share * this.#total)
    while (this.#before >= rank) {
      this.#at = counts.below(this.#at)
      this.#before -= counts.countOf(this.#at)
    }
    for (let count = counts.countOf(this.#at); this.#before + count < rank; count = counts.countOf(this.#at)) {
      this.#before += count
      this.#at = counts.above(this.#at)
    }
    this.#quantile = bucketValue(this.#at)
  }
}
