import type { Category, EncodedEvent } from './encoded-event.ts'
import { type Saved, savedRecord } from './saved.ts'

/** Inputs of least squares: first come, first served. */
export const inputsMax = 48
const cut = 5

/**
 * Gives columns and categories a place among the few inputs of least squares; the first `reserved` inputs are others.
 * What finds no place is not an input. Places are taken by events that are learned.
 */
export class InputSlots {
  readonly #reserved: number
  readonly #columns: number[] = []
  /** By slot on the named axis. */
  readonly #categories: (number | undefined)[] = []
  #used: number

  constructor(reserved: number) {
    this.#reserved = reserved
    this.#used = reserved
  }

  /** Writes an event's numbers, cut to 5, and a 1 for each category. */
  fill({ columns, values, numbers, categories, named }: EncodedEvent, x: Float64Array): void {
    for (let i = 0; i < numbers; i++) {
      const slot = this.#columns[columns[i]!] ?? -1
      const z = values[i]!
      if (slot >= 0) x[slot] = z > cut ? cut : z < -cut ? -cut : z
    }
    for (let i = 0; i < named; i++) {
      const slot = this.#slotOf(categories[i]!)
      if (slot >= 0) x[slot] = 1
    }
  }

  /** Makes room for what an event has brought; whether it has brought anything. */
  admit({ columns, numbers, categories, named }: EncodedEvent): boolean {
    const before = this.#used
    for (let i = 0; i < numbers && this.#used < inputsMax; i++) {
      const column = columns[i]!
      while (this.#columns.length <= column) this.#columns.push(-1)
      if (this.#columns[column]! < 0) this.#columns[column] = this.#used++
    }
    for (let i = 0; i < named && this.#used < inputsMax; i++) {
      if (this.#slotOf(categories[i]!) < 0) this.#categories[categories[i]!.slot] = this.#used++
    }
    return this.#used > before
  }

  #slotOf({ slot }: Category): number {
    return slot < 0 ? -1 : this.#categories[slot] ?? -1
  }

  get state(): Saved {
    const categories = this.#categories.flatMap((place, slot) => (place === undefined ? [] : [slot, place]))
    return { used: this.#used, columns: [...this.#columns], categories }
  }

  restore(state: unknown): void {
    const { used, columns, categories } = savedRecord(state, 'the inputs of least squares')
    this.#used = Math.max(this.#reserved, Number(used))
    this.#columns.splice(0, Infinity, ...(columns as readonly number[]))
    this.#categories.length = 0
    const places = categories as readonly number[]
    for (let i = 0; i < places.length; i += 2) this.#categories[places[i]!] = places[i + 1]!
  }
}
