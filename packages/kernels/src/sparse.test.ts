import { describe, expect, it } from 'vitest'
import { fault, op } from './opcodes.ts'
import { pairs } from './pairs.ts'
import { Bench, dtypes, expectClose, numbers, rounded } from './testing.ts'

const rows = 9
const cases = [1, 2, 3, 4, 5, 8, 37].flatMap(
  (width) => [[], [4], [8, 0], [3, 3, 1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1]].map((indices) => ({ width, indices })),
)

describe.each(dtypes)('sparse $dtype', ({ dtype, tolerance }) => {
  it.each(cases)('SPARSE_LINEAR, its gradient and DENSIFY: width $width, indices $indices', ({ width, indices }) => {
    const bench = new Bench(dtype)
    const vs = rounded(dtype, numbers(indices.length, 1))
    const [ws, bs, gs] = [
      rounded(dtype, numbers(rows * width, 2)), rounded(dtype, numbers(width, 3)), rounded(dtype, numbers(width, 4)),
    ]
    const sparse = bench.pairs(12, indices, vs)
    const [w, b, y, dy, dw, dense] = [
      bench.slot(ws), bench.slot(bs), bench.slot(width), bench.slot(gs), bench.slot(rows * width), bench.slot(rows),
    ]
    const product = Array.from(
      { length: width }, (_, j) => indices.reduce((t, index, k) => t + vs[k]! * ws[index * width + j]!, 0),
    )
    bench.run(op.SPARSE_LINEAR, sparse, 12, w, b, y, rows, width, width)
    expectClose(bench.get(y, width), product.map((v, j) => v + bs[j]!), tolerance, 4)
    bench.run(op.SPARSE_LINEAR, sparse, 12, w, 0, y, rows, width, width)
    expectClose(bench.get(y, width), product, tolerance, 4)
    const once = bench.get(y, width)
    // Rows with others between them.
    const apart = Array.from({ length: rows }, (_, r) => [...ws.slice(r * width, (r + 1) * width), 5, 6]).flat()
    bench.run(op.SPARSE_LINEAR, sparse, 12, bench.slot(apart), 0, y, rows, width, width + 2)
    expect(bench.get(y, width)).toEqual(once)
    bench.arena.array(dtype, dw, rows * width).fill(7)
    bench.run(op.SPARSE_LINEAR_DW, sparse, 12, dy, dw, rows, width)
    const toW = Array<number>(rows * width).fill(0)
    for (const [k, index] of indices.entries()) {
      for (let j = 0; j < width; j++) toW[index * width + j]! += vs[k]! * gs[j]!
    }
    expectClose(bench.get(dw, rows * width), toW, tolerance)
    bench.run(op.DENSIFY, sparse, 12, dense, rows)
    const expected = Array<number>(rows).fill(0)
    for (const [k, index] of indices.entries()) expected[index]! += vs[k]!
    expectClose(bench.get(dense, rows), expected, tolerance)
  })

  it.each(cases)('GATHER_ROWS and SCATTER_ROWS: width $width, indices $indices', ({ width, indices }) => {
    const bench = new Bench(dtype)
    const count = indices.length
    const [ts, gs] = [rounded(dtype, numbers(rows * width, 2)), rounded(dtype, numbers(count * width, 4))]
    const [table, index, y, dy, dtable] = [
      bench.slot(ts), bench.slot(indices), bench.slot(count * width), bench.slot(gs), bench.slot(rows * width),
    ]
    bench.run(op.GATHER_ROWS, table, index, y, rows, width, count)
    expect(bench.get(y, count * width)).toEqual(indices.flatMap((i) => ts.slice(i * width, (i + 1) * width)))
    bench.run(op.SCATTER_ROWS, index, dy, dtable, rows, width, count)
    const expected = Array<number>(rows * width).fill(0)
    for (const [k, i] of indices.entries()) {
      for (let j = 0; j < width; j++) expected[i * width + j]! += gs[k * width + j]!
    }
    expectClose(bench.get(dtable, rows * width), expected, tolerance)
  })

  it('a bad index or count stops the instruction and leaves memory as it was', () => {
    const bench = new Bench(dtype)
    const sparse = bench.pairs(4, [1, 2], [1, 1])
    const [w, y, dw, index] = [
      bench.slot(numbers(rows * 3, 1)), bench.slot([7, 7, 7]), bench.slot(numbers(rows * 3, 2)), bench.slot([1, 0.5]),
    ]
    const stats = bench.slot(numbers(rows * 4, 3), 'f64')
    const attempts: [fault: number, info: number, set: () => void][] = [
      [fault.index, 9, () => (bench.arena.i32[pairs.indices(sparse) / 4 + 1] = 9)],
      [fault.index, -1, () => (bench.arena.i32[pairs.indices(sparse) / 4 + 1] = -1)],
      [fault.count, 5, () => (bench.arena.i32[sparse / 4] = 5)],
      [fault.count, -1, () => (bench.arena.i32[sparse / 4] = -1)],
    ]
    for (const [expected, info, set] of attempts) {
      set()
      const before = bench.image()
      expect(bench.try(op.SPARSE_LINEAR, sparse, 4, w, 0, y, rows, 3, 3)).toBe(expected)
      expect(bench.arena.control.errorInfo).toBe(info)
      expect(bench.try(op.SPARSE_LINEAR_DW, sparse, 4, y, dw, rows, 3)).toBe(expected)
      expect(bench.try(op.DENSIFY, sparse, 4, dw, rows)).toBe(expected)
      expect(bench.try(op.SPARSE_STANDARDIZE, sparse, sparse, 4, stats, rows, { f64: 10 })).toBe(expected)
      expect(bench.try(op.SPARSE_STANDARDIZE_COMMIT, sparse, 4, stats, rows)).toBe(expected)
      expect(bench.image()).toBe(before)
    }
    for (const bad of [0.5, -1, 9, Number.NaN, Infinity]) {
      bench.arena.write(dtype, index, [1, bad])
      const before = bench.image()
      expect(bench.try(op.GATHER_ROWS, w, index, dw, rows, 3, 2)).toBe(fault.index)
      expect(bench.arena.control.errorInfo).toBe(1)
      expect(bench.try(op.SCATTER_ROWS, index, w, dw, rows, 3, 2)).toBe(fault.index)
      expect(bench.image()).toBe(before)
    }
  })
})
