/**
 * Area under the ROC curve over the latest `windowSize` scores: how often a late flight was given a higher score than a
 * punctual one. Exact, ties count half. NaN until the window holds both kinds.
 * Source: Mann and Whitney 1947.
 * State/cost: O(1) an update; a value sorts the window.
 */
export class RecentAuc {
  readonly #scores: Float64Array
  readonly #labels: Uint8Array
  #count = 0

  constructor(windowSize: number) {
    this.#scores = new Float64Array(windowSize)
    this.#labels = new Uint8Array(windowSize)
  }

  add(score: number, isPositive: boolean): void {
    const at = this.#count++ % this.#scores.length
    this.#scores[at] = score
    this.#labels[at] = isPositive ? 1 : 0
  }

  get value(): number {
    const size = Math.min(this.#count, this.#scores.length)
    const of = (label: number): Float64Array => (
      this.#scores.subarray(0, size).filter((_, k) => this.#labels[k] === label).sort()
    )
    const positives = of(1)
    const negatives = of(0)
    let below = 0
    let notAbove = 0
    let won = 0
    for (const score of positives) {
      while (below < negatives.length && negatives[below]! < score) below++
      while (notAbove < negatives.length && negatives[notAbove]! <= score) notAbove++
      won += (below + notAbove) / 2
    }
    return positives.length > 0 && negatives.length > 0 ? won / (positives.length * negatives.length) : NaN
  }
}
