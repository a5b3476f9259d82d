import type { Baseline, MetricState } from '../metrics/metric.ts'
import { checkClassCount, classesMax } from './class-count.ts'
import { isCount } from './is-count.ts'

/**
 * Probability 1 for the class seen last. Before the first it names none, which is not right. Grows with the classes.
 * @throws ValueError when `classes` is no number of classes.
 */
export function lastClass(classes = 1): Baseline<ArrayLike<number>> {
  checkClassCount('lastClass', classes)
  return new LastClass(classes)
}

class LastClass implements Baseline<ArrayLike<number>> {
  readonly #probabilities: number[]
  /** -1: none yet. */
  #last = -1

  constructor(classes: number) {
    this.#probabilities = new Array<number>(Math.max(1, classes)).fill(0)
  }

  get state(): MetricState {
    return Object.freeze([this.#last, this.#probabilities.length])
  }

  /** Valid until the next update. */
  predict(): ArrayLike<number> {
    return this.#last < 0 ? [] : this.#probabilities
  }

  update(label: number): void {
    while (this.#probabilities.length <= label) this.#probabilities.push(0)
    if (this.#last >= 0) this.#probabilities[this.#last] = 0
    this.#probabilities[label] = 1
    this.#last = label
  }

  fits([last = NaN, classes = 0, ...rest]: MetricState): boolean {
    const isClass = last === -1 || isCount(last)
    return isClass && isCount(classes) && last < classes && classes <= classesMax && rest.length === 0
  }

  restore([last, classes]: MetricState): void {
    this.#probabilities.length = Math.max(classes ?? 1, last! + 1)
    this.#probabilities.fill(0)
    this.#last = last!
    if (last! >= 0) this.#probabilities[last!] = 1
  }
}
