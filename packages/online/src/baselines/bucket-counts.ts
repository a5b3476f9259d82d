/** Buckets of a page, and the words of its bits: a power of two, and a 32nd of it. */
const pageBits = 10
const pageSize = 1 << pageBits
const words = pageSize >>> 5
/** Pages on either side of 0. */
const side = 257
const none = new Int32Array(words)

/** The counts of neighbouring buckets, and a bit for each that is not empty. */
interface Page {
  readonly counts: Float64Array
  readonly bits: Int32Array
}

/**
 * How often each bucket of `bucketOf` was met. Pages of 1,024 buckets are made when one of theirs is; a bit for each
 * bucket that was met makes the next one quick to find, however far away it is.
 */
export class BucketCounts {
  readonly #pages: (Page | undefined)[] = new Array<Page | undefined>(2 * side).fill(undefined)

  countOf(bucket: number): number {
    return this.#pages[(bucket >> pageBits) + side]?.counts[bucket & (pageSize - 1)] ?? 0
  }

  add(bucket: number, count: number): void {
    const at = (bucket >> pageBits) + side
    const page = this.#pages[at] ??= { counts: new Float64Array(pageSize), bits: new Int32Array(words) }
    const slot = bucket & (pageSize - 1)
    const before = page.counts[slot]!
    page.counts[slot] = before + count
    if (before === 0) page.bits[slot >>> 5]! |= 1 << (slot & 31)
  }

  /** Writes buckets that were met and their counts into a list, ascending; how many numbers that are. */
  put(into: number[]): number {
    let end = 0
    for (let at = 0; at < this.#pages.length; at++) {
      const page = this.#pages[at]
      if (page === undefined) continue
      const { counts, bits } = page
      const first = (at - side) << pageBits
      for (let word = 0; word < words; word++) {
        for (let left = bits[word]!; left !== 0; left &= left - 1) {
          const slot = (word << 5) + 31 - Math.clz32(left & -left)
          into[end++] = first + slot
          into[end++] = counts[slot]!
        }
      }
    }
    return end
  }

  /** The next bucket above that was met; Infinity when there is none. */
  above(bucket: number): number {
    const slot = bucket & (pageSize - 1)
    // The bits above that of the bucket, then those of all further words.
    let mask = -2 << (slot & 31)
    let word = slot >>> 5
    for (let at = (bucket >> pageBits) + side; at < this.#pages.length; at++) {
      const bits = this.#pages[at]?.bits ?? none
      for (; word < words; word++) {
        const found = bits[word]! & mask
        if (found !== 0) return ((at - side) << pageBits) + (word << 5) + 31 - Math.clz32(found & -found)
        mask = -1
      }
      mask = -1
      word = 0
    }
    return Infinity
  }

  /** The next bucket below that was met; -Infinity when there is none. */
  below(bucket: number): number {
    const slot = bucket & (pageSize - 1)
    let mask = (1 << (slot & 31)) - 1
    let word = slot >>> 5
    for (let at = (bucket >> pageBits) + side; at >= 0; at--) {
      const bits = this.#pages[at]?.bits ?? none
      for (; word >= 0; word--) {
        const found = bits[word]! & mask
        if (found !== 0) return ((at - side) << pageBits) + (word << 5) + 31 - Math.clz32(found)
        mask = -1
      }
      mask = -1
      word = words - 1
    }
    return -Infinity
  }
}
