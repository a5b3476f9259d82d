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
  readonly #categories = new Map<string, Map<string, number>>()
  #used: number

  constructor(reserved: number) {
    this.#reserved = reserved
    this.#used = reserved
  }

  /** Writes an event's numbers, cut to 5, and a 1 for each category. */
  fill({ columns, values, categories }: EncodedEvent, x: Float64Array): void {
    for (let i = 0; i < columns.length; i++) {
      const slot = this.#columns[columns[i]!] ?? -1
      const z = values[i]!
      if (slot >= 0) x[slot] = z > cut ? cut : z < -cut ? -cut : z
    }
    for (let i = 0; i < categories.length; i++) {
      const slot = this.#slotOf(categories[i]!)
      if (slot >= 0) x[slot] = 1
    }
  }

  /** Makes room for what an event has brought. */
  admit({ columns, categories }: EncodedEvent): void {
    for (const column of columns) {
      while (this.#columns.length <= column) this.#columns.push(-1)
      if (this.#columns[column]! < 0 && this.#used < inputsMax) this.#columns[column] = this.#used++
    }
    if (this.#used >= inputsMax) return
    for (const category of categories) {
      if (this.#slotOf(category) >= 0 || this.#used >= inputsMax) continue
      const values = this.#categories.get(category.field) ?? new Map<string, number>()
      this.#categories.set(category.field, values.set(category.value, this.#used++))
    }
  }

  #slotOf({ field, value }: Category): number {
    return this.#categories.get(field)?.get(value) ?? -1
  }

  get state(): Saved {
    const categories = [...this.#categories].map(([field, values]) => [field, ...[...values].flat()])
    return { used: this.#used, columns: [...this.#columns], categories }
  }

  restore(state: unknown): void {
    const { used, columns, categories } = savedRecord(state, 'the inputs of least squares')
    this.#used = Math.max(this.#reserved, Number(used))
    this.#columns.splice(0, Infinity, ...(columns as readonly number[]))
    this.#categories.clear()
    for (const [field, ...entries] of categories as readonly (readonly (string | number)[])[]) {
      const values = new Map<string, number>()
      for (let i = 0; i < entries.length; i += 2) values.set(String(entries[i]), Number(entries[i + 1]))
      this.#categories.set(String(field), values)
    }
  }
}
