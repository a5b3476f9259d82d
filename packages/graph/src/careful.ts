import type { Assignment } from './assignment.ts'
import type { AnyNode } from './node.ts'
import type { Program } from './program.ts'
import type { Slot } from './slot.ts'

/**
 * Decides when an update must be checked after the fact, and does it: back up, update, look for anything that is not
 * finite, put everything back if there is.
 *
 * Normally nothing has to be checked. Gradients are at most 2^40 (the guards raise a flag above that), a bounded
 * optimizer then moves nothing by more than 2^90 a step, and all magnitudes were at most 2^100 when they were last
 * measured, at most 2^20 steps ago: 2^100 + 2^20 * 2^90 is below 2^111, while f32 reaches 2^128. The check is exact
 * either
 * way; only its cost differs. Optimizer slots are held to 2^60, because another transform may square what one has kept.
 */
export class Careful {
  readonly #slots: readonly { readonly node: AnyNode; readonly slot: Slot; readonly limit: number }[]
  readonly #program: Program
  readonly #always: boolean
  #sinceMeasured = 0
  #large = false

  constructor(program: Program, assignments: readonly Assignment[]) {
    this.#program = program
    this.#slots = [
      ...program.targets.map(({ leaf, value }) => ({ node: leaf, slot: value, limit: 2 ** 100 })),
      ...program.targets.flatMap(({ leaf, slots }) => slots.map((slot) => ({ node: leaf, slot, limit: 2 ** 60 }))),
      ...program.buffers.map((leaf) => ({ node: leaf, slot: program.values.get(leaf)!, limit: 2 ** 100 })),
    ]
    // In f64 the squares that running statistics keep can overflow; in f32 their f64 cells cannot.
    const overflowing = program.store.dtype === 'f64' && program.buffers.length > 0
    this.#always = overflowing || assignments.some(({ optimizer }) => !optimizer.bounded)
    this.measure()
  }

  get isNeeded(): boolean {
    return this.#always || this.#large
  }

  /**
   * Runs `update`; the first node that would not be finite, after everything was put back, or null when all is well.
   */
  update(update: () => void): AnyNode | null {
    const { arena } = this.#program.store
    const before = this.#slots.map(({ slot }) => arena.read(slot.dtype, slot.at, slot.size))
    update()
    const bad = this.#slots.find(({ slot }) => arena.firstNonFinite(slot.dtype, slot.at, slot.size) >= 0)
    if (bad !== undefined) this.#slots.forEach(({ slot }, i) => arena.write(slot.dtype, slot.at, before[i]!))
    this.measure()
    return bad?.node ?? null
  }

  committed(count: number): void {
    this.#sinceMeasured += count
    if (this.#sinceMeasured >= 2 ** 20) this.measure()
  }

  /** Looks at every magnitude. */
  measure(): void {
    this.#sinceMeasured = 0
    const { arena } = this.#program.store
    this.#large = this.#slots.some(({ slot, limit }) => arena.maxAbs(slot.dtype, slot.at, slot.size) > limit)
  }
}
