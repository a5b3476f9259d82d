import { BurstRing, burstLength } from './burst-ring.ts'
import type { Assignment } from './assignment.ts'
import type { InputOptions } from './input.ts'
import { writeInput } from './input-writer.ts'
import type { AnyNode } from './node.ts'
import type { Program } from './program.ts'
import type { Slot } from './slot.ts'

/**
 * Hands many events to the tape machine in one call, bit-identical to one at a time.
 *
 * It takes as many as it can and leaves the rest: an event that cannot be written, makes a named axis grow, is
 * rejected,
 * or needs a careful update ends the burst just before it, and the host runs that one by itself.
 */
export class Burst {
  readonly #program: Program
  readonly #assignments: readonly Assignment[]
  readonly #ring: BurstRing
  readonly #constant: boolean
  readonly #inputs: readonly (InputOptions & { readonly rows: readonly Slot[]; readonly pairs: number })[]

  /** `reads`: nodes whose value of every event is wanted afterwards. */
  constructor(program: Program, assignments: readonly Assignment[], reads: readonly AnyNode[]) {
    this.#program = program
    this.#assignments = assignments
    this.#constant = assignments.every(({ optimizer }) => optimizer.constant)
    const losses = assignments.map(({ loss }) => loss)
    this.#ring = new BurstRing(program, [...new Set([...losses, ...reads])], this.#constant)
    this.#inputs = program.inputs.map((node) => ({
      ...(node.options as InputOptions), rows: this.#ring.input(node), pairs: program.values.get(node)!.pairs,
    }))
  }

  /** Learns from events[from], events[from + 1], ...; how many of them were committed. */
  run(events: readonly unknown[], from: number): number {
    const count = this.#fill(events, from)
    if (count === 0) return 0
    const { store } = this.#program
    if (!this.#constant) this.#writeCoefficients(count)
    store.enter(this.#assignments[0]!.progress.step, true)
    return store.arena.burst(store.dtype, this.#ring.header, 0, count)
  }

  /** The slot that holds a node's value of the burst's k-th event. */
  slot(node: AnyNode, k: number): Slot | null {
    return this.#ring.output(node, k)
  }

  free(): void {
    this.#ring.free()
  }

  #fill(events: readonly unknown[], from: number): number {
    const { store } = this.#program
    const most = Math.min(burstLength, events.length - from)
    for (let k = 0; k < most; k++) {
      for (const { select, axis, rows, pairs } of this.#inputs) {
        try {
          const value = select(events[from + k] as never)
          if (axis !== undefined && (axis.pairs !== pairs || store.mustGrow())) return k
          writeInput(store, rows[k]!, value)
        } catch {
          return k
        }
      }
    }
    return most
  }

  #writeCoefficients(count: number): void {
    const { f64 } = this.#program.store.arena
    for (let r = 0; r < count; r++) {
      let at = this.#ring.coefficientsAt(r)
      for (const { optimizer, progress } of this.#assignments) {
        optimizer.coefficients(progress.step + r, progress.schedule, f64, at)
        at += optimizer.cells
      }
    }
  }
}
