import { describe, expect, it } from 'vitest'
import { split } from '../scripts/split.ts'
import { codes, join, operandsOf, streams, toFront, twinOf } from './streams.ts'
import { unpack } from './unpack.ts'
import { packed, sizes } from './wasm.ts'

const text = (name: string): readonly number[] => [name.length, ...Buffer.from(name)]
const section = (id: number, ...content: readonly number[]): readonly number[] => [id, content.length, ...content]

/** A module that exports f: i32 -> i32, with this body behind its locals: two more of type i32. */
function moduleOf(...instructions: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [1, 2, 0x7f, ...instructions, codes.end]
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, 1, 0x60, 1, 0x7f, 1, 0x7f), ...section(3, 1, 0), ...section(5, 1, 0, 1),
    ...section(7, 1, ...text('f'), 0, 0), ...section(10, 1, body.length, ...body),
    ...section(11, 1, 0, 0x41, 0, codes.end, ...text('data')),
  ])
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return join(Buffer.concat(parts), parts.map(({ length }) => length))
}

function run(module: Uint8Array<ArrayBuffer>, argument: number): unknown {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports
  return (f as (x: number) => unknown)(argument)
}

describe('join(split(module))', () => {
  it('is the module, byte by byte, and does what it did', () => {
    const cases: readonly (readonly [instructions: readonly number[], argument: number, result: number])[] = [
      // x * x, by way of the other locals.
      [[0x20, 0, 0x21, 1, 0x20, 1, 0x22, 2, 0x20, 1, 0x6c], 7, 49],
      // 300 - x; a number of two bytes, and below zero.
      [[0x41, 0xac, 0x02, 0x20, 0, 0x6b], 1, 299],
      [[0x41, 0x7f], 0, -1],
      // A branch table in blocks: 10 for 0, else 20.
      [[
        0x02, 0x40, 0x02, 0x40, 0x20, 0, codes.branchTable, 1, 0, 1, codes.end, 0x41, 10, 0x0f, codes.end, 0x41, 20,
      ], 0, 10],
      // memory.fill with 5, then a byte of it.
      [[0x41, 0, 0x41, 5, 0x41, 8, codes.bulk, 11, 0, 0x41, 2, 0x2d, 0, 1], 0, 5],
      // memory.copy of the data, then its first byte.
      [[0x41, 16, 0x41, 0, 0x41, 4, codes.bulk, 10, 0, 0, 0x41, 16, 0x2d, 0, 0], 0, 'd'.charCodeAt(0)],
      // A lane of a constant vector plus itself; i32x4.add has a second code of two bytes.
      [[
        codes.simd, 12, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0,
        codes.simd, 12, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, codes.simd, 0xae, 1, codes.simd, 27, 2,
      ], 0, 6],
      // A lane loaded from memory.
      [[0x41, 0, codes.simd, 12, ...new Array<number>(16).fill(0), codes.simd, 84, 0, 1, 3, codes.simd, 22, 3], 0, 97],
      // Numbers of 4 and 8 bytes.
      [[0x43, 0, 0, 0x20, 0x41, 0xa8], 0, 10],
      [[0x44, 0, 0, 0, 0, 0, 0, 0x24, 0x40, 0xaa], 0, 10],
    ]
    for (const [instructions, argument, result] of cases) {
      const module = moduleOf(...instructions)
      expect(run(module, argument)).toBe(result)
      const back = joined(split(module))
      expect(back).toEqual(module)
      expect(run(back, argument)).toBe(result)
    }
  })

  it('is the embedded module', () => {
    const streams = unpack(packed, sizes)
    const module = join(streams, sizes)
    expect(WebAssembly.validate(module)).toBe(true)
    expect(Buffer.compare(Buffer.concat(split(module)), streams)).toBe(0)
  })

  it('of what is no module with code throws', () => {
    expect(() => split(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 1, 0]))).toThrow(/no code/)
  })
})

it('operandsOf(op) names a stream for each number and counts the bytes of constants', () => {
  expect([operandsOf(0x6a), operandsOf(0x20).length, operandsOf(0x28).length]).toEqual([[], 1, 2])
  expect([0x43, 0x44, 524, 533].map((op) => operandsOf(op)[0]! >> 4)).toEqual([4, 8, 16, 1])
})

it('twinOf(op) names the same instruction for the other type, and is its own inverse', () => {
  // f32.mul, f64.mul; f32x4.add, f64x2.add; f32.const, f64.const; i32.mul has none.
  expect([0x94, 0xa2, 740, 752, 0x43, 0x44, 0x6c].map(twinOf)).toEqual([0xa2, 0x94, 752, 740, 0x44, 0x43, 0x6c])
  for (let op = 0; op < 768; op++) expect(twinOf(twinOf(op))).toBe(op)
})

it('split(module) writes a function for f64 like its twin for f32', () => {
  // Multiplies a constant by itself and gives 1 when the product is below it.
  const body = (double: boolean): readonly number[] => {
    const constant = double ? [0x44, 0, 0, 0, 0, 0, 0, 0x24, 0x40] : [0x43, 0, 0, 0x20, 0x41]
    return [...constant, ...constant, double ? 0xa2 : 0x94, ...constant, double ? 0x63 : 0x5d]
  }
  const [single, double] = [moduleOf(...body(false)), moduleOf(...body(true))].map(split)
  expect([...double![streams.opcodes]!]).toEqual([...single![streams.opcodes]!])
})

it('toFront(recent, rank) moves an entry to the front and keeps the order of the others', () => {
  const recent = Uint16Array.from([0, 1, 2, 3])
  expect([toFront(recent, 2), ...recent]).toEqual([2, 2, 0, 1, 3])
  expect([toFront(recent, 0), ...recent]).toEqual([2, 2, 0, 1, 3])
})
