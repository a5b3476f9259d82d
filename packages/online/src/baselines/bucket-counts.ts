/** Buckets of a page, and the words of its bits: a power of two, and a 32nd of it. */
const pageBits = 10
const pageSize = 1 << pageBits
const words = pageSize >>> 5
/** Pages on either side of 0. */
const side = 257
const none = new Int32Array(words)

/** For neighbouring buckets the places of their counts, from 1 on, and a bit for each that has one. */
interface Page {
  readonly places: Int32Array
  readonly bits: Int32Array
}

/**
 * How often each bucket of `bucketOf` was met. Counts stand next to each other, so that they are quick to copy. Pages
 * of 1,024 buckets, which know their places, are made when one of theirs is met; a bit for each bucket that was met
 * makes the next one quick to find, however far away it is.
 */
export class BucketCounts {
  readonly #pages: (Page | undefined)[] = new Array<Page | undefined>(2 * side).fill(undefined)
  /** By place; in ascending order of buckets up to the last `put`, then in the order in which they were met. */
  #buckets = new Int32Array(16)
  #counts = new Float64Array(16)
  #met = 0
  #ordered = 0

  countOf(bucket: number): number {
    const place = this.#pages[(bucket >> pageBits) + side]?.places[bucket & (pageSize - 1)] ?? 0
    return place === 0 ? 0 : this.#counts[place - 1]!
  }

  /** `count` is above 0. */
  add(bucket: number, count: number): void {
    const place = this.#pages[(bucket >> pageBits) + side]?.places[bucket & (pageSize - 1)] ?? 0
    if (place === 0) this.#meet(bucket, count)
    else this.#counts[place - 1]! += count
  }

  /** Writes buckets that were met and their counts into a list, ascending; how many numbers that are. */
  put(into: number[]): number {
    if (this.#ordered < this.#met) this.#order()
    const met = this.#met
    const buckets = this.#buckets
    const counts = this.#counts
    for (let k = 0; k < met; k++) {
      into[2 * k] = buckets[k]!
      into[2 * k + 1] = counts[k]!
    }
    return 2 * met
  }

  /** Gives a bucket that was not met before the next place. */
  #meet(bucket: number, count: number): void {
    const page = this.#pages[(bucket >> pageBits) + side] ??= {
      places: new Int32Array(pageSize), bits: new Int32Array(words),
    }
    if (this.#met === this.#counts.length) this.#move(2 * this.#met)
    const slot = bucket & (pageSize - 1)
    page.bits[slot >>> 5]! |= 1 << (slot & 31)
    this.#buckets[this.#met] = bucket
    this.#counts[this.#met] = count
    page.places[slot] = ++this.#met
  }

  #move(room: number): void {
    const buckets = new Int32Array(room)
    const counts = new Float64Array(room)
    buckets.set(this.#buckets)
    counts.set(this.#counts)
    this.#buckets = buckets
    this.#counts = counts
  }

  /** Gives all buckets their places in ascending order. */
  #order(): void {
    const before = this.#counts
    this.#counts = new Float64Array(before.length)
    let place = 0
    for (let at = 0; at < this.#pages.length; at++) {
      const page = this.#pages[at]
      if (page === undefined) continue
      const { places, bits } = page
      const first = (at - side) << pageBits
      for (let word = 0; word < words; word++) {
        for (let left = bits[word]!; left !== 0; left &= left - 1) {
          const slot = (word << 5) + 31 - Math.clz32(left & -left)
          this.#buckets[place] = first + slot
          this.#counts[place] = before[places[slot]! - 1]!
          places[slot] = ++place
        }
      }
    }
    this.#ordered = place
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
