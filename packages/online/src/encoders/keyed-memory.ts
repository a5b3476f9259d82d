import { ValueError } from '@eddy/tensor'

/** A bounded map from keys to lists of numbers. The key not written for longest makes room for a new one. */
export class KeyedMemory {
  readonly #capacity: number
  /** In order of last use. */
  readonly #entries = new Map<string, readonly number[]>()
  #state: readonly (readonly [string, readonly number[]])[] | null = null

  /** @throws ValueError when the capacity is out of range. */
  constructor(capacity: number, where: string) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 22) {
      throw new ValueError({
        what: 'the number of keys is out of range', where, got: capacity, wanted: 'an integer from 1 to 2^22',
        hint: 'Leave capacity out for 10,000.',
      })
    }
    this.#capacity = capacity
  }

  /** Keys with their numbers, from the one that was not written for longest; lists that did not change are shared. */
  get state(): readonly (readonly [key: string, numbers: readonly number[]])[] {
    return (this.#state ??= Object.freeze([...this.#entries].map(([key, numbers]) => (
      Object.freeze([key, Object.freeze(numbers)] as const)
    ))))
  }

  /** Changes nothing, the order of keys included. */
  get(key: string): readonly number[] | undefined {
    return this.#entries.get(key)
  }

  /** The numbers must not be written into again. */
  set(key: string, numbers: readonly number[]): void {
    this.#state = null
    if (!this.#entries.delete(key) && this.#entries.size >= this.#capacity) {
      const [oldest] = this.#entries.keys()
      this.#entries.delete(oldest!)
    }
    this.#entries.set(key, numbers)
  }

  /** Whether this is a state of such a memory, with lists that `fits` takes. */
  accepts(state: unknown, fits: (numbers: readonly number[]) => boolean): boolean {
    if (!Array.isArray(state) || state.length > this.#capacity) return false
    const seen = new Set<unknown>()
    return state.every((entry: unknown) => {
      if (!Array.isArray(entry) || entry.length !== 2) return false
      const [key, numbers] = entry as [unknown, unknown]
      if (typeof key !== 'string' || seen.has(key)) return false
      seen.add(key)
      return Array.isArray(numbers) && numbers.every(Number.isFinite) && fits(numbers as number[])
    })
  }

  restore(state: unknown): void {
    this.#entries.clear()
    this.#state = null
    for (const [key, numbers] of state as readonly (readonly [string, readonly number[]])[]) this.set(key, numbers)
  }
}
