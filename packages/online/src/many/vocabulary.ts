import type { AxisName } from '../named-axis.ts'

/**
 * The names that many models know, each kept once: a model keeps four bytes for each of its names.
 * A name that no model knows any more is forgotten, and its number given to the next one.
 */
export class Vocabulary {
  readonly #ids = new Map<string, number>()
  readonly #names: AxisName[] = []
  readonly #holders: number[] = []
  readonly #free: number[] = []

  /** Distinct names. */
  get size(): number {
    return this.#ids.size
  }

  /** The number of a name, which one more model knows now. */
  retain(name: AxisName): number {
    const key = keyOf(name)
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#free.pop() ?? this.#names.length
      this.#ids.set(key, id)
      this.#names[id] = name
      this.#holders[id] = 0
    }
    this.#holders[id]!++
    return id
  }

  /** One model fewer knows the name. */
  release(id: number): void {
    if (--this.#holders[id]! > 0) return
    this.#ids.delete(keyOf(this.#names[id]!))
    this.#free.push(id)
  }

  name(id: number): AxisName {
    return this.#names[id]!
  }
}

function keyOf({ feature, part, standardize }: AxisName): string {
  return `${standardize ? 1 : 0}${part === null ? '-' : '+'}${feature.length}:${feature}${part ?? ''}`
}
