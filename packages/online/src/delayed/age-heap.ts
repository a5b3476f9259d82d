/** Something that waits since a time, the `number`-th to begin waiting. */
export interface Waiting {
  /** null: before any time was known; earlier than every time. */
  time: number | null
  readonly number: number
  /** Where it is in the heap, kept by the heap; -1 outside. */
  position: number
}

/**
 * What waits, the one that has waited longest first: by time, then by number. Any of them can be taken out.
 *
 *     position k: neither child, 2k + 1 and 2k + 2, is older
 *
 * Cost: O(log n) for each change, O(1) to add what is the youngest. Source: Williams 1964, with positions.
 */
export class AgeHeap<W extends Waiting> {
  readonly #items: W[] = []

  get size(): number {
    return this.#items.length
  }

  get oldest(): W | undefined {
    return this.#items[0]
  }

  add(item: W): void {
    this.#items.push(item)
    this.#rise(item, this.#items.length - 1)
  }

  /** Takes out an item of this heap. */
  remove(item: W): void {
    const at = item.position
    const last = this.#items.pop()!
    item.position = -1
    if (last === item) return
    this.#sink(last, at)
    if (last.position === at) this.#rise(last, at)
  }

  clear(): void {
    for (const item of this.#items.splice(0)) item.position = -1
  }

  #rise(item: W, from: number): void {
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#items[above]!
      if (!isOlder(item, parent)) break
      this.#place(parent, at)
      at = above
    }
    this.#place(item, at)
  }

  #sink(item: W, from: number): void {
    const items = this.#items
    let at = from
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && isOlder(items[below + 1]!, items[below]!)) below++
      if (!isOlder(items[below]!, item)) break
      this.#place(items[below]!, at)
      at = below
    }
    this.#place(item, at)
  }

  #place(item: W, at: number): void {
    this.#items[at] = item
    item.position = at
  }
}

export function isOlder(a: Pick<Waiting, 'time' | 'number'>, b: Pick<Waiting, 'time' | 'number'>): boolean {
  const [s, t] = [a.time ?? -Infinity, b.time ?? -Infinity]
  return s < t || (s === t && a.number < b.number)
}
