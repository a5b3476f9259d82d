const entries = 512
const lengthMax = 32

/** Keeps the values of short texts that come again, found by their bytes. Fixed in size: a newcomer replaces. */
export class TextCache<V> {
  readonly #keys: (Uint8Array | null)[] = new Array<Uint8Array | null>(entries).fill(null)
  readonly #values: (V | undefined)[] = new Array<V | undefined>(entries).fill(undefined)

  /** The value that `read` gave for these bytes, now or before. */
  get(bytes: Uint8Array, from: number, to: number, read: (bytes: Uint8Array) => V): V {
    const length = to - from
    if (length > lengthMax) return read(bytes.subarray(from, to))
    let hash = length
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193)
    const slot = (hash ^ (hash >>> 15)) & (entries - 1)
    const key = this.#keys[slot]!
    if (key !== null && key.length === length) {
      let at = 0
      while (at < length && key[at] === bytes[from + at]) at++
      if (at === length) return this.#values[slot] as V
    }
    const copy = bytes.slice(from, to)
    const value = read(copy)
    this.#keys[slot] = copy
    this.#values[slot] = value
    return value
  }
}
