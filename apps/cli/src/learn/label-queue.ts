/** Something that waits for its label, and since when. */
export interface Waiting<T> {
  /** When the label comes: a number of records, or a time. */
  readonly due: number
  readonly item: T
}

/**
 * Labels that come later, by a number of records or by a duration of event time. A label comes before the first record
 * that is so much later; those due at the same time come in the order of their records. Time never runs backwards: it
 * is the greatest one seen. The same rules as `delayLabels`, with a state that a checkpoint can keep.
 */
export class LabelQueue<T> {
  readonly #by: number
  #waiting: Waiting<T>[] = []
  #from = 0
  #now = -Infinity

  constructor(by: number) {
    this.#by = by
  }

  get count(): number {
    return this.#waiting.length - this.#from
  }

  /** Time moves on: those whose labels have come by now. */
  * dueAt(time: number): Generator<T> {
    this.#now = Math.max(this.#now, time)
    while (this.count > 0 && this.#waiting[this.#from]!.due <= this.#now) yield this.#take()
  }

  /** A record of this time begins to wait. */
  add(item: T, time: number): void {
    const due = time + this.#by
    let at = this.#waiting.length
    while (at > this.#from && this.#waiting[at - 1]!.due > due) at--
    this.#waiting.splice(at, 0, { due, item })
  }

  /** The stream is over: all that wait, in order. */
  * rest(): Generator<T> {
    while (this.count > 0) yield this.#take()
  }

  get state(): { readonly now: number | null; readonly waiting: readonly Waiting<T>[] } {
    return { now: this.#now === -Infinity ? null : this.#now, waiting: this.#waiting.slice(this.#from) }
  }

  restore({ now, waiting }: LabelQueue<T>['state']): void {
    this.#now = now ?? -Infinity
    this.#waiting = [...waiting]
    this.#from = 0
  }

  #take(): T {
    const { item } = this.#waiting[this.#from++]!
    if (this.#from > 1024 && this.#from * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#from)
      this.#from = 0
    }
    return item
  }
}
