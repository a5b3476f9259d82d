import type { Tensor } from '@eddy/tensor'
import { saveNumbers } from '../auto/saved.ts'

/**
 * The last errors, and where a new one stands among them.
 *
 *     ring   e7 e8 e9 e3 e4 e5 e6      in order of arrival, the oldest is overwritten
 *     sorted e3 <= e8 <= e5 <= ...     the same numbers, ascending
 *
 * State/cost: two lists of `size` numbers; an error costs a search and a move within the sorted one.
 */
export class RecentErrors {
  #count = 0
  readonly #ring: Float64Array
  readonly #sorted: Float64Array

  constructor(size: number) {
    this.#ring = new Float64Array(size)
    this.#sorted = new Float64Array(size)
  }

  /** How many there are, at most `size`. */
  get length(): number {
    return Math.min(this.#count, this.#ring.length)
  }

  /**
   * The share of the errors that are smaller, from 0 to 1 without 1, increasing in `error` everywhere: within a gap it
   * grows linearly over one share, beyond the largest error by 1 - largest / error of one share.
   * Formula: (k + f) / (n + 1) for k smaller ones of n. 0.5 while there is none.
   */
  rankOf(error: number): number {
    const n = this.length
    if (n === 0) return 0.5
    const k = this.#placeOf(error)
    const below = k === 0 ? 0 : this.#sorted[k - 1]!
    const within = k === n ? 1 - below / error : (error - below) / (this.#sorted[k]! - below)
    return (k + (within > 0 ? Math.min(within, 1 - 2 ** -20) : 0)) / (n + 1)
  }

  /** What a share of `1 - rate` does not exceed: the ceil((1 - rate) (n + 1))-th error, infinite without one. */
  threshold(rate: number): number {
    const n = this.length
    const at = Math.ceil((1 - rate) * (n + 1)) - 1
    return at < n ? this.#sorted[Math.max(0, at)]! : Infinity
  }

  add(error: number): void {
    const size = this.#ring.length
    const n = this.length
    const at = this.#count % size
    if (n === size) this.#drop(this.#ring[at]!, n)
    const place = this.#placeOf(error, Math.min(n, size - 1))
    this.#sorted.copyWithin(place + 1, place, Math.min(n, size - 1))
    this.#sorted[place] = error
    this.#ring[at] = error
    this.#count++
  }

  /** Oldest first. */
  get state(): Tensor {
    const size = this.#ring.length
    const from = this.#count > size ? this.#count % size : 0
    return saveNumbers(Array.from({ length: this.length }, (_, k) => this.#ring[(from + k) % size]!))
  }

  /** Whether `restore` would take it. */
  accepts(state: Tensor | undefined): boolean {
    const data = state?.data
    return data instanceof Float64Array && data.length <= this.#ring.length
      && data.every((error) => Number.isFinite(error) && error >= 0)
  }

  restore({ data }: Tensor): void {
    this.#count = 0
    for (const error of data as Float64Array) this.add(error)
  }

  /** How many of the first `n` are smaller. */
  #placeOf(error: number, n = this.length): number {
    let [from, to] = [0, n]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#sorted[middle]! < error) from = middle + 1
      else to = middle
    }
    return from
  }

  #drop(error: number, n: number): void {
    const place = this.#placeOf(error)
    this.#sorted.copyWithin(place, place + 1, n)
  }
}
