/** The (slot, value) pairs of one event, reused from event to event; ordered by slot, then value. */
export class PairBuffer {
  readonly indices: number[] = []
  readonly values: number[] = []

  clear(): void {
    this.indices.length = 0
    this.values.length = 0
  }

  push(index: number, value: number): void {
    this.indices.push(index)
    this.values.push(value)
  }

  /** Puts the pairs into the one order that does not depend on how they came; linear when they came nearly so. */
  sort(): void {
    if (this.indices.length > 64) this.#sortMany()
    else this.#sortFew()
  }

  #sortFew(): void {
    const { indices, values } = this
    for (let i = 1; i < indices.length; i++) {
      const index = indices[i]!
      const value = values[i]!
      let k = i
      while (k > 0 && (indices[k - 1]! > index || (indices[k - 1] === index && values[k - 1]! > value))) {
        indices[k] = indices[k - 1]!
        values[k] = values[k - 1]!
        k--
      }
      indices[k] = index
      values[k] = value
    }
  }

  #sortMany(): void {
    const { indices, values } = this
    const order = indices.map((_, k) => k).sort((a, b) => indices[a]! - indices[b]! || values[a]! - values[b]!)
    const sorted = order.map((k) => [indices[k]!, values[k]!] as const)
    sorted.forEach(([index, value], k) => {
      indices[k] = index
      values[k] = value
    })
  }
}
