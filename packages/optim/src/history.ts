import { checkNumber } from '@eddy/tensor'

/**
 * States to go back and forth between; itself immutable. It keeps references, never copies: states that share tensors
 * share their memory, and `undo` returns the very object that was pushed.
 *
 * @example
 * const steps = History.of(before, { capacity: 10 }).push(after)
 * steps.undo().present === before   // true
 */
export class History<State> {
  readonly present: State
  /** States behind the present one that are kept at most; the oldest is dropped. */
  readonly capacity: number
  readonly #past: readonly State[]
  readonly #future: readonly State[]

  private constructor(past: readonly State[], present: State, future: readonly State[], capacity: number) {
    this.#past = past
    this.present = present
    this.#future = future
    this.capacity = capacity
    Object.freeze(this)
  }

  /** @throws ValueError unless the capacity, 100 unless given, is an integer >= 0. */
  static of<State>(present: State, { capacity = 100 }: { readonly capacity?: number } = {}): History<State> {
    checkNumber('History.of', 'capacity', capacity, { least: 0, integer: true }, 'Give how many steps back to keep.')
    return new History<State>([], present, [], capacity)
  }

  get undoCount(): number {
    return this.#past.length
  }

  get redoCount(): number {
    return this.#future.length
  }

  /** Makes `state` the present one; what could be redone is gone. */
  push(state: State): History<State> {
    const past = [...this.#past, this.present]
    return new History(past.slice(Math.max(0, past.length - this.capacity)), state, [], this.capacity)
  }

  /** One step back; itself when there is none. */
  undo(): History<State> {
    if (this.#past.length === 0) return this
    const future = [this.present, ...this.#future]
    return new History(this.#past.slice(0, -1), this.#past.at(-1)!, future, this.capacity)
  }

  /** One step forth; itself when there is none. */
  redo(): History<State> {
    if (this.#future.length === 0) return this
    return new History([...this.#past, this.present], this.#future[0]!, this.#future.slice(1), this.capacity)
  }
}
