import { kernelMath } from '../kernel-math.ts'
import { absorb, mix, startHash } from '../hash-text.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Standardised numbers are cut to this many deviations. */
const limit = 10
/** Numbers that take no more different values than this are codes: each value has a bin of its own. */
const codesMax = 24
/** Bins of other numbers: steps of asinh(z) / 0.4, from -8 to 8. */
const binsPerUnit = 2.5
const binMax = 8

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

/** What is known about one column of numbers. */
export class Column {
  readonly name: string
  readonly id: number
  /** Slot on the named axis. */
  readonly slot: number
  readonly #hash: number
  #count = 0
  #mean = 0
  #squares = 0
  /** The values met, while they are few. */
  #codes: Set<number> | null = new Set()

  constructor(name: string, id: number, slot: number) {
    this.name = name
    this.id = id
    this.slot = slot
    this.#hash = absorb(startHash(1), name)
  }

  /**
   * Formula: (x - mean) / deviation of the events before, cut to 10 either way; 0 while that is no number. Source:
   * Welford 1962.
   */
  standardized(x: number): number {
    if (this.#count < 2 || !(this.#squares > 0)) return 0
    const z = (x - this.#mean) / Math.sqrt(this.#squares / this.#count)
    return z > limit ? limit : z < -limit ? -limit : Number.isFinite(z) ? z : 0
  }

  /** A hash of the column with the bin of a value: the value itself while there are few, else a step of asinh(z). */
  bin(x: number, z: number): number {
    if (this.#codes !== null && (this.#codes.size < codesMax || this.#codes.has(x))) {
      float[0] = x
      return mix(Math.imul(this.#hash ^ words[0]!, 0x01000193) ^ words[1]!)
    }
    const { log } = kernelMath()
    const size = log(Math.abs(z) + Math.sqrt(z * z + 1)) * binsPerUnit
    const step = Math.min(binMax, Math.round(size))
    return mix(Math.imul(this.#hash ^ (z < 0 ? -step : step), 0x01000193) ^ 0x51ed27)
  }

  learn(x: number): void {
    this.#count++
    const apart = x - this.#mean
    this.#mean += apart / this.#count
    this.#squares += apart * (x - this.#mean)
    if (this.#codes === null || this.#codes.has(x)) return
    if (this.#codes.size < codesMax) this.#codes.add(x)
    else this.#codes = null
  }

  get state(): Saved {
    return {
      name: this.name, slot: this.slot, statistics: saveNumbers([this.#count, this.#mean, this.#squares]),
      codes: this.#codes === null ? null : saveNumbers([...this.#codes]),
    }
  }

  static from(state: unknown, id: number): Column {
    const { name, slot, statistics, codes } = savedRecord(state, 'a column')
    const column = new Column(String(name), id, Number(slot))
    const [count, mean, squares] = savedNumbers(statistics, 'the statistics of a column', 3)
    column.#count = count!
    column.#mean = mean!
    column.#squares = squares!
    column.#codes = codes === null ? null : new Set(savedNumbers(codes, 'the codes of a column'))
    return column
  }
}
