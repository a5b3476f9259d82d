import type { Emit, EncoderMemory } from '../encoder.ts'
import { finiteNumber } from './finite-number.ts'
import { missingPart, type MissingPolicy } from './missing.ts'

/**
 * What `numeric({ standardize: 'after' })` remembers: the mean and variance of all numbers learned. A number is
 * predicted from with those of the events before, and learned with those that include it.
 *
 * Formula: y = (x - mean) / sqrt(variance), 0 while that is no positive number, not cut; n += 1, d = x - mean,
 * mean += d / n, variance += (d (x - mean) - variance) / n.
 * Source: Welford 1962; the order is that of River's StandardScaler in a pipeline.
 */
export class IncludingMemory implements EncoderMemory {
  readonly #missing: MissingPolicy | 'last' | 'mean' | number
  #count = 0
  #mean = 0
  #variance = 0
  #last = 0
  #state: readonly number[] | null = null

  constructor(missing: MissingPolicy | 'last' | 'mean' | number) {
    this.#missing = missing
  }

  /** [numbers learned, mean, variance, the last one] */
  get state(): readonly number[] {
    return (this.#state ??= Object.freeze([this.#count, this.#mean, this.#variance, this.#last]))
  }

  encode(value: unknown, emit: Emit): void {
    const x = value === undefined ? this.#instead : finiteNumber(value)
    if (x !== null) emit(null, standard(x, this.#mean, this.#variance))
    else if (this.#missing === 'indicator') emit(missingPart, 1, false)
  }

  encodeToLearn(value: unknown, emit: Emit): void {
    if (value === undefined) this.encode(value, emit)
    else {
      const [, mean, variance] = this.#with(finiteNumber(value))
      emit(null, standard(value as number, mean!, variance!))
    }
  }

  learn(value: unknown): void {
    if (value === undefined) return
    ;[this.#count, this.#mean, this.#variance] = this.#with(value as number)
    this.#last = (value as number) + 0
    this.#state = null
  }

  accepts(state: unknown): boolean {
    return Array.isArray(state) && state.length === 4 && state.every(Number.isFinite)
  }

  restore(state: unknown): void {
    this.#state = null
    ;[this.#count, this.#mean, this.#variance, this.#last] = state as [number, number, number, number]
  }

  get #instead(): number | null {
    if (typeof this.#missing === 'number') return this.#missing
    if (this.#count === 0) return null
    return this.#missing === 'last' ? this.#last : this.#missing === 'mean' ? this.#mean : null
  }

  #with(x: number): [count: number, mean: number, variance: number] {
    const count = this.#count + 1
    const mean = this.#mean + (x - this.#mean) / count
    return [count, mean, this.#variance + ((x - this.#mean) * (x - mean) - this.#variance) / count]
  }
}

function standard(x: number, mean: number, variance: number): number {
  return variance > 0 ? (x - mean) / Math.sqrt(variance) : 0
}
