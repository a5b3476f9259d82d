import type { MetricState } from './metric.ts'
import { pack, unpack } from './packed.ts'

/**
 * The area under the ROC curve of events that come and go, exactly: how often a positive event has a higher score than
 * a negative one, in whole numbers (a win counts two, a tie one).
 * State/cost: O(n) memory; O(log n) comparisons and one move of memory for each event.
 */
export class WindowAuc {
  readonly #negatives = new SortedNumbers()
  readonly #positives = new SortedNumbers()
  #wins = 0

  get value(): number {
    return this.#wins / (2 * this.#positives.count * this.#negatives.count)
  }

  get state(): MetricState {
    return pack([this.#negatives.list, this.#positives.list])
  }

  restore(state: MetricState): void {
    const [negatives, positives] = unpack(state)!
    this.#negatives.clear()
    this.#positives.clear()
    this.#wins = 0
    for (const score of negatives!) this.add(score, false)
    for (const score of positives!) this.add(score, true)
  }

  add(score: number, isPositive: boolean): void {
    this.#wins += this.#winsOf(score, isPositive)
    if (isPositive) this.#positives.insert(score)
    else this.#negatives.insert(score)
  }

  remove(score: number, isPositive: boolean): void {
    if (isPositive) this.#positives.remove(score)
    else this.#negatives.remove(score)
    this.#wins -= this.#winsOf(score, isPositive)
  }

  #winsOf(score: number, isPositive: boolean): number {
    if (isPositive) return this.#negatives.below(score) + this.#negatives.upTo(score)
    return 2 * this.#positives.count - this.#positives.below(score) - this.#positives.upTo(score)
  }
}

/** Numbers in ascending order, in one block of memory. */
class SortedNumbers {
  #numbers = new Float64Array(32)
  #count = 0

  get count(): number {
    return this.#count
  }

  get list(): readonly number[] {
    return [...this.#numbers.subarray(0, this.#count)]
  }

  clear(): void {
    this.#count = 0
  }

  /** How many are less than x. */
  below(x: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#numbers[middle]! < x) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many are at most x. */
  upTo(x: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#numbers[middle]! <= x) low = middle + 1
      else high = middle
    }
    return low
  }

  insert(x: number): void {
    if (this.#count === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#count)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    const at = this.upTo(x)
    this.#numbers.copyWithin(at + 1, at, this.#count++)
    this.#numbers[at] = x
  }

  remove(x: number): void {
    const at = this.below(x)
    this.#numbers.copyWithin(at, at + 1, this.#count--)
  }
}
