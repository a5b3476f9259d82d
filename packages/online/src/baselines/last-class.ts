import type { Baseline, MetricState } from '../metrics/metric.ts'
import { checkClasses, classesMax, isCount } from './is-count.ts'

/** Probability 1 for the class seen last; for the first class at first. Grows with the classes. */
export function lastClass(classes = 1): Baseline<ArrayLike<number>> {
  checkClasses('lastClass', classes)
  return new LastClass(classes)
}

class LastClass implements Baseline<ArrayLike<number>> {
  readonly #probabilities: number[]
  #last = 0

  constructor(classes: number) {
    this.#probabilities = new Array<number>(Math.max(1, classes)).fill(0)
    this.#probabilities[0] = 1
  }

  get state(): MetricState {
    return Object.freeze([this.#last, this.#probabilities.length])
  }

  /** Valid until the next update. */
  predict(): ArrayLike<number> {
    return this.#probabilities
  }

  update(label: number): void {
    while (this.#probabilities.length <= label) this.#probabilities.push(0)
    this.#probabilities[this.#last] = 0
    this.#probabilities[label] = 1
    this.#last = label
  }

  fits([last = -1, classes = 0, ...rest]: MetricState): boolean {
    return isCount(last) && isCount(classes) && last < classes && classes <= classesMax && rest.length === 0
  }

  restore([last, classes]: MetricState): void {
    this.#probabilities.length = Math.max(classes ?? 1, last! + 1)
    this.#probabilities.fill(0)
    this.#last = last!
    this.#probabilities[last!] = 1
  }
}
