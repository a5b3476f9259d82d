/** Names up to here are in one Map. */
const firstMax = 2 ** 12
/** A power of two. */
const shardCount = 2 ** 10
/** Letters that the choice of a Map looks at, from the end of a name. */
const lettersMax = 64

/**
 * A Map from names, for millions of them. A Map that is full moves all its entries into one of twice the size, which
 * takes 50 ms for a million; here the first 4,096 names are in one Map and all others spread over 1,024.
 */
export class Dictionary<V> {
  readonly #first = new Map<string, V>()
  #shards: readonly Map<string, V>[] | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  get(name: string): V | undefined {
    const value = this.#first.get(name)
    return value !== undefined || this.#shards === null ? value : this.#shards[shardOf(name)]!.get(name)
  }

  /** Adds a name that is not there yet. */
  add(name: string, value: V): void {
    this.#size++
    if (this.#first.size < firstMax) {
      this.#first.set(name, value)
      return
    }
    this.#shards ??= Array.from({ length: shardCount }, () => new Map<string, V>())
    this.#shards[shardOf(name)]!.set(name, value)
  }

  delete(name: string): void {
    if (this.#first.delete(name) || this.#shards?.[shardOf(name)]!.delete(name) === true) this.#size--
  }
}

/** Which of the 1,024 Maps a name belongs to; names that differ only before their last 64 letters share one. */
export function shardOf(name: string): number {
  let hash = name.length
  for (let i = name.length - 1, end = i - lettersMax; i >= 0 && i > end; i--) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  }
  return Math.imul(hash, 0x9e3779b1) >>> 22
}
