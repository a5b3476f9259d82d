import type { Metric, MetricState } from './metric.ts'

/** What metrics of classes read: P(positive) of two, or the probability of each of several. */
export type Probabilities = number | ArrayLike<number>

/** The most probable class; the first of equals. Of two classes the positive one only above one half. */
export function likeliest(prediction: Probabilities): number {
  if (typeof prediction === 'number') return prediction > 0.5 ? 1 : 0
  let best = 0
  for (let k = 1; k < prediction.length; k++) if (prediction[k]! > prediction[best]!) best = k
  return best
}

/** Share of events whose most probable class was the label. A label between 0 and 1 is rounded likewise. */
export function accuracy(): Metric<Probabilities> {
  return new Accuracy()
}

class Accuracy implements Metric<Probabilities> {
  #count = 0
  #hits = 0

  get value(): number {
    return this.#count === 0 ? NaN : this.#hits / this.#count
  }

  get state(): MetricState {
    return Object.freeze([this.#count, this.#hits])
  }

  update(prediction: Probabilities, label: number): void {
    const actual = typeof prediction === 'number' ? likeliest(label) : label
    if (likeliest(prediction) === actual) this.#hits++
    this.#count++
  }

  restore([count, hits]: MetricState): void {
    this.#count = count!
    this.#hits = hits!
  }
}
