import type { Assignment } from './assignment.ts'
import type { Leaf } from './parameter.ts'
import type { Program } from './program.ts'
import type { Slot } from './slot.ts'
import type { Store } from './store.ts'

/**
 * Decides when an update must be checked after the fact, and does it: back up, update, look for anything that is not
 * finite, put everything back if there is.
 *
 * Normally nothing has to be checked. Gradients are at most 2^40 (the guards raise a flag above that), a bounded
 * optimizer then moves nothing by more than 2^90 a step, and all magnitudes were at most 2^100 when they were last
 * measured, at most 2^20 steps ago: 2^100 + 2^20 * 2^90 is below 2^111, while f32 reaches 2^128. The check is exact
 * either way; only its cost differs. See `Magnitudes` and `Store#watchedOf`.
 */
export class Careful {
  readonly #store: Store
  readonly #leaves: readonly Leaf[]
  readonly #always: boolean

  constructor({ store, targets, buffers }: Program, assignments: readonly Assignment[]) {
    this.#store = store
    this.#leaves = [...targets.map(({ leaf }) => leaf), ...buffers]
    // In f64 the squares that running statistics keep can overflow; in f32 their f64 cells cannot.
    const overflowing = store.dtype === 'f64' && buffers.length > 0
    this.#always = overflowing || assignments.some(({ optimizer }) => !optimizer.bounded)
    store.magnitudes.watch(this.#leaves)
  }

  get isNeeded(): boolean {
    return this.#always || this.#store.magnitudes.isLarge
  }

  /**
   * Runs `update`; the first node that would not be finite, after everything was put back, or null when all is well.
   */
  update(update: () => void): Leaf | null {
    const { arena } = this.#store
    const slots = this.#leaves.flatMap((leaf) => (
      this.#store.watchedOf(leaf).map(({ slot }): { leaf: Leaf; slot: Slot } => ({ leaf, slot }))
    ))
    const before = slots.map(({ slot }) => arena.read(slot.dtype, slot.at, slot.size))
    update()
    const bad = slots.find(({ slot }) => arena.firstNonFinite(slot.dtype, slot.at, slot.size) >= 0)
    if (bad !== undefined) slots.forEach(({ slot }, i) => arena.write(slot.dtype, slot.at, before[i]!))
    this.measure()
    return bad?.leaf ?? null
  }

  committed(count: number): void {
    this.#store.magnitudes.committed(count)
  }

  /** Looks at every magnitude. */
  measure(): void {
    this.#store.magnitudes.measure()
  }
}
