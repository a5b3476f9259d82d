import type { Arena } from './arena.ts'

/** A block copied between a slot and row k of a ring (row k lies at ring + k * stride) for event k of a burst. */
export interface RingPort {
  readonly slot: number
  readonly bytes: number
  /** Capacity when the block holds sparse pairs, of which only those there are need copying; else 0. */
  readonly pairs?: number
  readonly ring: number
  readonly stride: number
}

/** One event's whole program: what `frame` and `burst` run. Addresses are byte addresses. */
export interface Program {
  /** Forward, scans, backward and guards: nothing in it writes a parameter, slot or buffer. */
  readonly frame: readonly [from: number, to: number]
  /** Optimizer updates, buffer commits, sweeps and STEP: nothing in it can fail. */
  readonly update: readonly [from: number, to: number]
  /** f64 cells that the update section reads. */
  readonly coefficients: number
  readonly coefficientCount: number
  /** Row r holds the cells for the r-th committed update of a burst. 0: a burst leaves the cells alone. */
  readonly coefficientRows: number
  /** i32 per event of a burst: 0 committed, else the fault that rejected it. 0: not wanted. */
  readonly status: number
  readonly inputs: readonly RingPort[]
  readonly outputs: readonly RingPort[]
}

export interface PlacedProgram {
  /** Address to give to `arena.frame` and `arena.burst`. */
  readonly header: number
  free(): void
}

/** Word of a header that names the specialised frame's place in the table; 0: the tape is interpreted. */
export const specialWord = 10

/**
 * Writes the header block of a program: eleven words, then four for each port.
 *
 *     frameFrom frameTo updateFrom updateTo coefficients coefficientCount coefficientRows status inputs outputs special
 *     [slot bytes ring stride] of each input, then of each output; for sparse pairs `bytes` is minus the capacity
 */
export function placeProgram(arena: Arena, program: Program): PlacedProgram {
  const { coefficients, coefficientCount, coefficientRows, status, inputs, outputs } = program
  const words = [...program.frame, ...program.update, coefficients, coefficientCount, coefficientRows, status]
  words.push(inputs.length, outputs.length, 0)
  for (const { slot, bytes, pairs = 0, ring, stride } of [...inputs, ...outputs]) {
    words.push(slot, pairs > 0 ? -pairs : bytes, ring, stride)
  }
  const header = arena.alloc(4 * words.length)
  arena.i32.set(words, header >>> 2)
  return { header, free: () => arena.free(header) }
}
