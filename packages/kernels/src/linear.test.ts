import { describe, expect, it } from 'vitest'
import { op } from './opcodes.ts'
import { Bench, dtypes, expectClose, lengths, numbers, rounded } from './testing.ts'

const sum = (n: number, f: (i: number) => number): number => {
  let total = 0
  for (let i = 0; i < n; i++) total += f(i)
  return total
}
const table = (rows: number, columns: number, f: (r: number, c: number) => number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => f(Math.floor(i / columns), i % columns))

const shapes = lengths.flatMap((inputs) => [1, 2, 4, 6, 11].map((outputs) => ({ inputs, outputs })))

describe.each(dtypes)('LINEAR $dtype', ({ dtype, tolerance }) => {
  it.each(shapes)('$inputs -> $outputs: values and gradients equal the triple loop', ({ inputs, outputs }) => {
    for (const rows of [1, 3]) {
      const bench = new Bench(dtype)
      const xs = rounded(dtype, numbers(rows * inputs, 1))
      const ws = rounded(dtype, numbers(outputs * inputs, 2))
      const bs = rounded(dtype, numbers(outputs, 3))
      const gs = rounded(dtype, numbers(rows * outputs, 4))
      const [x, w, b, y] = [bench.slot(xs), bench.slot(ws), bench.slot(bs), bench.slot(rows * outputs)]
      const [dy, dx, dw, db] = [
        bench.slot(gs), bench.slot(rows * inputs), bench.slot(outputs * inputs), bench.slot(outputs),
      ]
      const product = table(rows, outputs, (r, o) => sum(inputs, (i) => xs[r * inputs + i]! * ws[o * inputs + i]!))
      const scale = 2 + 4 * Math.sqrt(inputs)
      bench.run(op.LINEAR, x, w, 0, y, rows, inputs, outputs)
      expectClose(bench.get(y, rows * outputs), product, tolerance, scale)
      bench.run(op.LINEAR, x, w, b, y, rows, inputs, outputs)
      expectClose(bench.get(y, rows * outputs), product.map((v, i) => v + bs[i % outputs]!), tolerance, scale)
      bench.run(op.LINEAR_DX, dy, w, dx, rows, inputs, outputs)
      const toX = table(rows, inputs, (r, i) => sum(outputs, (o) => gs[r * outputs + o]! * ws[o * inputs + i]!))
      expectClose(bench.get(dx, rows * inputs), toX, tolerance, scale)
      bench.run(op.LINEAR_DW, dy, x, dw, rows, inputs, outputs)
      const toW = table(outputs, inputs, (o, i) => sum(rows, (r) => gs[r * outputs + o]! * xs[r * inputs + i]!))
      expectClose(bench.get(dw, outputs * inputs), toW, rows === 1 ? 2 ** -24 : tolerance)
      bench.run(op.LINEAR_DB, dy, db, rows, outputs)
      expectClose(
        bench.get(db, outputs), table(1, outputs, (_, o) => sum(rows, (r) => gs[r * outputs + o]!)), tolerance,
      )
    }
  })

  it('LINEAR gives an output the same bits wherever its row stands', () => {
    const inputs = 37
    const row = numbers(inputs, 5)
    const results = new Set<number>()
    for (const outputs of [1, 3, 4, 5, 9]) {
      for (let at = 0; at < outputs; at++) {
        const bench = new Bench(dtype)
        const ws = numbers(outputs * inputs, at)
        ws.splice(at * inputs, inputs, ...row)
        const [x, w, b, y] = [bench.slot(numbers(inputs, 6)), bench.slot(ws), bench.slot(outputs), bench.slot(outputs)]
        bench.run(op.LINEAR, x, w, b, y, 1, inputs, outputs)
        results.add(bench.get(y, outputs)[at]!)
      }
    }
    expect(results.size).toBe(1)
  })

  it('LINEAR_DW of one row is exactly dy_i * x_j', () => {
    const bench = new Bench(dtype)
    const [gs, xs] = [rounded(dtype, numbers(5, 1)), rounded(dtype, numbers(7, 2))]
    const [dy, x, dw] = [bench.slot(gs), bench.slot(xs), bench.slot(35)]
    bench.run(op.LINEAR_DW, dy, x, dw, 1, 7, 5)
    expect(bench.get(dw, 35)).toEqual(rounded(dtype, table(5, 7, (o, i) => gs[o]! * xs[i]!)))
  })

  it('LINEAR: an infinite weight reaches only its own output', () => {
    const bench = new Bench(dtype)
    const ws = [1, 2, 3, Infinity, 5, 6, 7, 8, 9, 10, 11, 12]
    const [x, w, y] = [bench.slot([1, 1, 1]), bench.slot(ws), bench.slot(4)]
    bench.run(op.LINEAR, x, w, 0, y, 1, 3, 4)
    expect(bench.get(y, 4)).toEqual([6, Infinity, 24, 33])
  })
})

describe.each(dtypes)('MATMUL $dtype', ({ dtype, tolerance }) => {
  it.each([
    { batch: 1, m: 1, k: 1, n: 1 },
    { batch: 2, m: 3, k: 4, n: 5 },
    { batch: 1, m: 4, k: 0, n: 3 },
    { batch: 3, m: 2, k: 9, n: 8 },
    { batch: 1, m: 5, k: 37, n: 11 },
  ])('[$batch, $m, $k] x [$batch, $k, $n], each side plain or transposed, the same bits', ({ batch, m, k, n }) => {
    const as = rounded(dtype, numbers(batch * m * k, 1))
    const bs = rounded(dtype, numbers(batch * k * n, 2))
    const expected = table(batch * m, n, (row, j) => {
      const t = Math.floor(row / m)
      return sum(k, (c) => as[row * k + c]! * bs[(t * k + c) * n + j]!)
    })
    const swap = (values: readonly number[], rows: number, columns: number): number[] =>
      table(batch, rows * columns, (t, i) => values[t * rows * columns + (i % rows) * columns + Math.floor(i / rows)]!)
    const results = new Set<string>()
    for (const aSwapped of [false, true]) {
      for (const bSwapped of [false, true]) {
        const bench = new Bench(dtype)
        const a = bench.slot(aSwapped ? swap(as, m, k) : as)
        const b = bench.slot(bSwapped ? swap(bs, k, n) : bs)
        const y = bench.slot(batch * m * n)
        const aStrides = aSwapped ? [m * k, 1, m] : [m * k, k, 1]
        const bStrides = bSwapped ? [k * n, 1, k] : [k * n, n, 1]
        bench.run(op.MATMUL, a, b, y, batch, m, k, n, ...aStrides, ...bStrides)
        expectClose(bench.get(y, batch * m * n), expected, tolerance, 4 * Math.sqrt(k))
        results.add(bench.get(y, batch * m * n).join())
      }
    }
    expect(results.size).toBe(1)
  })
})
