import type { Tensor } from '@eddy/tensor'
import { saveNumbers } from '../auto/saved.ts'

/** Largest magnitude of a standardised number, as in `standardize()`. */
const limit = 10

/**
 * Running mean and deviation of numbers by slot, in f64; a slot costs three numbers once it was met.
 * Formula: y = (x - mean) / sqrt(m2 / count) cut to [-10, 10], 0 while that is no positive number; then count += 1,
 * d = x - mean, mean += d / count, m2 += d (x - mean): that of the layer `standardize()`. Source: Welford 1962.
 */
export class SlotStatistics {
  #bySlot = new Map<number, readonly [count: number, mean: number, squares: number]>()

  standardized(slot: number, x: number): number {
    const [count, mean, squares] = this.#bySlot.get(slot) ?? [0, 0, 0]
    const deviation = Math.sqrt(squares / count)
    if (!(deviation > 0)) return 0
    return Math.min(limit, Math.max(-limit, (x - mean) / deviation))
  }

  learn(slot: number, x: number): void {
    const [count, mean, squares] = this.#bySlot.get(slot) ?? [0, 0, 0]
    const change = x - mean
    const moved = mean + change / (count + 1)
    this.#bySlot.set(slot, [count + 1, moved, squares + change * (x - moved)])
  }

  /** Rows of (slot, count, mean, m2). */
  get state(): Tensor {
    return saveNumbers([...this.#bySlot].flatMap(([slot, row]) => [slot, ...row]))
  }

  /** Whether `restore` would take it. */
  accepts(state: Tensor | undefined): boolean {
    const data = state?.data
    return data instanceof Float64Array && data.length % 4 === 0 && data.every((value, k) => (
      k % 4 < 2 ? Number.isSafeInteger(value) && value >= 0 : Number.isFinite(value)
    ))
  }

  restore({ data }: Tensor): void {
    this.#bySlot = new Map()
    for (let k = 0; k < data.length; k += 4) {
      this.#bySlot.set(data[k]!, [data[k + 1]!, data[k + 2]!, data[k + 3]!])
    }
  }
}
