const none = 0xffffffff

/** Numbers from 0 on, in the order in which they were last touched. O(1) each, eight bytes a number. */
export class Recency {
  #older = new Uint32Array(16)
  #newer = new Uint32Array(16)
  #oldest = none
  #newest = none

  /** The number that was not touched for longest; -1 when there is none. */
  get oldest(): number {
    return this.#oldest === none ? -1 : this.#oldest
  }

  /** Takes up a number that is not in. */
  add(index: number): void {
    if (index >= this.#older.length) this.#extend(index + 1)
    this.#older[index] = this.#newest
    this.#newer[index] = none
    if (this.#newest === none) this.#oldest = index
    else this.#newer[this.#newest] = index
    this.#newest = index
  }

  remove(index: number): void {
    const older = this.#older[index]!
    const newer = this.#newer[index]!
    if (older === none) this.#oldest = newer
    else this.#newer[older] = newer
    if (newer === none) this.#newest = older
    else this.#older[newer] = older
  }

  touch(index: number): void {
    if (index === this.#newest) return
    this.remove(index)
    this.add(index)
  }

  /** From the one that was not touched for longest to the last one. */
  *[Symbol.iterator](): Generator<number, void, void> {
    for (let index = this.#oldest; index !== none; index = this.#newer[index]!) yield index
  }

  #extend(length: number): void {
    const wanted = Math.max(length, 2 * this.#older.length)
    this.#older = longer(this.#older, wanted)
    this.#newer = longer(this.#newer, wanted)
  }
}

function longer(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(length)
  next.set(array)
  return next
}
