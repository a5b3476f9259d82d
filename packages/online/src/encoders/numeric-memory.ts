import type { Emit, EncoderMemory } from '../encoder.ts'
import { finiteNumber } from './finite-number.ts'
import { missingPart, type MissingPolicy } from './missing.ts'
import { Quartiles } from './quartiles.ts'

/** As of `standardize()`: a number that jumps after a quiet time must not ruin a model. */
const deviationsMax = 10

/** What `numeric` remembers: quartiles to scale by, the last number or the mean to stand in for one that is missing. */
export class NumericMemory implements EncoderMemory {
  readonly #quartiles: Quartiles | null
  readonly #missing: MissingPolicy | 'last' | 'mean' | number
  #count = 0
  /** The last number, or the mean. */
  #standIn = 0
  #state: readonly unknown[] | null = null

  constructor(isRobust: boolean, missing: MissingPolicy | 'last' | 'mean' | number) {
    this.#quartiles = isRobust ? new Quartiles() : null
    this.#missing = missing
  }

  /** [[numbers learned, the stand-in], state of the quartiles or []] */
  get state(): readonly unknown[] {
    return (this.#state ??= Object.freeze(
      [Object.freeze([this.#count, this.#standIn]), this.#quartiles?.state ?? Object.freeze([])],
    ))
  }

  encode(value: unknown, emit: Emit): void {
    const x = value === undefined ? this.#instead : finiteNumber(value)
    if (x !== null) emit(null, this.#scaled(x))
    else if (this.#missing === 'indicator') emit(missingPart, 1, false)
  }

  learn(value: unknown): void {
    if (value === undefined) return
    const x = (value as number) + 0
    this.#state = null
    this.#count++
    this.#standIn = this.#missing === 'mean' ? this.#standIn + (x - this.#standIn) / this.#count : x
    this.#quartiles?.add(x)
  }

  accepts(state: unknown): boolean {
    if (!Array.isArray(state) || state.length !== 2) return false
    const [own, quartiles] = state as [unknown, unknown]
    const isOwn = Array.isArray(own) && own.length === 2 && own.every(Number.isFinite)
    if (this.#quartiles === null) return isOwn && Array.isArray(quartiles) && quartiles.length === 0
    return isOwn && Quartiles.accepts(quartiles)
  }

  restore(state: unknown): void {
    const [own, quartiles] = state as readonly [readonly [number, number], Quartiles['state']]
    this.#state = null
    ;[this.#count, this.#standIn] = own
    this.#quartiles?.restore(quartiles)
  }

  get #instead(): number | null {
    if (typeof this.#missing === 'number') return this.#missing
    const knows = this.#count > 0 && (this.#missing === 'last' || this.#missing === 'mean')
    return knows ? this.#standIn : null
  }

  #scaled(x: number): number {
    if (this.#quartiles === null) return x
    const { deviation, median } = this.#quartiles
    if (!(deviation > 0)) return 0
    return Math.max(-deviationsMax, Math.min(deviationsMax, (x - median) / deviation))
  }
}
