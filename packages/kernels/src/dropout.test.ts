import { describe, expect, it } from 'vitest'
import { op } from './opcodes.ts'
import { Bench, dtypes, lengths, numbers, rounded } from './testing.ts'

/** Philox4x32-10, from the paper's definition, with BigInt. */
function philox(counter: readonly number[], key: readonly number[]): number[] {
  let c = counter.map((v) => BigInt(v >>> 0))
  let k = key.map((v) => BigInt(v >>> 0))
  const mask = 0xffffffffn
  for (let round = 0; round < 10; round++) {
    const a = c[0]! * 0xd2511f53n
    const b = c[2]! * 0xcd9e8d57n
    c = [(b >> 32n) ^ c[1]! ^ k[0]!, b & mask, (a >> 32n) ^ c[3]! ^ k[1]!, a & mask]
    k = [(k[0]! + 0x9e3779b9n) & mask, (k[1]! + 0xbb67ae85n) & mask]
  }
  return c.map(Number)
}

describe.each(dtypes)('DROPOUT $dtype', ({ dtype }) => {
  it('the reference generator gives the published test vectors', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
    const ones = 0xffffffff
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd])
  })

  it.each(lengths)('the mask of %d elements is Philox(seed, key, step, element); backward draws the same', (n) => {
    const bench = new Bench(dtype)
    const { control } = bench.arena
    control.training = true
    control.seed = [0xdeadbeef, 12345]
    control.step = 2 ** 33 + 5
    const xs = rounded(dtype, numbers(n, 1))
    const [x, y] = [bench.slot(xs), bench.slot(n)]
    const draws = Array.from({ length: n }, (_, i) => philox([i >> 2, 5, 2, 77], [0xdeadbeef, 12345])[i & 3]! >>> 8)
    const kept = draws.map((d) => d >= Math.floor(0.3 * 2 ** 24 + 0.5))
    const scale = rounded(dtype, [1 / (1 - 0.3)])[0]!
    const expected = rounded(dtype, xs.map((v, i) => (kept[i] ? v * scale : 0)))
    bench.run(op.DROPOUT, x, y, n, { f64: 0.3 }, 77)
    expect(bench.get(y, n)).toEqual(expected)
    bench.run(op.DROPOUT_BACKWARD, x, y, n, { f64: 0.3 }, 77)
    expect(bench.get(y, n)).toEqual(expected)
  })

  it('is the identity unless training; p = 0 keeps and p = 1 drops everything', () => {
    const bench = new Bench(dtype)
    const xs = rounded(dtype, numbers(9, 1))
    const [x, y] = [bench.slot(xs), bench.slot(9)]
    bench.run(op.DROPOUT, x, y, 9, { f64: 0.9 }, 1)
    expect(bench.get(y, 9)).toEqual(xs)
    bench.arena.control.training = true
    bench.run(op.DROPOUT, x, y, 9, { f64: 0 }, 1)
    expect(bench.get(y, 9)).toEqual(xs)
    bench.run(op.DROPOUT, x, y, 9, { f64: 1 }, 1)
    expect(bench.get(y, 9)).toEqual(xs.map(() => 0))
  })

  it('keeps 1 - p of many elements', () => {
    const bench = new Bench(dtype)
    bench.arena.control.training = true
    const n = 20_000
    const [x, y] = [bench.slot(Array<number>(n).fill(1)), bench.slot(n)]
    bench.run(op.DROPOUT, x, y, n, { f64: 0.25 }, 3)
    const share = bench.get(y, n).filter((v) => v !== 0).length / n
    expect(Math.abs(share - 0.75)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / n))
  })
})
