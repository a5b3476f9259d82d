import { Recency } from './recency.ts'
import type { Key } from './keyed-options.ts'

/** Keys and the numbers of their models, in the order in which they last learned. */
export class Keys<Q extends Key> {
  readonly #tenants = new Map<Q, number>()
  readonly #keys: Q[] = []
  readonly #recency = new Recency()

  get size(): number {
    return this.#tenants.size
  }

  /** The number of a key's model; undefined without one. */
  get(key: Q): number | undefined {
    return this.#tenants.get(key)
  }

  add(key: Q, tenant: number): void {
    this.#tenants.set(key, tenant)
    this.#keys[tenant] = key
    this.#recency.add(tenant)
  }

  touch(tenant: number): void {
    this.#recency.touch(tenant)
  }

  remove(key: Q): void {
    this.#recency.remove(this.#tenants.get(key)!)
    this.#tenants.delete(key)
  }

  /** The key that has not learned for longest; only when there is one. */
  get oldest(): Q {
    return this.#keys[this.#recency.oldest]!
  }

  /** Keys with their models, from the one that has not learned for longest to the last one. */
  *[Symbol.iterator](): Generator<readonly [key: Q, tenant: number], void, void> {
    for (const tenant of this.#recency) yield [this.#keys[tenant]!, tenant]
  }
}
