import { describe, expect, it } from 'vitest'
import { layout, op, rule } from './opcodes.ts'
import { Bench, numbers, rounded } from './testing.ts'

const sizes = [1, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 67]
const shapes = sizes.flatMap((inputs, k) => [1, 4, 8, 9, 16, 19, 35].map((outputs) => ({ inputs, outputs, k })))

/** The [columns, rows] matrix of a [rows, columns] one. */
const transposed = (values: readonly number[], rows: number, columns: number): number[] => (
  Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!)
)

const dtype = 'f32'

describe('LINEAR_COLUMNS', () => {
  it.each(shapes)('$inputs -> $outputs: the bits of LINEAR, its gradient and its update', ({ inputs, outputs, k }) => {
    for (const zeros of [0, 0.5, 0.9, 1]) {
      const bench = new Bench(dtype)
      const draws = numbers(inputs, 40 + k)
      const xs = rounded(dtype, numbers(inputs, k).map((x, i) => (Math.abs(draws[i]! % 1) < zeros ? 0 : x)))
      const ws = rounded(dtype, numbers(outputs * inputs, 2))
      const [x, b, dy] = [bench.slot(xs), bench.slot(numbers(outputs, 3)), bench.slot(numbers(outputs, 4))]
      const rows = bench.slot(ws)
      const columns = bench.slot(transposed(ws, outputs, inputs))
      const lists = bench.arena.alloc(4 * 4 * (inputs + 3))
      const sums = bench.slot(4 * (outputs + 4))
      const [y, other] = [bench.slot(outputs), bench.slot(outputs)]
      for (const bias of [b, 0]) {
        bench.run(op.LINEAR, x, rows, bias, y, 1, inputs, outputs)
        bench.run(op.LINEAR_COLUMNS, x, columns, bias, other, inputs, outputs, lists, sums)
        expect(bench.get(other, outputs)).toEqual(bench.get(y, outputs))
      }
      const [dx, dx2] = [bench.slot(inputs), bench.slot(inputs)]
      bench.run(op.LINEAR_DX, dy, rows, dx, 1, inputs, outputs)
      bench.run(op.LINEAR_COLUMNS_DX, dy, columns, dx2, inputs, outputs)
      expect(bench.get(dx2, inputs)).toEqual(bench.get(dx, inputs))
      const rate = bench.slot([0.1], 'f64')
      bench.run(op.UPDATE, layout.outer, rows, outputs, inputs, dy, x, 0, 1, rule.apply, 3, rate)
      bench.run(op.UPDATE, layout.outer, columns, inputs, outputs, x, dy, lists, 1, rule.apply, 3, rate)
      expect(bench.get(columns, inputs * outputs)).toEqual(
        transposed([...bench.get(rows, inputs * outputs)], outputs, inputs),
      )
    }
  })

  it('an input that is not finite is no zero', () => {
    const bench = new Bench(dtype)
    const x = bench.slot([0, Number.NaN, 0, 0, 0])
    const [w, y] = [bench.slot(numbers(40, 1)), bench.slot(8)]
    bench.run(op.LINEAR_COLUMNS, x, w, 0, y, 5, 8, bench.arena.alloc(128), bench.slot(48))
    expect([...bench.get(y, 8)].every(Number.isNaN)).toBe(true)
  })
})
