import { describe, expect, it } from 'vitest'
import { op } from './opcodes.ts'
import { Bench, dtypes, lengths, numbers, rounded } from './testing.ts'

describe.each(dtypes)('vectors $dtype', ({ dtype }) => {
  const round = (values: readonly number[]): number[] => rounded(dtype, values)

  it.each(lengths)('FILL, COPY, ADD, SCALE, SUM_OF of %d elements', (n) => {
    const bench = new Bench(dtype)
    const [as, bs, cs] = [1, 2, 3].map((seed) => round(numbers(n, seed)))
    const [a, b, c, y] = [bench.slot(as!), bench.slot(bs!), bench.slot(cs!), bench.slot(n)]
    bench.run(op.FILL, y, n, { f64: 0.1 })
    expect(bench.get(y, n)).toEqual(round(as!.map(() => 0.1)))
    bench.run(op.COPY, y, a, n)
    expect(bench.get(y, n)).toEqual(as)
    bench.run(op.ADD, y, b, n)
    const ab = round(as!.map((v, i) => v + bs![i]!))
    expect(bench.get(y, n)).toEqual(ab)
    bench.run(op.SCALE, y, y, n, { f64: 0.25 })
    expect(bench.get(y, n)).toEqual(ab.map((v) => v * 0.25))
    bench.run(op.SUM_OF, y, n, 3, a, b, c)
    expect(bench.get(y, n)).toEqual(round(ab.map((v, i) => v + cs![i]!)))
    bench.run(op.SUM_OF, y, n, 1, c)
    expect(bench.get(y, n)).toEqual(cs)
    bench.run(op.SUM_OF, y, n, 0)
    expect(bench.get(y, n)).toEqual(as!.map(() => 0))
  })

  it('STRIDED permutes, expands, flips, slices and reduces', () => {
    const bench = new Bench(dtype)
    const xs = [1, 2, 3, 4, 5, 6]
    const [x, y] = [bench.slot(xs), bench.slot(6)]
    bench.run(op.STRIDED, 0, 2, y, x, 3, 2, 1, 2, 1, 3) // [2, 3] -> [3, 2]
    expect(bench.get(y, 6)).toEqual([1, 4, 2, 5, 3, 6])
    bench.run(op.STRIDED, 0, 2, y, x, 2, 3, 0, 3, 1, 1) // row 0 twice
    expect(bench.get(y, 6)).toEqual([1, 2, 3, 1, 2, 3])
    bench.run(op.STRIDED, 0, 1, y, x + 5 * (dtype === 'f32' ? 4 : 8), 6, 1, -1)
    expect(bench.get(y, 6)).toEqual([6, 5, 4, 3, 2, 1])
    bench.run(op.FILL, y, 6, { f64: 0 })
    bench.run(op.STRIDED, 1, 2, y, x, 2, 0, 3, 3, 1, 1) // sum over rows
    expect(bench.get(y, 3)).toEqual([5, 7, 9])
    bench.run(op.STRIDED, 0, 3, y, x, 1, 9, 9, 2, 3, 3, 3, 1, 1)
    expect(bench.get(y, 6)).toEqual(xs)
    bench.run(op.STRIDED, 1, 0, y, x)
    expect(bench.get(y, 2)).toEqual([2, 2])
    bench.run(op.STRIDED, 0, 1, y, x, 0, 1, 1)
    expect(bench.get(y, 2)).toEqual([2, 2])
  })
})
