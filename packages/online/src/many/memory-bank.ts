import type { EncoderMemory } from '../encoder.ts'
import type { FeatureReader } from '../feature-reader.ts'
import { isSameData } from './same-data.ts'

/** What the encoders of a model remember, in the reader's order of features. */
type MemorySet = readonly EncoderMemory[]

/**
 * What encoders remember, of many models that share one reader of features: the resident's memories are the reader's.
 *
 * Models may have one set of memories together as long as they learn the same events (`share`). An event that only some
 * of them learn divides it: the others go on with a copy from before the event (`learned`).
 */
export class MemoryBank {
  readonly #reader: FeatureReader
  /** By number of the model. */
  readonly #sets: MemorySet[] = []
  #resident: number

  /** The memories that the reader has are those of the first model. */
  constructor(reader: FeatureReader, first: number) {
    this.#reader = reader
    this.#resident = first
    this.#sets[first] = reader.memories
  }

  /** Of a model: the same object for those that share them. */
  of(tenant: number): MemorySet {
    return this.#sets[tenant]!
  }

  enter(tenant: number): void {
    this.#resident = tenant
    this.#reader.memories = this.#sets[tenant]!
  }

  /** The resident becomes a new model, with its memories; `start`, which it was, begins anew. */
  found(tenant: number, start: number): void {
    this.#resident = tenant
    this.#sets[tenant] = this.#sets[start]!
    this.#sets[start] = this.#reader.newMemories()
  }

  remove(tenant: number): void {
    this.#sets[tenant] = []
  }

  /** Gives a model memories of its own, with states that were accepted. */
  restore(tenant: number, states: readonly unknown[]): void {
    this.#give(tenant, this.#made(states))
  }

  /** From now on these models have the memories of the first one. */
  share([first, ...others]: readonly number[]): void {
    for (const tenant of others) this.#give(tenant, this.#sets[first!]!)
  }

  /** A model has the memories of one of these again, if they know the same. */
  reshare(tenant: number, others: readonly number[]): void {
    const states = statesOf(this.#sets[tenant]!)
    const sets = new Set(others.map((other) => this.#sets[other]!))
    for (const set of sets) {
      if (!isSameData(states, statesOf(set))) continue
      this.#give(tenant, set)
      return
    }
  }

  /**
   * Some of these models have learned the event that was read last, with these labels: so do their memories, each set
   * once. Models that share a set have met the same classes, so their labels are equal.
   */
  learned(tenants: readonly number[], learners: ReadonlyMap<number, number>): void {
    const sets = new Map<MemorySet, number>()
    for (const [tenant, label] of learners) sets.set(this.#sets[tenant]!, label)
    if (learners.size < tenants.length) {
      const copies = new Map<MemorySet, MemorySet>()
      for (const tenant of tenants) {
        const set = this.#sets[tenant]!
        if (learners.has(tenant) || !sets.has(set)) continue
        if (!copies.has(set)) copies.set(set, this.#made(statesOf(set)))
        this.#give(tenant, copies.get(set)!)
      }
    }
    this.#reader.memorize(sets)
  }

  #give(tenant: number, set: MemorySet): void {
    this.#sets[tenant] = set
    if (tenant === this.#resident) this.#reader.memories = set
  }

  #made(states: readonly unknown[]): MemorySet {
    const set = this.#reader.newMemories()
    set.forEach((memory, k) => memory.restore(states[k]))
    return set
  }
}

function statesOf(set: MemorySet): readonly unknown[] {
  return set.map(({ state }) => state)
}
