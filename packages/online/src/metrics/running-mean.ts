import type { Metric, MetricState } from './metric.ts'

/**
 * The mean of f(prediction, label), updated in place.
 * Formula: mean += (x - mean) / n, which neither overflows nor loses small terms to a large sum. Source: Welford 1962.
 */
export class RunningMean<P> implements Metric<P> {
  readonly #of: (prediction: P, label: number) => number
  readonly #finish: (mean: number) => number
  #count = 0
  #mean = 0

  constructor(of: (prediction: P, label: number) => number, finish: (mean: number) => number = (mean) => mean) {
    this.#of = of
    this.#finish = finish
  }

  get value(): number {
    return this.#count === 0 ? NaN : this.#finish(this.#mean)
  }

  get state(): MetricState {
    return Object.freeze([this.#count, this.#mean])
  }

  update(prediction: P, label: number): void {
    this.#count++
    this.#mean += (this.#of(prediction, label) - this.#mean) / this.#count
  }

  restore([count, mean]: MetricState): void {
    this.#count = count!
    this.#mean = mean!
  }
}
