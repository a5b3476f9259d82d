/** Mean of the latest `windowSize` values; NaN before the first. */
export class RecentMean {
  readonly #values: Float64Array
  #count = 0

  constructor(windowSize: number) {
    this.#values = new Float64Array(windowSize)
  }

  add(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value
  }

  get value(): number {
    const size = Math.min(this.#count, this.#values.length)
    let sum = 0
    for (let k = 0; k < size; k++) sum += this.#values[k]!
    return sum / size
  }
}
