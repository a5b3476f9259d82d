import { ExactSum, finiteTerm } from './exact-sum.ts'
import { LabelSpread } from './label-spread.ts'
import type { Metric, MetricState } from './metric.ts'
import { packed, unpack } from './packed.ts'
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
  #labels = new LabelSpread()
  /** Whether the labels are counted elsewhere, for metrics of the same events. */
  #isShared = false

  constructor() {
    super(2, 'number')
  }

  get value(): number {
    const weight = this.#labels.weight
    if (weight === 0) return NaN
    const spread = this.#labels.spread
    return spread === 0 ? 0 : 1 - this.#errors.value / spread
  }

  get state(): MetricState {
    return Object.freeze(this.peek())
  }

  peek(): MetricState {
    const [weights, labels, squares] = this.#labels.states
    return packed([weights, this.#errors.state, labels, squares])
  }

  fits(state: MetricState): boolean {
    return unpack(state)?.length === 4
  }

  restore(state: MetricState): void {
    const [weights, errors, labels, squares] = unpack(state)! as [MetricState, MetricState, MetricState, MetricState]
    this.#errors.restore(errors)
    this.#labels.restore(weights, labels, squares)
  }

  fresh(): R2 {
    return new R2()
  }

  override shareWith(other: Metric<number, unknown>): void {
    if (!(other instanceof R2)) return
    this.#labels = other.#labels
    this.#isShared = true
  }

  read(prediction: number, label: number, into: Float64Array): void {
    into[0] = finiteTerm(label)
    into[1] = finiteTerm((label - prediction) * (label - prediction))
  }

  /** The same as reading and adding, by a shorter way. */
  override update(prediction: number, label: number): void {
    this.#errors.add(finiteTerm((label - prediction) * (label - prediction)))
    if (!this.#isShared) this.#labels.add(finiteTerm(label), 1)
  }

  add(event: Float64Array, at: number, weight: number): void {
    this.#errors.add(event[at + 1]! * weight)
    if (!this.#isShared) this.#labels.add(event[at]!, weight)
  }

  remove(event: Float64Array, at: number): void {
    this.#errors.remove(event[at + 1]!)
    if (!this.#isShared) this.#labels.remove(event[at]!)
  }

  rescale(factor: number): void {
    this.#errors.rescale(factor)
    if (!this.#isShared) this.#labels.rescale(factor)
  }
}
