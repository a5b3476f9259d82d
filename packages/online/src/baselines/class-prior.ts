import type { Baseline, MetricState } from '../metrics/metric.ts'
import { checkClassCount } from './class-count.ts'
import { isCount } from './is-count.ts'

/**
 * How often each class has occurred, as probabilities; all equal at first. Its most probable class is the majority.
 * Grows with the classes.
 * @throws ValueError when `classes` is no number of classes.
 */
export function classPrior(classes = 1): Baseline<ArrayLike<number>> {
  checkClassCount('classPrior', classes)
  return new ClassPrior(classes)
}

class ClassPrior implements Baseline<ArrayLike<number>> {
  readonly #counts: number[]
  readonly #shares: number[]
  #total = 0

  constructor(classes: number) {
    this.#counts = new Array<number>(Math.max(1, classes)).fill(0)
    this.#shares = [...this.#counts]
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
    while (this.#counts.length <= label) {
      this.#counts.push(0)
      this.#shares.push(0)
    }
    this.#counts[label] = this.#counts[label]! + 1
    this.#total++
  }

  fits(state: MetricState): boolean {
    return state.length > 0 && state.every(isCount)
  }

  restore(state: MetricState): void {
    this.#counts.splice(0, Infinity, ...state)
    this.#shares.splice(0, Infinity, ...state)
    this.#total = state.reduce((sum, count) => sum + count, 0)
  }
}
