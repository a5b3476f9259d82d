import type { Baseline, MetricState } from '../metrics/metric.ts'
import { stateOf } from '../metrics/peeking.ts'

/** The label seen last, 0 at first. The hardest simple thing to beat on a stream whose labels come in stretches. */
export function noChange(): Baseline<number> {
  return new NoChange()
}

class NoChange implements Baseline<number> {
  #last = 0

  get state(): MetricState {
    return stateOf(this)
  }

  peek(into: number[]): void {
    into[0] = this.#last
  }

  predict(): number {
    return this.#last
  }

  update(label: number): void {
    this.#last = label
  }

  guessAll(labels: Float64Array, count: number, into: Float64Array): void {
    for (let k = 0; k < count; k++) {
      into[k] = this.#last
      this.#last = labels[k]!
    }
  }

  fits({ length }: MetricState): boolean {
    return length === 1
  }

  restore([last]: MetricState): void {
    this.#last = last!
  }
}
