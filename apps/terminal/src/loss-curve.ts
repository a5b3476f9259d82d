/**
 * A curve of bounded length over an unbounded stream of losses, as means over about the last `smoothCount`. When the
 * curve is full, every other point goes and points come half as often, so that it always spans everything there was.
 */
export class LossCurve {
  readonly #smoothCount: number
  readonly #capacity: number
  #points: number[] = []
  #stride = 1
  #count = 0
  #mean = 0

  /** @param capacity an even number of points */
  constructor(smoothCount: number, capacity = 512) {
    this.#smoothCount = smoothCount
    this.#capacity = capacity
  }

  /** The curve so far, oldest point first. */
  get values(): readonly number[] {
    return this.#points
  }

  add(loss: number): void {
    this.#count++
    this.#mean += (loss - this.#mean) / Math.min(this.#count, this.#smoothCount)
    if (this.#count % this.#stride !== 0) return
    this.#points.push(this.#mean)
    if (this.#points.length < this.#capacity) return
    this.#points = this.#points.filter((_, k) => k % 2 === 1)
    this.#stride *= 2
  }
}
