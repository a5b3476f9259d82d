import type { Metric, MetricState } from './metric.ts'

/**
 * Share of the labels' variance that the predictions explain: 1 is perfect, 0 is as good as the mean of all labels.
 * Formula: 1 - sum (label - prediction)^2 / sum (label - mean)^2, the lower sum by Welford 1962.
 * Edge: 0 before two labels, and while all labels are equal; NaN before the first.
 */
export function r2(): Metric<number> {
  return new R2()
}

class R2 implements Metric<number> {
  #count = 0
  #mean = 0
  #squares = 0
  #errors = 0

  get value(): number {
    if (this.#count === 0) return NaN
    return this.#squares > 0 ? 1 - this.#errors / this.#squares : 0
  }

  get state(): MetricState {
    return Object.freeze([this.#count, this.#mean, this.#squares, this.#errors])
  }

  update(prediction: number, label: number): void {
    const before = label - this.#mean
    this.#mean += before / ++this.#count
    this.#squares += before * (label - this.#mean)
    this.#errors += (label - prediction) * (label - prediction)
  }

  restore([count, mean, squares, errors]: MetricState): void {
    this.#count = count!
    this.#mean = mean!
    this.#squares = squares!
    this.#errors = errors!
  }
}
