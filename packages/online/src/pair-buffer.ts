/** Slots are below 2^31, so slot and position of up to 2^22 pairs are exact in one number. */
const positions = 2 ** 22

/** The (slot, value) pairs of one event, reused from event to event; ordered by slot, then value, once sorted. */
export class PairBuffer {
  readonly indices: number[] = []
  readonly values: number[] = []
  #count = 0
  #keys = new Float64Array(0)
  #sorted = new Float64Array(0)

  /** Pairs so far. `indices` and `values` are as long from `sort` to `clear`. */
  get count(): number {
    return this.#count
  }

  clear(): void {
    this.#count = 0
  }

  push(index: number, value: number): void {
    this.indices[this.#count] = index
    this.values[this.#count++] = value
  }

  /** Puts the pairs into the one order that does not depend on how they came; linear when they came nearly so. */
  sort(): void {
    // An array that is emptied loses its memory, so it is only ever cut to the next event's length.
    if (this.indices.length > this.#count) this.indices.length = this.values.length = this.#count
    if (this.#count > 64) this.#sortMany()
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

  /** Slot and position as one number each: numbers are sorted without a comparing function. */
  #sortMany(): void {
    const { indices, values } = this
    const count = indices.length
    if (this.#keys.length < count) {
      this.#keys = new Float64Array(2 * count)
      this.#sorted = new Float64Array(2 * count)
    }
    const keys = this.#keys.subarray(0, count)
    const sorted = this.#sorted.subarray(0, count)
    for (let k = 0; k < count; k++) keys[k] = indices[k]! * positions + k
    keys.sort()
    for (let k = 0; k < count; k++) {
      const index = Math.floor(keys[k]! / positions)
      indices[k] = index
      sorted[k] = values[keys[k]! - index * positions]!
    }
    for (let from = 0, to = 1; to <= count; to++) {
      if (to < count && indices[to] === indices[from]) continue
      if (to - from > 1) sorted.subarray(from, to).sort()
      from = to
    }
    for (let k = 0; k < count; k++) values[k] = sorted[k]!
  }
}
