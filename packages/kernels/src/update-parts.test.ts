import { describe, expect, it } from 'vitest'
import { layout, op, rule } from './opcodes.ts'
import { Bench, dtypes, expectClose, numbers, rounded } from './testing.ts'
import { Tape } from './tape.ts'

describe.each(dtypes)('parts of an update, $dtype', ({ dtype, tolerance }) => {
  const round = (values: readonly number[]): number[] => rounded(dtype, values)

  it.each([1, 2, 3, 4, 9, 300])('UPDATE touched: rows of %i with zeros alone are as rows not named', (m) => {
    const bench = new Bench(dtype)
    const [n, named] = [5, [1, 4]]
    const g = numbers(n * m, 3).map((value, i) => (named.includes(Math.floor(i / m)) ? value : 0))
    // The one element that is not zero may be the last of its row.
    for (let j = 0; j < m - 1; j++) g[m + j] = 0
    const initial = [numbers(n * m, 4), numbers(n * m, 5), numbers(n * m, 6, 0, 1)]
    const make = (): number[] => [...initial.map((values) => bench.slot(values)), bench.slot(coefficients, 'f64')]
    const coefficients = [0.9, 0.1, 0.99, 0.01, 1e-8, 1.1, 1.2, 0.1]
    const program = (cells: number, [, mean, square]: readonly number[]): number[] => (
      [2, rule.adam, 6, mean!, square!, 0, cells, rule.apply, 3, cells + 56]
    )
    const [one, other] = [make(), make()]
    bench.run(op.UPDATE, layout.touched, one[0]!, n, m, bench.slot(g), 0, 0, ...program(one[3]!, one))
    const dys = bench.slot(named.flatMap((row) => g.slice(row * m, (row + 1) * m)))
    bench.run(op.UPDATE, layout.lookup, other[0]!, m, m, bench.slot(named), dys, 2, ...program(other[3]!, other))
    for (const k of [0, 1, 2]) expect(bench.get(one[k]!, n * m)).toEqual(bench.get(other[k]!, n * m))
  })

  it('UPDATE centred rmsprop takes a variance that rounding has brought below 0 for 0', () => {
    const bench = new Bench(dtype)
    const [w, square, mean, g] = [[0], [1], [1.5], [1]].map((v) => bench.slot(v))
    const cells = bench.slot([0.9, 0.1, 0.5, 0.25], 'f64')
    const words = [rule.rmsprop, 5, square!, mean!, cells, rule.apply, 3, cells + 24]
    bench.run(op.UPDATE, layout.dense, w!, 1, 1, g!, 0, 0, 2, ...words)
    expect(bench.get(w!, 1)).toEqual([-0.5])
  })

  it('WHEN skips as many words as it says, when its cell is 0', () => {
    for (const [cell, wanted] of [[0, [1, 3]], [1, [2, 3]], [-1, [2, 3]]] as const) {
      const bench = new Bench(dtype)
      const [at, flag, a, b] = [bench.slot([1, 1]), bench.slot([cell], 'f64'), bench.slot([2]), bench.slot([3])]
      const tape = new Tape()
      tape.emit(op.WHEN, flag, 5)
      tape.emit(op.COPY, at, a, 1)
      tape.emit(op.COPY, at + (dtype === 'f32' ? 4 : 8), b, 1)
      const { from, to } = tape.place(bench.arena)
      expect(bench.arena.run(dtype, from, to)).toBe(0)
      expect(bench.get(at, 2)).toEqual(wanted)
    }
  })

  it.each([0, 1, 3, 4, 5, 11])('INVERSE_MAX of %i elements', (n) => {
    const bench = new Bench(dtype)
    const x = round(numbers(n, 7))
    const out = bench.slot([7], 'f64')
    bench.run(op.INVERSE_MAX, bench.slot(x), n, out)
    const wanted = n === 0 ? 0 : 1 / Math.max(...x.map(Math.abs))
    expectClose(bench.get(out, 1, 'f64'), [wanted], tolerance)
    bench.run(op.INVERSE_MAX, bench.slot([0, -1e-31]), 2, out)
    expect(bench.get(out, 1, 'f64')).toEqual([0])
  })

  it.each([0, 1, 2])('MEASURE %i of every layout is that of the gradient multiplied out', (kind) => {
    for (const [n, m] of [[1, 1], [3, 2], [5, 7], [2, 300], [0, 3]] as const) {
      const bench = new Bench(dtype)
      const [a, b] = [round(numbers(n, 3)), round(numbers(m, 4))]
      const dense = round(a.flatMap((x) => b.map((y) => x * y)))
      const indices = a.map((_, i) => n - 1 - i)
      const cells = [0, 1, 2, 3].map(() => bench.slot([0], 'f64'))
      const [as, bs, g] = [a, b, dense].map((values) => bench.slot(values))
      bench.run(op.MEASURE, kind, cells[0]!, layout.dense, n, m, g!, 0, 0)
      bench.run(op.MEASURE, kind, cells[1]!, layout.outer, n, m, as!, bs!, 0)
      bench.run(op.MEASURE, kind, cells[2]!, layout.rows, m, m, bench.pairs(6, indices, a), bs!, 6)
      bench.run(op.MEASURE, kind, cells[3]!, layout.lookup, m, m, bench.slot(indices), g!, n)
      const terms = dense.map((x) => [x * x, Math.abs(x), Math.abs(x)][kind]!)
      const wanted = kind === 2 ? Math.max(0, ...terms) : terms.reduce((sum, x) => sum + x, 0)
      for (const cell of cells) expectClose(bench.get(cell, 1, 'f64'), [wanted], tolerance)
    }
  })

  it('CLIP_BY is the most over the norm, and at most 1', () => {
    const bench = new Bench(dtype)
    const [cell, out] = [bench.slot([4], 'f64'), bench.slot(1, 'f64')]
    bench.run(op.CLIP_BY, cell, out, { f64: 1 })
    expectClose(bench.get(out, 1, 'f64'), [1 / (4 + 1e-6)], 1e-15)
    bench.run(op.CLIP_BY, cell, out, { f64: 5 })
    expect(bench.get(out, 1, 'f64')).toEqual([1])
  })

  it('STEP_LENGTH is the loss over the squares, at most the limit, and 0 where either is not above 0', () => {
    const bench = new Bench(dtype)
    const out = bench.slot(1, 'f64')
    const lengthOf = (squares: number, loss: number, most: number, soft: number): number => {
      const cell = bench.slot([squares], 'f64')
      bench.run(op.STEP_LENGTH, cell, bench.slot([loss]), out, { f64: most }, { f64: soft })
      return bench.get(out, 1, 'f64')[0]!
    }
    expect(lengthOf(4, 2, 10, 0)).toBe(0.5)
    expect(lengthOf(4, 2, 0.25, 0)).toBe(0.25)
    expect(lengthOf(4, 2, 10, 12)).toBe(0.125)
    expect(lengthOf(0, 2, 10, 0)).toBe(0)
    expect(lengthOf(4, 0, 10, 0)).toBe(0)
    expect(lengthOf(4, -1, 10, 0)).toBe(0)
  })

  it('UPDATE ftrl: a weight comes from 0, goes back to 0 and crosses it as in the paper', () => {
    const bench = new Bench(dtype)
    const [alpha, beta, l1, l2] = [0.5, 1, 0.5, 0.25]
    const gradients = round([0.25, 0.125, 1, 0, -0.5, -1, 0.25, -4, 0, 8])
    const [w, n, z] = [bench.slot([0]), bench.slot([0]), bench.slot([0])]
    const cells = bench.slot([1 / alpha, beta / alpha + l2, l1, 1], 'f64')
    const words = [2, rule.ftrl, 5, n, z, cells, rule.apply, 3, cells + 24]
    let [sum, linear] = [0, 0]
    const signs = new Set<number>()
    for (const g of gradients) {
      const weight = Math.abs(linear) <= l1 ? 0
        : -(linear - Math.sign(linear) * l1) / ((beta + Math.sqrt(sum)) / alpha + l2)
      expectClose(bench.get(w, 1), [weight], 10 * tolerance)
      if (weight === 0) expectClose(bench.get(z, 1), [linear], 10 * tolerance)
      signs.add(Math.sign(bench.get(w, 1)[0]!))
      const sigma = (Math.sqrt(sum + g * g) - Math.sqrt(sum)) / alpha
      linear += g - sigma * weight
      sum += g * g
      bench.run(op.UPDATE, layout.dense, w, 1, 1, bench.slot([g]), 0, 0, ...words)
    }
    expect([...signs].sort()).toEqual([-1, 0, 1])
  })
})
