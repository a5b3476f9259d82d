import { ExactSum, finiteTerm } from './exact-sum.ts'
import type { MetricState } from './metric.ts'
import { pack, unpack } from './packed.ts'
import { Statistic } from './statistic.ts'

/**
 * Share of the labels' variance that the predictions explain: 1 is perfect, 0 is as good as the mean of all labels.
 * Formula: 1 - sum (label - prediction)^2 / sum (label - mean)^2. The lower sum comes from exact sums of the labels and
 * of their squares, about a mean that was rounded, so no offset of the labels costs it a digit.
 * Edge: 0 before two labels, and while all labels are equal; NaN before the first.
 * Range: labels below 2^480 in magnitude.
 */
export function r2(): Statistic<number> {
  return new R2()
}

class R2 extends Statistic<number> {
  readonly #errors = new ExactSum()
  readonly #labels = new ExactSum()
  readonly #squares = new ExactSum()
  readonly #weights = new ExactSum()

  constructor() {
    super(2, 'number')
  }

  get value(): number {
    const weight = this.#weights.value
    if (weight === 0) return NaN
    const spread = this.#spread(weight)
    return spread === 0 ? 0 : 1 - this.#errors.value / spread
  }

  get state(): MetricState {
    return pack(this.#sums.map((sum) => sum.state))
  }

  fits(state: MetricState): boolean {
    return unpack(state)?.length === 4
  }

  restore(state: MetricState): void {
    const states = unpack(state)!
    this.#sums.forEach((sum, k) => sum.restore(states[k]!))
  }

  fresh(): R2 {
    return new R2()
  }

  read(prediction: number, label: number, into: Float64Array): void {
    into[0] = finiteTerm(label)
    into[1] = finiteTerm((label - prediction) * (label - prediction))
  }

  add(event: Float64Array, at: number, weight: number): void {
    const label = event[at]!
    this.#errors.add(event[at + 1]! * weight)
    this.#weights.add(weight)
    this.#labels.addProduct(label, weight)
    this.#squares.addSquare(label, weight)
  }

  remove(event: Float64Array, at: number): void {
    const label = event[at]!
    this.#errors.remove(event[at + 1]!)
    this.#weights.remove(1)
    this.#labels.removeProduct(label, 1)
    this.#squares.removeSquare(label)
  }

  rescale(factor: number): void {
    for (const sum of this.#sums) sum.rescale(factor)
  }

  get #sums(): readonly ExactSum[] {
    return [this.#weights, this.#errors, this.#labels, this.#squares]
  }

  /**
   * Sum of squared deviations. About any number m it is sum (y - m)^2 - (sum (y - m))^2 / n. With m near the mean the
   * second term is next to nothing, and the first, written as sum y^2 - m (sum y + sum (y - m)), is not rounded at all.
   */
  #spread(weight: number): number {
    const m = this.#labels.value / weight
    const deviations = new ExactSum()
    for (const part of this.#labels.parts) deviations.add(part)
    for (const part of this.#weights.parts) deviations.removeProduct(m, part)
    const squares = new ExactSum()
    for (const part of this.#squares.parts) squares.add(part)
    for (const part of this.#labels.parts) squares.removeProduct(m, part)
    for (const part of deviations.parts) squares.removeProduct(m, part)
    const about = squares.value
    const spread = about - deviations.value * deviations.value / weight
    // All labels equal: what is left is how far m was rounded away from them.
    return spread > about * 2 ** -48 ? spread : 0
  }
}
