import type { Category, EncodedEvent } from './encoded-event.ts'
import { overflowSlots } from './event-encoder.ts'
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
  /** By slot on the named axis. */
  readonly #keys = new Map<number, Labels>()
  readonly #errors = new Map<string, number>()
  /** Of the event asked for last: its keys, and which of them is the best. */
  readonly #current: (Labels | null)[] = []
  readonly #fields: Category[] = []
  #count = 0
  #best = -1

  /** Looks up the keys of an event. */
  ask({ categories, named }: EncodedEvent): void {
    this.#count = 0
    this.#best = -1
    let least = Infinity
    for (let i = 0; i < named && this.#count < keyFieldsMax; i++) {
      const category = categories[i]!
      if (category.ofTime) continue
      const error = this.#errors.get(category.field) ?? Infinity
      if (error < least) {
        least = error
        this.#best = this.#count
      }
      this.#fields[this.#count] = category
      this.#current[this.#count++] = this.#keys.get(category.slot) ?? null
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

  /** Writes the means of the other keys, from an index on; returns the next index. */
  others(all: number, out: Float64Array, from: number): number {
    let at = from
    for (let i = 0; i < this.#count && at < out.length; i++) {
      if (i !== this.#best) out[at++] = meanOf(this.#current[i]!, all)
    }
    return at
  }

  /** Learns the label of the event that was asked for last. */
  learn(label: number): void {
    for (let i = 0; i < this.#count; i++) {
      const { field, slot } = this.#fields[i]!
      // Several names may share such a slot.
      if (slot < overflowSlots) continue
      const labels = this.#current[i] ?? this.#add(slot)
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

  #add(slot: number): Labels | null {
    if (this.#keys.size >= keysMax) return null
    const labels = { count: 0, mean: 0, last: 0 }
    this.#keys.set(slot, labels)
    return labels
  }

  get state(): Saved {
    return {
      errors: [...this.#errors].flat(),
      labels: saveNumbers([...this.#keys].flatMap(([slot, { count, mean, last }]) => [slot, count, mean, last])),
    }
  }

  /** Into one that has seen nothing. */
  restore(state: unknown): void {
    const { errors, labels } = savedRecord(state, 'the labels of keys')
    const list = errors as readonly (string | number)[]
    for (let i = 0; i < list.length; i += 2) this.#errors.set(String(list[i]), Number(list[i + 1]))
    const numbers = savedNumbers(labels, 'the labels of keys')
    for (let i = 0; i < numbers.length; i += 4) {
      this.#keys.set(numbers[i]!, { count: numbers[i + 1]!, mean: numbers[i + 2]!, last: numbers[i + 3]! })
    }
  }
}

function meanOf(labels: Labels | null, all: number): number {
  return labels === null ? all : (labels.mean * labels.count + all) / (labels.count + 1)
}
