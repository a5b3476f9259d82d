import type { Baseline, MetricState } from '../metrics/metric.ts'
import { stateOf } from '../metrics/peeking.ts'
import { isCount } from './is-count.ts'

/** The mean of all labels, 0 at first; for labels 0 and 1 the share of positives. Source: Welford 1962. */
export function meanBaseline(): Baseline<number> {
  return new MeanBaseline()
}

class MeanBaseline implements Baseline<number> {
  #count = 0
  #mean = 0

  get state(): MetricState {
    return stateOf(this)
  }

  peek(into: number[]): void {
    into[0] = this.#count
    into[1] = this.#mean
  }

  predict(): number {
    return this.#mean
  }

  update(label: number): void {
    this.#mean += (label - this.#mean) / ++this.#count
  }

  guessAll(labels: Float64Array, count: number, into: Float64Array): void {
    for (let k = 0; k < count; k++) {
      into[k] = this.#mean
      this.update(labels[k]!)
    }
  }

  fits(state: MetricState): boolean {
    return state.length === 2 && isCount(state[0]!)
  }

  restore([count, mean]: MetricState): void {
    this.#count = count!
    this.#mean = mean!
  }
}
