import type { Special } from '@eddy/kernels'
import type { Assignment } from './assignment.ts'
import { BurstRing, burstLength, type Ring } from './burst-ring.ts'
import { Intake } from './intake.ts'
import type { AnyNode } from './node.ts'
import type { Program } from './program.ts'
import { residentLists } from './resident-lists.ts'
import type { ResidentRows } from './resident-rows.ts'
import { newcomer } from './shared-arena.ts'
import type { Slot } from './slot.ts'

/**
 * Hands many events to the tape machine in one call, bit-identical to one at a time.
 *
 * It takes as many as it can and leaves the rest: an event that cannot be written, makes a named axis grow, is
 * rejected, or needs a careful update ends the burst just before it, and the host runs that one by itself.
 */
export class Burst {
  readonly #program: Program
  readonly #assignments: readonly Assignment[]
  readonly #ring: BurstRing
  readonly #constant: boolean
  readonly #inputs: readonly Intake[]
  readonly #losses: readonly Ring[]
  readonly #id = newcomer()
  #resident: ResidentRows | null = null
  #isSpecial = false

  /** `reads`: nodes whose value of every event is wanted afterwards. */
  constructor(program: Program, assignments: readonly Assignment[], reads: readonly AnyNode[]) {
    this.#program = program
    this.#assignments = assignments
    this.#constant = assignments.every(({ optimizer }) => optimizer.constant)
    const losses = assignments.map(({ loss }) => loss)
    this.#ring = new BurstRing(program, [...new Set([...losses, ...reads])], this.#constant)
    this.#inputs = [...this.#ring.inputs].map(([node, { slot, stride }]) => (
      new Intake(program.store, node, slot, stride)
    ))
    this.#losses = losses.map((loss) => this.#ring.outputs.get(loss)!)
  }

  /**
   * Learns from events[from], events[from + 1], ...; how many of them were committed.
   * `special`: the program as functions of its own.
   */
  run(events: readonly unknown[], from: number, special: Special | null): number {
    const { store } = this.#program
    const rows = this.#rowsOf(events)
    const count = rows === null ? this.#fill(events, from) : rows.count(from)
    if (count === 0) return 0
    this.#ring.point(rows === null ? null : rows.rowsAt(from))
    if (!this.#constant) this.#writeCoefficients(count)
    if (special !== null && !this.#isSpecial) {
      store.arena.install(this.#ring.header, special)
      this.#isSpecial = true
    }
    store.enter(this.#id, this.#assignments[0]!.progress.step, true)
    return store.arena.burst(store.dtype, this.#ring.header, 0, count)
  }

  /** The loss of assignment `a` for the burst's k-th event. */
  loss(a: number, k: number): number {
    return this.#first(this.#losses[a]!, k)
  }

  /** The first element of a node's value of the burst's k-th event; null when it was not asked for. */
  number(node: AnyNode, k: number): number | null {
    const ring = this.#ring.outputs.get(node)
    return ring === undefined ? null : this.#first(ring, k)
  }

  /** The slot that holds a node's value of the burst's k-th event; null when it was not asked for. */
  slot(node: AnyNode, k: number): Slot | null {
    const ring = this.#ring.outputs.get(node)
    return ring === undefined ? null : { ...ring.slot, at: ring.slot.at + k * ring.stride }
  }

  /** The inputs of resident events; null for others, where an event can make the model grow, and without room. */
  #rowsOf(events: readonly unknown[]): ResidentRows | null {
    if (this.#resident?.events === events) return this.#resident
    const settle = residentLists.get(events)
    if (settle === undefined || this.#grows) return null
    this.#resident?.free()
    this.#resident = null
    try {
      this.#resident = settle(this.#program, this.#ring.inputs)
    } catch {
      // They are copied for each burst.
    }
    return this.#resident
  }

  get #grows(): boolean {
    return this.#program.store.grows || this.#inputs.some(({ axis }) => axis !== undefined)
  }

  #first({ slot: { at, dtype }, stride }: Ring, k: number): number {
    return this.#program.store.arena.number(dtype, at + k * stride)
  }

  #fill(events: readonly unknown[], from: number): number {
    const { store } = this.#program
    const inputs = this.#inputs
    const most = Math.min(burstLength, events.length - from)
    const grows = this.#grows
    let k = 0
    try {
      for (; k < most; k++) {
        for (let i = 0; i < inputs.length; i++) {
          const input = inputs[i]!
          const value = input.select(events[from + k])
          if (input.axis !== undefined && input.axis.pairs !== input.slot.pairs) return k
          input.write(value, k)
        }
        if (grows && store.mustGrow()) return k
      }
    } catch {
      // The host runs that event by itself, and reports what is wrong with it.
    }
    return k
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
