/** What a `LabelScale` has seen: labels, their mean, their squared deviations. */
export type LabelScaleState = readonly [count: number, mean: number, squares: number]

/**
 * Standardises labels as they come, so that no learning rate depends on their unit: y = (label - mean) / deviation, of
 * the labels so far. A label that was added before is at most sqrt(count) from 0. While there is no deviation, what is
 * said is the mean.
 * Source: Welford 1962.
 */
export class LabelScale {
  #count = 0
  #mean = 0
  #squares = 0
  #deviation = 0

  get mean(): number {
    return this.#mean
  }

  /** 0: there is none yet. */
  get deviation(): number {
    return this.#deviation
  }

  /** From a label to what a model learns. */
  scaled(label: number): number {
    return (label - this.#mean) / (this.#deviation || 1)
  }

  /** From what a model says to a label. */
  unscaled(output: number): number {
    return this.#mean + output * this.#deviation
  }

  /** A label that has been learned. */
  add(label: number): void {
    const apart = label - this.#mean
    this.#mean += apart / ++this.#count
    this.#squares += apart * (label - this.#mean)
    this.#settle()
  }

  get state(): LabelScaleState {
    return [this.#count, this.#mean, this.#squares]
  }

  restore([count, mean, squares]: LabelScaleState): void {
    this.#count = count
    this.#mean = mean
    this.#squares = squares
    this.#settle()
  }

  #settle(): void {
    const deviation = Math.sqrt(this.#squares / this.#count)
    this.#deviation = Number.isFinite(deviation) ? deviation : 0
  }
}
