/** A cluster holds at most this share of all numbers, so there are at most 2 x 50 + 1. */
const shares = 50
/** Numbers that wait until they are sorted in; the first ones never wait. */
const waitMax = 32
const waitFrom = 64
/** Interquartile range, and mean deviation from the median, in standard deviations of a normal. */
const deviationsOfRange = 1.3489795003921634
const deviationOfMean = 1.2533141373155003

type State = readonly [
  facts: readonly [count: number, strayed: number, first: number, median: number, third: number],
  means: readonly number[], weights: readonly number[], waiting: readonly number[],
]

/**
 * Running quartiles in at most 240 numbers, however many events there are, and the deviation that they stand for.
 *
 * Numbers are kept sorted; neighbours are merged into clusters of at most 1/50 of all, a mean and a weight each. A
 * quantile is interpolated between the middle ranks of clusters: exact for fewer than 100 numbers (rank share x (n - 1)
 * of the sorted ones), then usually within 1 % of the range. What is far off stays in the outermost clusters. Quartiles
 * follow at every number up to 64, then at every 32nd. All numbers count alike, however old. Arithmetic alone,
 * so the bits are the same everywhere.
 * Source: the merging digest of Dunning and Ertl 2019, with clusters of equal weight.
 */
export class Quartiles {
  #means: number[] = []
  #weights: number[] = []
  #waiting: number[] = []
  #count = 0
  /** Sum of |x - median|, each with the median before x. */
  #strayed = 0
  #first = 0
  #median = 0
  #third = 0

  /** JSON gives back the same bits. */
  get state(): State {
    const facts = [this.#count, this.#strayed, this.#first, this.#median, this.#third] as const
    return Object.freeze([
      Object.freeze(facts), Object.freeze([...this.#means]), Object.freeze([...this.#weights]),
      Object.freeze([...this.#waiting]),
    ] as const)
  }

  /** The middle number; 0 before there is one. */
  get median(): number {
    return this.#median
  }

  /**
   * Formula: (q3 - q1) / 1.349, or while that is 0 (more than half of the numbers are equal) 1.2533 times the mean of
   * |x - median|: both are the standard deviation for normal numbers. 0 while all are equal.
   */
  get deviation(): number {
    const range = (this.#third - this.#first) / deviationsOfRange
    return range > 0 || this.#count === 0 ? range : deviationOfMean * this.#strayed / this.#count
  }

  add(x: number): void {
    if (this.#count++ > 0) this.#strayed += Math.abs(x - this.#median)
    this.#waiting.push(x)
    if (this.#count <= waitFrom || this.#waiting.length === waitMax) this.#merge()
  }

  static accepts(state: unknown): state is State {
    if (!Array.isArray(state) || state.length !== 4) return false
    const isList = (list: unknown): list is number[] => Array.isArray(list) && list.every(Number.isFinite)
    if (!state.every(isList)) return false
    const [facts, means, weights, waiting] = state as number[][] as [number[], number[], number[], number[]]
    const total = weights.reduce((sum, weight) => sum + weight, 0) + waiting.length
    return facts.length === 5 && total === facts[0] && means.length === weights.length
      && means.length <= 2 * shares + waitMax && waiting.length < waitMax
  }

  restore([facts, means, weights, waiting]: State): void {
    ;[this.#count, this.#strayed, this.#first, this.#median, this.#third] = facts
    this.#means = [...means]
    this.#weights = [...weights]
    this.#waiting = [...waiting]
  }

  /** Sorts in what waits, and merges neighbours that are light enough together. */
  #merge(): void {
    const added = this.#waiting.sort((a, b) => a - b)
    const means: number[] = []
    const weights: number[] = []
    const limit = this.#count / shares
    let last = -1
    for (let i = 0, k = 0; i < this.#means.length || k < added.length;) {
      const isOld = k === added.length || (i < this.#means.length && this.#means[i]! <= added[k]!)
      const mean = isOld ? this.#means[i]! : added[k]!
      const weight = isOld ? this.#weights[i++]! : 1
      if (!isOld) k++
      if (last >= 0 && weights[last]! + weight <= limit) {
        weights[last] = weights[last]! + weight
        means[last] = means[last]! + (mean - means[last]!) * (weight / weights[last]!) + 0 // -0 is no JSON
      } else {
        last++
        means.push(mean)
        weights.push(weight)
      }
    }
    this.#means = means
    this.#weights = weights
    this.#waiting = []
    this.#first = this.#quantile(0.25)
    this.#median = this.#quantile(0.5)
    this.#third = this.#quantile(0.75)
  }

  #quantile(share: number): number {
    const rank = share * (this.#count - 1)
    let before = 0
    let lastRank = 0
    for (let k = 0; k < this.#means.length; k++) {
      const middle = before + (this.#weights[k]! - 1) / 2
      if (middle >= rank) {
        if (k === 0 || middle === rank) return this.#means[k]!
        const low = this.#means[k - 1]!
        return low + (this.#means[k]! - low) * ((rank - lastRank) / (middle - lastRank)) + 0
      }
      before += this.#weights[k]!
      lastRank = middle
    }
    return this.#means.at(-1)!
  }
}
