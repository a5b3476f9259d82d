import { placeProgram } from '@eddy/kernels'
import type { AnyNode } from './node.ts'
import type { Program } from './program.ts'
import { bytesFor, type Slot } from './slot.ts'

/** Most events that are handed over in one call. */
export const burstLength = 256

/** Where a program's header has the address of its first ring, and how many words on the next: see placeProgram. */
const firstRing = 13
const wordsOfPort = 4

/** As many copies of a slot as a burst has events: copy k stands at `slot.at + k * stride`. */
export interface Ring {
  readonly slot: Slot
  readonly stride: number
}

/**
 * Memory for a burst: inputs and coefficients of up to `burstLength` events, and what is wanted of each afterwards.
 * The tape machine copies row k into the slots, runs frame k, copies the wanted values out, and goes on with k + 1.
 */
export class BurstRing {
  readonly header: number
  readonly inputs: ReadonlyMap<AnyNode, Ring>
  readonly outputs: ReadonlyMap<AnyNode, Ring>
  readonly #program: Program
  readonly #coefficients: number

  constructor(program: Program, wanted: readonly AnyNode[], constant: boolean) {
    this.#program = program
    const ring = (node: AnyNode): [AnyNode, Ring] => [node, this.#ring(program.values.get(node)!)]
    this.inputs = new Map(program.inputs.map(ring))
    this.outputs = new Map(wanted.map(ring))
    const { arena } = program.store
    const port = (node: AnyNode, { slot, stride }: Ring) => ({
      slot: program.values.get(node)!.at, bytes: stride, pairs: slot.pairs, ring: slot.at, stride,
    })
    this.#coefficients = constant ? 0 : program.writer.bytes(burstLength * 8 * program.cellCount)
    this.header = placeProgram(arena, {
      frame: [program.frame.from, program.frame.to], update: [program.update.from, program.update.to],
      coefficients: program.cells[0] ?? 0, coefficientCount: program.cellCount, coefficientRows: this.#coefficients,
      status: 0, inputs: [...this.inputs].map(([node, found]) => port(node, found)),
      outputs: [...this.outputs].map(([node, found]) => port(node, found)),
    }).header
    program.writer.memory.adopt(this.header)
  }

  /** Index into the arena's f64 view of the coefficients of the r-th update of a burst. */
  coefficientsAt(row: number): number {
    return (this.#coefficients >>> 3) + row * this.#program.cellCount
  }

  /** The next burst finds its inputs at these addresses; null: in the rings. */
  point(rows: readonly number[] | null): void {
    const { i32 } = this.#program.store.arena
    let word = (this.header >>> 2) + firstRing
    let k = 0
    for (const { slot } of this.inputs.values()) {
      i32[word] = rows === null ? slot.at : rows[k++]!
      word += wordsOfPort
    }
  }

  #ring(slot: Slot): Ring {
    const stride = bytesFor(slot)
    return { slot: { ...slot, at: this.#program.writer.bytes(stride * burstLength) }, stride }
  }
}
