import { type Tensor, ValueError } from '@eddy/tensor'
import { saveNumbers } from '../auto/saved.ts'

/** What the model of one arm has learned: its inverse by columns of the upper half, without the lower. Immutable. */
export interface RidgeArmState {
  readonly slots: readonly number[]
  readonly inverse: Tensor
  readonly weights: Tensor
  readonly count: number
}

/** An estimate and its doubt: theta' x and sqrt(x' A^-1 x). */
export interface Estimate {
  readonly mean: number
  readonly width: number
}

/**
 * A ridge regression that is kept up to date, over numbers that are met on the way.
 * Formula: with P = A^-1 and g = P x, s = 1 + x' g: theta += g (r - theta' x) / s, P -= g g' / s; at first
 * P = I / regularization. A number that was never met has no part in g, and its own 1 / regularization in s, so a new
 * one changes nothing of the others: what the full matrix would hold.
 * Source: Sherman and Morrison 1950; A = regularization I + sum of x x', theta = A^-1 sum of r x.
 * Shapes: x as (slot, value) pairs with distinct slots; P symmetric, only its upper half kept, in f64.
 * State/cost: d (d + 1) / 2 numbers, O(d^2) for an estimate and for a reward.
 */
export class RidgeArm {
  /** Rewards so far. */
  count = 0
  readonly #regularization: number
  readonly #dimensionsMax: number
  #places = new Map<number, number>()
  #inverse: Float64Array = new Float64Array(0)
  #weights: Float64Array = new Float64Array(0)
  #saved: RidgeArmState | null = null
  /** The pairs that were placed last. */
  readonly #at: number[] = []
  readonly #x: number[] = []
  /** Sum of squares of those that have no place. */
  #strange = 0

  constructor(regularization: number, dimensionsMax: number) {
    this.#regularization = regularization
    this.#dimensionsMax = dimensionsMax
  }

  get dimensions(): number {
    return this.#places.size
  }

  estimate(slots: readonly number[], values: readonly number[]): Estimate {
    this.#place(slots, values)
    const gain = this.#gain()
    let mean = 0
    let square = this.#strange / this.#regularization
    this.#at.forEach((place, k) => {
      mean += this.#weights[place]! * this.#x[k]!
      square += gain[place]! * this.#x[k]!
    })
    return { mean, width: Math.sqrt(Math.max(0, square)) }
  }

  /**
   * Learns a reward; returns how many numbers found no room. `weight` counts the event that often.
   * @throws RangeError when it would leave what a number can hold; nothing has changed.
   */
  learn(slots: readonly number[], values: readonly number[], reward: number, weight = 1): number {
    const { size } = this.#places
    const left = this.#makeRoom(slots)
    this.#place(slots, values)
    const gain = this.#gain()
    let mean = 0
    let spread = 1 / weight
    this.#at.forEach((place, k) => {
      mean += this.#weights[place]! * this.#x[k]!
      spread += gain[place]! * this.#x[k]!
    })
    const step = (reward - mean) / spread
    if (!Number.isFinite(spread * spread) || !Number.isFinite(step)) {
      this.#shrinkTo(size)
      throw new RangeError('numbers too large to be squared: let numeric() standardise them')
    }
    for (let j = 0; j < gain.length; j++) {
      if (gain[j] === 0) continue
      this.#weights[j]! += step * gain[j]!
      const column = j * (j + 1) / 2
      const share = gain[j]! / spread
      for (let i = 0; i <= j; i++) this.#inverse[column + i]! -= gain[i]! * share
    }
    this.count++
    this.#saved = null
    return left
  }

  get state(): RidgeArmState {
    this.#saved ??= Object.freeze({
      slots: Object.freeze([...this.#places.keys()]), count: this.count,
      inverse: saveNumbers(this.#inverse.subarray(0, sizeOf(this.dimensions))),
      weights: saveNumbers(this.#weights.subarray(0, this.dimensions)),
    })
    return this.#saved
  }

  /** Goes over to a state. @throws ValueError when it is none. */
  restore(state: RidgeArmState): void {
    const { slots, count } = state ?? {}
    const isList = Array.isArray(slots) && Array.from(slots).every(Number.isSafeInteger)
      && new Set(slots).size === slots.length && Number.isSafeInteger(count) && count >= 0
    const inverse = isList ? copyOf(state.inverse, sizeOf(slots.length)) : null
    const weights = isList ? copyOf(state.weights, slots.length) : null
    if (inverse === null || weights === null || slots.length > this.#dimensionsMax) {
      throw new ValueError({
        what: 'this is no model of an arm', where: 'Bandit.restore', got: state,
        wanted: `at most ${this.#dimensionsMax} distinct slots, and their numbers`,
        hint: 'Restore only what snapshot() of such a bandit gave.',
      })
    }
    this.#weights = weights
    this.#inverse = inverse
    this.#places = new Map(slots.map((slot, place) => [slot, place]))
    this.count = count
    this.#saved = state
  }

  #place(slots: readonly number[], values: readonly number[]): void {
    this.#at.length = this.#x.length = 0
    this.#strange = 0
    for (let k = 0; k < slots.length; k++) {
      const place = this.#places.get(slots[k]!)
      if (place === undefined) this.#strange += values[k]! * values[k]!
      else if (values[k] !== 0) {
        this.#at.push(place)
        this.#x.push(values[k]!)
      }
    }
  }

  /** P x, over the places. */
  #gain(): Float64Array {
    const inverse = this.#inverse
    const gain = new Float64Array(this.dimensions)
    for (let k = 0; k < this.#at.length; k++) {
      const place = this.#at[k]!
      const value = this.#x[k]!
      const column = place * (place + 1) / 2
      for (let i = 0; i <= place; i++) gain[i]! += inverse[column + i]! * value
      for (let j = place + 1, at = column + 2 * place + 1; j < gain.length; j++, at += j) {
        gain[j]! += inverse[at]! * value
      }
    }
    return gain
  }

  /** Gives new slots their places: P grows by 1 / regularization on its diagonal. Returns how many found none. */
  #makeRoom(slots: readonly number[]): number {
    let left = 0
    for (const slot of slots) {
      if (this.#places.has(slot)) continue
      if (this.dimensions >= this.#dimensionsMax) left++
      else this.#grow(slot)
    }
    return left
  }

  #grow(slot: number): void {
    const place = this.dimensions
    this.#places.set(slot, place)
    if (this.#weights.length <= place) {
      const room = Math.min(this.#dimensionsMax, 2 * place + 4)
      this.#weights = widened(this.#weights, room)
      this.#inverse = widened(this.#inverse, sizeOf(room))
    }
    this.#weights[place] = 0
    this.#inverse.fill(0, sizeOf(place), sizeOf(place + 1))
    this.#inverse[sizeOf(place + 1) - 1] = 1 / this.#regularization
  }

  #shrinkTo(size: number): void {
    for (const slot of [...this.#places.keys()].slice(size)) this.#places.delete(slot)
  }
}

/** Numbers in the upper half of a square matrix. */
function sizeOf(dimensions: number): number {
  return dimensions * (dimensions + 1) / 2
}

/** A copy of the numbers of a tensor; null when these are not so many, or not all finite. */
function copyOf(saved: Tensor | undefined, length: number): Float64Array | null {
  const data = saved?.data
  const fits = data instanceof Float64Array && data.length === length && data.every(Number.isFinite)
  return fits ? Float64Array.from(data) : null
}

function widened(numbers: Float64Array, length: number): Float64Array {
  const wider = new Float64Array(length)
  wider.set(numbers)
  return wider
}
