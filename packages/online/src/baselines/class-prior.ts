import type { Baseline, MetricState } from '../metrics/metric.ts'

/** How often each class has occurred, as probabilities; all equal at first. Its most probable class is the majority. */
export function classPrior(classes: number): Baseline<ArrayLike<number>> {
  return new ClassPrior(classes)
}

class ClassPrior implements Baseline<ArrayLike<number>> {
  readonly #counts: Float64Array
  readonly #shares: Float64Array
  #total = 0

  constructor(classes: number) {
    this.#counts = new Float64Array(classes)
    this.#shares = new Float64Array(classes)
  }

  get state(): MetricState {
    return Object.freeze([...this.#counts])
  }

  /** Valid until the next call. */
  predict(): ArrayLike<number> {
    const { length } = this.#counts
    for (let k = 0; k < length; k++) this.#shares[k] = this.#total === 0 ? 1 / length : this.#counts[k]! / this.#total
    return this.#shares
  }

  update(label: number): void {
    this.#counts[label] = this.#counts[label]! + 1
    this.#total++
  }

  restore(state: MetricState): void {
    this.#counts.set(state)
    this.#total = state.reduce((sum, count) => sum + count, 0)
  }
}
