/** Markers: the least and greatest number, the quartiles, and what lies halfway between neighbours of these. */
const markers = 9
/** Halves of the interquartile range, and mean deviations from the median, in standard deviations of a normal. */
const deviationsOfRange = 1.3489795003921634
const deviationOfMean = 1.2533141373155003

/**
 * Running quartiles in 19 numbers, whatever the number of events, and the deviation that they stand for.
 *
 * Formula: the extended P-squared algorithm with quantiles 1/4, 1/2, 3/4: nine markers whose heights follow the shares
 * 0, 1/8, .., 1 of the numbers met, moved by piecewise parabolas. Exact (interpolated) for up to nine numbers. All
 * numbers count alike, however old. Arithmetic alone, so the bits are the same everywhere.
 * Source: Jain and Chlamtac 1985; several quantiles: Raatikainen 1987.
 */
export class Quartiles {
  /** Ascending; of fewer than nine numbers, the numbers. */
  readonly #heights: number[] = []
  /** How many numbers are at or below each marker. */
  readonly #ranks: number[] = []
  #count = 0
  /** Sum of |x - median|, each with the median before x. */
  #strayed = 0

  /** [count, sum of |x - median|, heights.., ranks..] */
  get state(): readonly number[] {
    return Object.freeze([this.#count, this.#strayed, ...this.#heights, ...this.#ranks])
  }

  get count(): number {
    return this.#count
  }

  /** The middle number; NaN before there is one. */
  get median(): number {
    return this.#quantile(0.5, 4)
  }

  /**
   * Formula: (q3 - q1) / 1.349, or while that is 0 (more than half of the numbers are equal) 1.2533 times the mean of
   * |x - median|: both are the standard deviation for normal numbers. 0 while all are equal.
   */
  get deviation(): number {
    const range = (this.#quantile(0.75, 6) - this.#quantile(0.25, 2)) / deviationsOfRange
    if (range > 0 || this.#count === 0) return range
    return deviationOfMean * this.#strayed / this.#count
  }

  add(x: number): void {
    if (this.#count > 0) this.#strayed += Math.abs(x - this.median)
    this.#count++
    if (this.#count <= markers) this.#collect(x)
    else this.#move(x)
  }

  static accepts(state: unknown): state is readonly number[] {
    if (!Array.isArray(state) || !state.every(Number.isFinite)) return false
    const [count] = state as [number]
    const kept = Math.min(count, markers)
    return Number.isInteger(count) && count >= 0 && state.length === 2 + 2 * kept
  }

  restore(state: readonly number[]): void {
    const kept = Math.min(state[0]!, markers)
    this.#count = state[0]!
    this.#strayed = state[1]!
    this.#heights.splice(0, Infinity, ...state.slice(2, 2 + kept))
    this.#ranks.splice(0, Infinity, ...state.slice(2 + kept))
  }

  #collect(x: number): void {
    let k = this.#heights.length
    while (k > 0 && this.#heights[k - 1]! > x) k--
    this.#heights.splice(k, 0, x)
    this.#ranks.push(this.#count)
  }

  #move(x: number): void {
    const heights = this.#heights
    const ranks = this.#ranks
    if (x < heights[0]!) heights[0] = x
    else if (x > heights[markers - 1]!) heights[markers - 1] = x
    let above = 1
    while (above < markers - 1 && x >= heights[above]!) above++
    for (let k = above; k < markers; k++) ranks[k] = ranks[k]! + 1
    for (let k = 1; k < markers - 1; k++) {
      const wanted = 1 + (this.#count - 1) * k / (markers - 1) - ranks[k]!
      const step = wanted >= 1 && ranks[k + 1]! - ranks[k]! > 1 ? 1
        : wanted <= -1 && ranks[k - 1]! - ranks[k]! < -1 ? -1 : 0
      if (step !== 0) this.#shift(k, step)
    }
  }

  #shift(k: number, step: 1 | -1): void {
    const heights = this.#heights
    const ranks = this.#ranks
    const [low, here, high] = [ranks[k - 1]!, ranks[k]!, ranks[k + 1]!]
    const up = (heights[k + 1]! - heights[k]!) / (high - here)
    const down = (heights[k]! - heights[k - 1]!) / (here - low)
    const parabola = heights[k]! + step / (high - low) * ((here - low + step) * up + (high - here - step) * down)
    const isBetween = heights[k - 1]! < parabola && parabola < heights[k + 1]!
    heights[k] = isBetween ? parabola : heights[k]! + (step === 1 ? up : -down)
    ranks[k] = here + step
  }

  #quantile(share: number, marker: number): number {
    const { length } = this.#heights
    if (length === markers) return this.#heights[marker]!
    if (length === 0) return NaN
    const at = share * (length - 1)
    const below = Math.floor(at)
    const low = this.#heights[below]!
    return low + (at - below) * (this.#heights[Math.min(below + 1, length - 1)]! - low)
  }
}
