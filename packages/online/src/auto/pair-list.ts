/** The (index, value) pairs of one event, in the order they came; reused from event to event. */
export class PairList {
  readonly indices: number[] = []
  readonly values: number[] = []
  #count = 0

  clear(): void {
    this.#count = 0
  }

  push(index: number, value: number): void {
    this.indices[this.#count] = index
    this.values[this.#count++] = value
  }

  /** Cuts both lists to this event's pairs; an array that is emptied instead would lose its memory. */
  fit(): number {
    if (this.indices.length > this.#count) this.indices.length = this.values.length = this.#count
    return this.#count
  }
}
