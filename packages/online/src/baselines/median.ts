import type { Baseline, MetricState } from '../metrics/metric.ts'
import { bucketOf, bucketValue } from './buckets.ts'

/**
 * The median of all labels so far (of an even number, the lower of the middle two), 0 at first.
 *
 * Labels are counted in buckets that keep their first 11 significant bits, rounded towards 0: exact for whole numbers
 * up to 2,048 and all others that short; less than 0.1 % too small in magnitude otherwise. Memory is bounded by the
 * number of buckets, 2^19; each is kept once it has been met.
 * State/cost: O(log buckets) an update; the first label of a bucket moves the buckets above it.
 */
export function medianBaseline(): Baseline<number> {
  return new MedianBaseline()
}

class MedianBaseline implements Baseline<number> {
  /** Buckets that were met, ascending, and how many labels each has had. */
  #buckets: number[] = []
  #counts: number[] = []
  #total = 0
  /** Position of the median's bucket, and the labels in buckets before it. */
  #at = 0
  #before = 0

  /** Pairs: bucket, count; ascending. */
  get state(): MetricState {
    const state: number[] = []
    for (let k = 0; k < this.#buckets.length; k++) state.push(this.#buckets[k]!, this.#counts[k]!)
    return Object.freeze(state)
  }

  predict(): number {
    return this.#total === 0 ? 0 : bucketValue(this.#buckets[this.#at]!)
  }

  update(label: number): void {
    const bucket = bucketOf(label)
    const k = this.#find(bucket)
    if (this.#buckets[k] === bucket) this.#counts[k] = this.#counts[k]! + 1
    else {
      this.#buckets.splice(k, 0, bucket)
      this.#counts.splice(k, 0, 1)
      if (k <= this.#at && this.#total > 0) this.#at++
    }
    if (k < this.#at) this.#before++
    this.#total++
    this.#settle()
  }

  restore(state: MetricState): void {
    this.#buckets = state.filter((_, k) => k % 2 === 0)
    this.#counts = state.filter((_, k) => k % 2 === 1)
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0)
    this.#at = 0
    this.#before = 0
    if (this.#total > 0) this.#settle()
  }

  /** Moves to the bucket that holds the label of rank ceil(total / 2). */
  #settle(): void {
    const rank = Math.ceil(this.#total / 2)
    while (this.#before >= rank) this.#before -= this.#counts[--this.#at]!
    while (this.#before + this.#counts[this.#at]! < rank) this.#before += this.#counts[this.#at++]!
  }

  /** Position of the first bucket that is not below `bucket`. */
  #find(bucket: number): number {
    let low = 0
    let high = this.#buckets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#buckets[middle]! < bucket) low = middle + 1
      else high = middle
    }
    return low
  }
}
