import type { Assignment } from './assignment.ts'
import type { Leaf } from './parameter.ts'
import type { Program } from './program.ts'
import type { Store } from './store.ts'
import { regionsOf, type Written, writtenBy } from './written.ts'

/**
 * Decides when an update must be checked after the fact, and does it: back up what it writes, update, look for anything
 * that is not finite, put everything back if there is.
 *
 * Normally nothing has to be checked. Gradients are at most 2^40 (the guards raise a flag above that), a bounded
 * optimizer then moves nothing by more than 2^90 a step, and all magnitudes were at most 2^100 when they were last
 * measured, at most 2^20 steps ago: 2^100 + 2^20 * 2^90 is below 2^111, while f32 reaches 2^128. The check is exact
 * either way; only its cost differs. See `Magnitudes` and `Store#watchedOf`.
 */
export class Careful {
  readonly #store: Store
  readonly #written: readonly Written[]
  readonly #always: boolean

  constructor(program: Program, assignments: readonly Assignment[]) {
    const { store, buffers } = program
    this.#store = store
    this.#written = writtenBy(program, assignments)
    // In f64 the squares that running statistics keep can overflow; in f32 their f64 cells cannot.
    const overflowing = store.dtype === 'f64' && buffers.length > 0
    this.#always = overflowing || assignments.some(({ optimizer }) => !optimizer.bounded)
    store.magnitudes.watch(this.#written.map(({ leaf }) => leaf))
  }

  get isNeeded(): boolean {
    return this.#always || this.#store.magnitudes.isLarge
  }

  /**
   * Runs `update`; the first node that would not be finite, after everything was put back, or null when all is well.
   */
  update(update: () => void): Leaf | null {
    const { arena, magnitudes } = this.#store
    const regions = regionsOf(this.#written)
    const before = regions.map(({ dtype, at, n }) => arena.read(dtype, at, n))
    update()
    const bad = regions.find(({ dtype, at, n }) => arena.firstNonFinite(dtype, at, n) >= 0)
    if (bad !== undefined) regions.forEach(({ dtype, at }, k) => arena.write(dtype, at, before[k]!))
    else magnitudes.changed(regions)
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
