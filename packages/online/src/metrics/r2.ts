import { ExactSum, finiteTerm, termsFor } from './exact-sum.ts'
import { LabelSpread } from './label-spread.ts'
import { MeanOf } from './mean-of.ts'
import type { Metric, MetricState } from './metric.ts'
import { unpack } from './packed.ts'
import { cut, stateOf } from './peeking.ts'
import { squaredError, squaredErrors } from './squared-error.ts'
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
  #errors = new ExactSum()
  #labels = new LabelSpread()
  /** Whether the labels are counted elsewhere, for metrics of the same events, and the errors likewise. */
  #isShared = false
  #hasErrors = false

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
    return stateOf(this)
  }

  /** Four lists, each preceded by its length, as `pack` does it. */
  peek(into: number[]): void {
    const { weights, labels, squares } = this.#labels
    let at = 0
    for (const sum of [weights, this.#errors, labels, squares]) {
      const end = sum.put(into, at + 1)
      into[at] = end - at - 1
      at = end
    }
    cut(into, at)
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

  override shareWith(other: Metric<number, unknown>, hasSamePredictions: boolean): void {
    if (other instanceof R2) {
      this.#labels = other.#labels
      this.#isShared = true
    }
    const errors = hasSamePredictions && other instanceof MeanOf ? other.sumOf(squaredError) : null
    if (errors === null) return
    this.#errors = errors
    this.#hasErrors = true
  }

  read(prediction: number, label: number, into: Float64Array): void {
    into[0] = finiteTerm(label)
    into[1] = finiteTerm(squaredError(prediction, label))
  }

  /** The same as reading and adding, by a shorter way. */
  override update(prediction: number, label: number): void {
    if (!this.#hasErrors) this.#errors.add(finiteTerm(squaredError(prediction, label)))
    if (!this.#isShared) this.#labels.add(finiteTerm(label), 1)
  }

  updateAll(predictions: Float64Array, labels: Float64Array, count: number): void {
    const terms = termsFor(count)
    if (!this.#hasErrors) {
      squaredErrors(predictions, labels, count, terms)
      this.#errors.addAll(terms, count)
    }
    if (this.#isShared) return
    for (let k = 0; k < count; k++) terms[k] = finiteTerm(labels[k]!)
    this.#labels.addAll(terms, count)
  }

  add(event: Float64Array, at: number, weight: number): void {
    if (!this.#hasErrors) this.#errors.add(event[at + 1]! * weight)
    if (!this.#isShared) this.#labels.add(event[at]!, weight)
  }

  remove(event: Float64Array, at: number): void {
    if (!this.#hasErrors) this.#errors.remove(event[at + 1]!)
    if (!this.#isShared) this.#labels.remove(event[at]!)
  }

  rescale(factor: number): void {
    if (!this.#hasErrors) this.#errors.rescale(factor)
    if (!this.#isShared) this.#labels.rescale(factor)
  }
}
