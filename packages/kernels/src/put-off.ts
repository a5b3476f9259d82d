import { bytesOf, type Dtype } from './arena.ts'
import { layout, op, rule } from './opcodes.ts'
import type { Tape } from './tape.ts'

/** A stretch of a tape, in words. */
interface Words {
  readonly from: number
  readonly to: number
}

/** Weights below this size are not worth a block of their own. */
const elementsMin = 512

/**
 * Lets gradient descent of a weight wait, inside a burst, until the next event's LINEAR, which then does both in one
 * pass. Only where nothing else reads the weight before that: it stands in one LINEAR for one row, in LINEAR_DX, and in
 * one plain UPDATE by an outer product. The bits of all results are the same.
 *
 * `allocate` gives zeroed blocks; what is returned are their addresses, each to be given to SETTLE when a burst ends.
 */
export function putOff(
  tape: Tape, dtype: Dtype, frame: Words, update: Words, allocate: (bytes: number) => number,
): number[] {
  const blocks: number[] = []
  for (const at of instructions(tape, update)) {
    const [weight, outputs, inputs, extra, transforms] = [3, 4, 5, 8, 9].map((k) => tape.at(at + k)) as [
      number, number, number, number, number,
    ]
    const isPlain = tape.at(at) === op.UPDATE && tape.at(at + 2) === layout.outer && extra === 0 && transforms === 1
      && tape.at(at + 10) === rule.apply && outputs * inputs >= elementsMin
    const linear = isPlain && occurrences(tape, update, weight) === 1 ? onlyReader(tape, frame, weight) : null
    if (linear === null || tape.at(linear + 7) !== inputs || tape.at(linear + 8) !== outputs) continue
    const block = allocate(32 + padded(inputs * bytesOf[dtype]) + padded(outputs * bytesOf[dtype]))
    tape.set(linear + 6, -(block >>> 4))
    tape.set(at + 8, -(block >>> 4))
    blocks.push(block)
  }
  return blocks
}

/** The one LINEAR that reads a weight for one row; null when anything but its LINEAR_DX reads it, too. */
function onlyReader(tape: Tape, frame: Words, weight: number): number | null {
  let reader: number | null = null
  let known = 0
  for (const at of instructions(tape, frame)) {
    if (tape.at(at + 3) !== weight) continue
    if (tape.at(at) === op.LINEAR && tape.at(at + 6) === 1 && reader === null) reader = at
    else if (tape.at(at) !== op.LINEAR_DX) return null
    known++
  }
  return occurrences(tape, frame, weight) === known ? reader : null
}

/** How often a word occurs, wherever: too often rather than too rarely, for a count may equal an address. */
function occurrences(tape: Tape, { from, to }: Words, word: number): number {
  let count = 0
  for (let at = from; at < to; at++) if (tape.at(at) === word) count++
  return count
}

function* instructions(tape: Tape, { from, to }: Words): Generator<number> {
  for (let at = from; at < to; at += tape.at(at + 1)) yield at
}

function padded(bytes: number): number {
  return (bytes + 15) & ~15
}
