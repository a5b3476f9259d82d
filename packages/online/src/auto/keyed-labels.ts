import type { Category } from './encoded-event.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Values of fields whose labels are kept apart; further ones are not. */
const keysMax = 2 ** 16
/** Fields that are looked at, the first by name. */
export const keyFieldsMax = 4
const fading = 0.02

interface Labels {
  count: number
  mean: number
  last: number
}

/**
 * Many series in one stream: the last label, and the mean, of the events with the same value in a field (a station, a
 * shop, a stock), and in which field the last one is the best guess.
 * Formula: mean' = (n mean + m) / (n + 1), n labels of this key, m the mean of all; a field's error is
 * E <- 0.98 E + 0.02 |y - last of its key|.
 */
export class KeyedLabels {
  readonly #keys = new Map<string, Map<string, Labels>>()
  readonly #errors = new Map<string, number>()
  #size = 0
  /** Of the event asked for last: its keys, and which of them is the best. */
  readonly #current: (Labels | null)[] = []
  readonly #fields: Category[] = []
  #best = -1

  /** Looks up the keys of an event. */
  ask(categories: readonly Category[]): void {
    this.#current.length = this.#fields.length = 0
    this.#best = -1
    let least = Infinity
    for (let i = 0; i < categories.length && this.#fields.length < keyFieldsMax; i++) {
      const category = categories[i]!
      if (category.ofTime) continue
      const error = this.#errors.get(category.field) ?? Infinity
      if (error < least) {
        least = error
        this.#best = this.#fields.length
      }
      this.#fields.push(category)
      this.#current.push(this.#keys.get(category.field)?.get(category.value) ?? null)
    }
  }

  /** The last label of the best key, else `otherwise`. */
  last(otherwise: number): number {
    return (this.#best < 0 ? null : this.#current[this.#best])?.last ?? otherwise
  }

  /** The mean of the best key, drawn to the mean of all. */
  mean(all: number): number {
    return this.#best < 0 ? all : meanOf(this.#current[this.#best]!, all)
  }

  /** The means of the other keys. */
  others(all: number, out: number[]): void {
    for (let i = 0; i < this.#current.length; i++) if (i !== this.#best) out.push(meanOf(this.#current[i]!, all))
  }

  /** Learns the label of the event that was asked for last. */
  learn(label: number): void {
    for (let i = 0; i < this.#fields.length; i++) {
      const { field, value } = this.#fields[i]!
      const labels = this.#current[i] ?? this.#add(field, value)
      if (labels === null) continue
      if (labels.count > 0) {
        const error = Math.abs(labels.last - label)
        const before = this.#errors.get(field)
        this.#errors.set(field, before === undefined ? error : before + fading * (error - before))
      }
      labels.count++
      labels.mean += (label - labels.mean) / labels.count
      labels.last = label
    }
  }

  #add(field: string, value: string): Labels | null {
    if (this.#size >= keysMax) return null
    let keys = this.#keys.get(field)
    if (keys === undefined) this.#keys.set(field, (keys = new Map()))
    const labels = { count: 0, mean: 0, last: 0 }
    keys.set(value, labels)
    this.#size++
    return labels
  }

  get state(): Saved {
    return [...this.#keys].map(([field, keys]) => ({
      field, error: this.#errors.get(field) ?? null, values: [...keys.keys()],
      labels: saveNumbers([...keys.values()].flatMap(({ count, mean, last }) => [count, mean, last])),
    }))
  }

  /** Into one that has seen nothing. */
  restore(state: unknown): void {
    for (const saved of state as readonly Saved[]) {
      const { field, error, values, labels } = savedRecord(saved, 'the labels of keys')
      const names = values as readonly string[]
      const numbers = savedNumbers(labels, 'the labels of keys', names.length * 3)
      if (error !== null) this.#errors.set(String(field), Number(error))
      const keys = names.map((name, k): [string, Labels] => (
        [name, { count: numbers[3 * k]!, mean: numbers[3 * k + 1]!, last: numbers[3 * k + 2]! }]
      ))
      this.#keys.set(String(field), new Map(keys))
      this.#size += names.length
    }
  }
}

function meanOf(labels: Labels | null, all: number): number {
  return labels === null ? all : (labels.mean * labels.count + all) / (labels.count + 1)
}
