import { describe, expect, it } from 'vitest'
import { op } from './opcodes.ts'
import { pairs } from './pairs.ts'
import { Bench, dtypes, expectClose, numbers, rounded } from './testing.ts'

describe.each(dtypes)('STANDARDIZE $dtype', ({ dtype, tolerance }) => {
  it('after every COMMIT the statistics are those of the batch so far, and y is standardised by them', () => {
    const n = 5
    const bench = new Bench(dtype)
    const [x, y, dy, dx] = [bench.slot(n), bench.slot(n), bench.slot([1, 2, 3, 4, 5]), bench.slot(n)]
    const [mean, m2, count] = [bench.slot(n, 'f64'), bench.slot(n, 'f64'), bench.slot(n, 'f64')]
    const seen: number[][] = []
    for (let event = 0; event < 20; event++) {
      const xs = rounded(dtype, numbers(n, event + 1, 1e6, 1e6 + 4))
      bench.arena.write(dtype, x, xs)
      bench.run(op.STANDARDIZE, x, mean, m2, count, y, n, { f64: 1e9 })
      bench.run(op.STANDARDIZE_BACKWARD, m2, count, y, dy, dx, n, { f64: 1e9 })
      const column = (i: number): number[] => seen.map((row) => row[i]!)
      const rate = (i: number): number => {
        const c = column(i)
        const average = c.reduce((t, v) => t + v, 0) / c.length
        const variance = c.reduce((t, v) => t + (v - average) ** 2, 0) / c.length
        return variance > 0 ? 1 / Math.sqrt(variance) : 0
      }
      const centred = xs.map(
        (v, i) => (rate(i) ? (v - column(i).reduce((t, a) => t + a, 0) / seen.length) * rate(i) : 0),
      )
      expectClose(bench.get(y, n), centred, dtype === 'f32' ? tolerance : 1e-8)
      expectClose(bench.get(dx, n), xs.map((_, i) => (i + 1) * rate(i)), dtype === 'f32' ? tolerance : 1e-8)
      bench.run(op.STANDARDIZE_COMMIT, x, mean, m2, count, n)
      seen.push(xs)
    }
    expect(bench.get(count, n, 'f64')).toEqual([20, 20, 20, 20, 20])
  })

  it('counts on beyond 2^24, and a NaN stays one', () => {
    const bench = new Bench(dtype)
    const [x, y] = [bench.slot([3]), bench.slot(1)]
    const [mean, m2, count] = [bench.slot([1], 'f64'), bench.slot([0], 'f64'), bench.slot([2 ** 24], 'f64')]
    bench.run(op.STANDARDIZE_COMMIT, x, mean, m2, count, 1)
    expect(bench.get(count, 1, 'f64')).toEqual([2 ** 24 + 1])
    expect(bench.get(mean, 1, 'f64')[0]).toBeCloseTo(1 + 2 / (2 ** 24 + 1), 15)
    bench.arena.write(dtype, x, [Number.NaN])
    bench.run(op.STANDARDIZE, x, mean, bench.slot(1, 'f64'), count, y, 1, { f64: 10 })
    expect(bench.get(y, 1)).toEqual([Number.NaN])
    bench.run(op.STANDARDIZE, x, mean, bench.slot([1], 'f64'), count, y, 1, { f64: 10 })
    expect(bench.get(y, 1)).toEqual([Number.NaN])
  })

  it('a quantity that has hardly moved and then jumps is cut to the limit, and sends no gradient back', () => {
    const bench = new Bench(dtype)
    const [mean, m2, count] = [0.5, 1e-6, 100].map((v) => bench.slot([v, v, v], 'f64')) as [number, number, number]
    const [x, y, dy, dx] = [bench.slot([5, -5, 0.5]), bench.slot(3), bench.slot([1, 1, 1]), bench.slot(3)]
    bench.run(op.STANDARDIZE, x, mean, m2, count, y, 3, { f64: 10 })
    bench.run(op.STANDARDIZE_BACKWARD, m2, count, y, dy, dx, 3, { f64: 10 })
    expect(bench.get(y, 3)).toEqual([10, -10, 0])
    expect(bench.get(dx, 3).map((v) => v > 0)).toEqual([false, false, true])
  })

  it('SPARSE_STANDARDIZE treats flagged rows like STANDARDIZE and passes the others through', () => {
    const bench = new Bench(dtype)
    const rows = 6
    const stats = bench.slot(rows * 4, 'f64')
    for (const flagged of [1, 4]) bench.arena.f64[stats / 8 + 4 * flagged] = 1
    const [mean, m2, count, x, y] = [
      bench.slot(2, 'f64'), bench.slot(2, 'f64'), bench.slot(2, 'f64'), bench.slot(2), bench.slot(2),
    ]
    const out = bench.pairs(5, [], [])
    for (let event = 0; event < 5; event++) {
      const [a, b, c] = rounded(dtype, numbers(3, event + 1)) as [number, number, number]
      const input = bench.pairs(5, [4, 0, 1], [a, b, c])
      bench.arena.write(dtype, x, [a, c])
      bench.run(op.SPARSE_STANDARDIZE, input, out, 5, stats, rows, { f64: 2 })
      bench.run(op.STANDARDIZE, x, mean, m2, count, y, 2, { f64: 2 })
      const [first, second] = bench.get(y, 2)
      expect(bench.get(pairs.values(out, 5), 3)).toEqual([first, b, second])
      expect(Array.from(bench.arena.i32.subarray(pairs.indices(out) / 4).subarray(0, 3))).toEqual([4, 0, 1])
      bench.run(op.SPARSE_STANDARDIZE_COMMIT, input, 5, stats, rows)
      bench.run(op.STANDARDIZE_COMMIT, x, mean, m2, count, 2)
    }
    expect(bench.get(stats, 4, 'f64')).toEqual([0, 0, 0, 0])
    expect(bench.get(stats + 32, 4, 'f64')).toEqual([1, 5, ...[mean, m2].map((at) => bench.get(at, 2, 'f64')[1])])
  })
})
