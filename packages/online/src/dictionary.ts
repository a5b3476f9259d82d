/** Up to so many names are in one Map. */
const singleMax = 2 ** 10
/** A power of two. More would keep fewer of them in the processor's cache. */
const shardCount = 64
/** Letters that the choice of a Map looks at, from the end of a name. */
const lettersMax = 64

/**
 * A Map from names, for millions of them. A Map that is full moves all its entries into one of twice the size, which
 * takes 50 ms for a million; here more than 1,024 names are spread over 64 Maps.
 */
export class Dictionary<V> {
  #single: Map<string, V> | null = new Map()
  #shards: readonly Map<string, V>[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(name: string): V | undefined {
    return (this.#single ?? this.#shards[shardOf(name)]!).get(name)
  }

  /** Adds a name that is not there yet. */
  add(name: string, value: V): void {
    if (this.#size++ === singleMax) this.#split()
    const map = this.#single ?? this.#shards[shardOf(name)]!
    map.set(name, value)
  }

  delete(name: string): void {
    const map = this.#single ?? this.#shards[shardOf(name)]!
    if (map.delete(name)) this.#size--
  }

  #split(): void {
    if (this.#single === null) return
    this.#shards = Array.from({ length: shardCount }, () => new Map<string, V>())
    for (const [name, value] of this.#single) this.#shards[shardOf(name)]!.set(name, value)
    this.#single = null
  }
}

/** Which of the 64 Maps a name belongs to; names that differ only before their last 64 letters share one. */
export function shardOf(name: string): number {
  let hash = name.length
  for (let i = name.length - 1, end = i - lettersMax; i >= 0 && i > end; i--) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  }
  return Math.imul(hash, 0x9e3779b1) >>> 26
}
