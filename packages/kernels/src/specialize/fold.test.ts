import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from './fold.ts'
import { i32, signatureOf } from './instructions.ts'

/** What the engine gives for an instruction that takes one or two i32. */
function engine(op: number): (x: number, y: number) => number {
  const body = [0, 0x20, 0, ...(signatureOf(op)!.takes > 1 ? [0x20, 1] : []), op, 0x0b]
  const bytes = Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 7, 1, 0x60, 2, i32, i32, 1, i32, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0,
    10, body.length + 2, 1, body.length, ...body,
  ])
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports['f'] as never
}

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, k) => first + k)
const folded = [...range(0x45, 11), 0x67, ...range(0x6a, 13)]
const numbers = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)))

describe('fold', () => {
  it.each(folded.map((op) => [op.toString(16), op] as const))('%s gives what the engine gives', (_, op) => {
    const run = engine(op)
    fc.assert(fc.property(numbers, numbers, (x, y) => {
      const got = fold(op, x, y)
      if (got !== null) expect(got | 0).toBe(run(x, y))
    }))
    expect(fold(op, 12, 5)).not.toBeNull()
  })

  it('leaves division by zero, which traps, and other instructions alone', () => {
    for (const op of [0x6d, 0x6e, 0x6f, 0x70]) expect(fold(op, 1, 0)).toBeNull()
    expect(fold(0x6d, -(2 ** 31), -1)).toBeNull()
    expect(fold(0x92, 1, 2)).toBeNull()
  })
})
