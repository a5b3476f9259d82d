import { describe, expect, it } from 'vitest'
import { op, reduction } from './opcodes.ts'
import { Bench, dtypes, expectClose, lengths, numbers, rounded } from './testing.ts'

type Values = readonly number[]

const sum = (v: Values): number => v.reduce((total, x) => total + x, 0)
const logSumExp = (v: Values): number => {
  const top = Math.max(...v)
  return top + Math.log(sum(v.map((x) => Math.exp(x - top))))
}
const softmax = (v: Values): number[] => v.map((x) => Math.exp(x - logSumExp(v)))

/** The middle-axis columns of [outer, n, inner]. */
function columns(values: Values, outer: number, n: number, inner: number): number[][] {
  return Array.from({ length: outer * inner }, (_, c) =>
    Array.from({ length: n }, (_, k) => values[Math.floor(c / inner) * n * inner + k * inner + (c % inner)]!),
  )
}

/** Values [outer, n, inner] from its columns. */
function fromColumns(cols: readonly Values[], outer: number, n: number, inner: number): number[] {
  return Array.from({ length: outer * n * inner }, (_, i) => {
    const o = Math.floor(i / (n * inner))
    return cols[o * inner + (i % inner)]![Math.floor(i / inner) % n]!
  })
}

const shapes = [
  ...lengths.map((n) => ({ outer: 1, n, inner: 1 })),
  { outer: 3, n: 5, inner: 1 },
  { outer: 2, n: 4, inner: 3 },
  { outer: 2, n: 3, inner: 9 },
  { outer: 0, n: 3, inner: 2 },
]

const values: Record<keyof typeof reduction, (v: Values) => number> = {
  sum,
  mean: (v) => sum(v) / v.length,
  max: (v) => Math.max(...v),
  min: (v) => Math.min(...v),
  prod: (v) => v.reduce((p, x) => p * x, 1),
  logSumExp: (v) => (v.length ? logSumExp(v) : -Infinity),
}

const gradients: Record<keyof typeof reduction, (v: Values) => number[]> = {
  sum: (v) => v.map(() => 1),
  mean: (v) => v.map(() => 1 / v.length),
  max: (v) => v.map((_, i) => (i === v.indexOf(Math.max(...v)) ? 1 : 0)),
  min: (v) => v.map((_, i) => (i === v.indexOf(Math.min(...v)) ? 1 : 0)),
  prod: (v) => v.map((_, i) => values.prod(v.filter((_x, j) => j !== i))),
  logSumExp: softmax,
}

describe.each(dtypes)('REDUCE $dtype', ({ dtype, tolerance }) => {
  it.each(Object.keys(values) as (keyof typeof reduction)[])('%s and its gradient over the middle axis', (kind) => {
    for (const { outer, n, inner } of shapes) {
      const bench = new Bench(dtype)
      const xs = rounded(dtype, numbers(outer * n * inner, 3, kind === 'prod' ? 0.9 : -2, kind === 'prod' ? 1.1 : 2))
      const gs = rounded(dtype, numbers(outer * inner, 4))
      const cols = columns(xs, outer, n, inner)
      const [x, y] = [bench.slot(xs), bench.slot(outer * inner)]
      const [dy, dx] = [bench.slot(gs), bench.slot(outer * n * inner)]
      bench.run(op.REDUCE, reduction[kind], x, y, outer, n, inner)
      expectClose(bench.get(y, outer * inner), cols.map(values[kind]), 2 * tolerance, 1 + n / 20)
      bench.run(op.REDUCE_BACKWARD, reduction[kind], x, y, dy, dx, outer, n, inner)
      const expected = cols.map((col, c) => gradients[kind](col).map((v) => v * gs[c]!))
      expectClose(bench.get(dx, outer * n * inner), fromColumns(expected, outer, n, inner), 5 * tolerance)
    }
  })

  it('prod has a gradient at a zero; max and min give it to the first extreme; NaN reaches max and min', () => {
    const bench = new Bench(dtype)
    const [x, y, dy, dx] = [bench.slot([2, 0, 5]), bench.slot([0]), bench.slot([1]), bench.slot(3)]
    bench.run(op.REDUCE_BACKWARD, reduction.prod, x, y, dy, dx, 1, 3, 1)
    expect(bench.get(dx, 3)).toEqual([0, 10, 0])
    bench.arena.write(dtype, x, [4, 4, 1])
    bench.run(op.REDUCE, reduction.max, x, y, 1, 3, 1)
    bench.run(op.REDUCE_BACKWARD, reduction.max, x, y, dy, dx, 1, 3, 1)
    expect(bench.get(dx, 3)).toEqual([1, 0, 0])
    bench.arena.write(dtype, x, [4, Number.NaN, 1])
    for (const kind of [reduction.max, reduction.min, reduction.logSumExp]) {
      bench.run(op.REDUCE, kind, x, y, 1, 3, 1)
      expect(bench.get(y, 1)).toEqual([Number.NaN])
    }
  })
})

describe.each(dtypes)('SOFTMAX $dtype', ({ dtype, tolerance }) => {
  it.each(shapes)('over [$outer, $n, $inner], plain and logarithmic, with gradients', ({ outer, n, inner }) => {
    const bench = new Bench(dtype)
    const size = outer * n * inner
    const xs = rounded(dtype, numbers(size, 5, -30, 30))
    const gs = rounded(dtype, numbers(size, 6))
    const [x, y, dy, dx] = [bench.slot(xs), bench.slot(size), bench.slot(gs), bench.slot(size)]
    const cols = columns(xs, outer, n, inner)
    const dys = columns(gs, outer, n, inner)
    bench.run(op.SOFTMAX, 0, x, y, outer, n, inner)
    expectClose(bench.get(y, size), fromColumns(cols.map(softmax), outer, n, inner), 2 * tolerance)
    bench.run(op.SOFTMAX_BACKWARD, 0, y, dy, dx, outer, n, inner)
    const plain = cols.map((col, c) => {
      const p = softmax(col)
      const dot = sum(p.map((v, i) => v * dys[c]![i]!))
      return p.map((v, i) => v * (dys[c]![i]! - dot))
    })
    expectClose(bench.get(dx, size), fromColumns(plain, outer, n, inner), 5 * tolerance)
    bench.run(op.SOFTMAX, 1, x, y, outer, n, inner)
    expectClose(
      bench.get(y, size), fromColumns(cols.map((v) => v.map((a) => a - logSumExp(v))), outer, n, inner), tolerance,
    )
    bench.run(op.SOFTMAX_BACKWARD, 1, y, dy, dx, outer, n, inner)
    const logged = cols.map((col, c) => softmax(col).map((v, i) => dys[c]![i]! - v * sum(dys[c]!)))
    expectClose(bench.get(dx, size), fromColumns(logged, outer, n, inner), 5 * tolerance, 1 + n)
  })
})

describe.each(dtypes)('CROSS_ENTROPY $dtype', ({ dtype, tolerance }) => {
  it.each([
    { rows: 1, classes: 1 },
    { rows: 1, classes: 10 },
    { rows: 3, classes: 7 },
  ])('$rows rows of $classes classes: mean of -log softmax[label] and its gradient', ({ rows, classes }) => {
    const bench = new Bench(dtype)
    const xs = rounded(dtype, numbers(rows * classes, 8, -20, 20))
    const labels = Array.from({ length: rows }, (_, r) => (5 * r + 3) % classes)
    const [x, label, y] = [bench.slot(xs), bench.slot(labels), bench.slot(1)]
    const [probs, dy, dx] = [bench.slot(rows * classes), bench.slot([0.5]), bench.slot(rows * classes)]
    bench.run(op.CROSS_ENTROPY, x, label, y, probs, rows, classes)
    const cols = labels.map((_, r) => xs.slice(r * classes, (r + 1) * classes))
    expectClose(bench.get(y, 1), [sum(cols.map((v, r) => logSumExp(v) - v[labels[r]!]!)) / rows], tolerance)
    bench.run(op.CROSS_ENTROPY_BACKWARD, probs, label, dy, dx, rows, classes)
    const expected = cols.flatMap((v, r) => softmax(v).map((p, k) => ((p - (k === labels[r] ? 1 : 0)) * 0.5) / rows))
    expectClose(bench.get(dx, rows * classes), expected, tolerance)
  })

  it.each([3, -1, 0.5, Number.NaN, Infinity, 2 ** 31])('refuses the label %d and writes nothing', (label) => {
    const bench = new Bench(dtype)
    const [x, l, y, probs] = [bench.slot([1, 2, 3, 4, 5, 6]), bench.slot([0, label]), bench.slot(1), bench.slot(6)]
    const before = bench.image()
    expect(bench.try(op.CROSS_ENTROPY, x, l, y, probs, 2, 3)).toBe(3)
    expect(bench.arena.control.errorInfo).toBe(1)
    expect(bench.image()).toBe(before)
  })
})

describe.each(dtypes)('LAYER_NORM $dtype', ({ dtype, tolerance }) => {
  const eps = 1e-5

  function reference(xs: Values, ws: Values, bs: Values, n: number): number[] {
    return xs.map((x, i) => {
      const row = xs.slice(i - (i % n), i - (i % n) + n)
      const mean = sum(row) / n
      const variance = sum(row.map((v) => (v - mean) ** 2)) / n
      return ((x - mean) / Math.sqrt(variance + eps)) * ws[i % n]! + bs[i % n]!
    })
  }

  it.each([
    { outer: 1, n: 2 },
    { outer: 3, n: 5 },
    { outer: 2, n: 8 },
    { outer: 2, n: 37 },
  ])('[$outer, $n]: values, statistics, and gradients against differences', ({ outer, n }) => {
    const bench = new Bench(dtype)
    const [xs, gs] = [rounded(dtype, numbers(outer * n, 1)), rounded(dtype, numbers(outer * n, 2))]
    const [ws, bs] = [rounded(dtype, numbers(n, 3)), rounded(dtype, numbers(n, 4))]
    const [x, w, b, y, stats] = [
      bench.slot(xs), bench.slot(ws), bench.slot(bs), bench.slot(outer * n), bench.slot(2 * outer),
    ]
    const [dy, dx, dw] = [bench.slot(gs), bench.slot(outer * n), bench.slot(n)]
    bench.run(op.LAYER_NORM, x, w, b, y, stats, outer, n, { f64: eps })
    expectClose(bench.get(y, outer * n), reference(xs, ws, bs, n), 5 * tolerance)
    bench.run(op.LAYER_NORM_DX, x, w, dy, stats, dx, outer, n)
    bench.run(op.LAYER_NORM_DW, x, dy, stats, dw, outer, n)
    const loss = (v: Values, u: Values): number => sum(reference(v, u, bs, n).map((a, i) => a * gs[i]!))
    const difference = (v: Values, i: number, f: (v: Values) => number): number => {
      const moved = (by: number): number => f(v.map((x, j) => (j === i ? x + by : x)))
      const d = (k: number): number => moved(k * 1e-3) - moved(-k * 1e-3)
      return (45 * d(1) - 9 * d(2) + d(3)) / 60e-3
    }
    const bound = dtype === 'f64' ? 1e-8 : 1e-4
    expectClose(bench.get(dx, outer * n), xs.map((_, i) => difference(xs, i, (v) => loss(v, ws))), bound)
    expectClose(bench.get(dw, n), ws.map((_, i) => difference(ws, i, (u) => loss(xs, u))), bound)
    bench.run(op.LAYER_NORM, x, 0, 0, y, stats, outer, n, { f64: eps })
    expectClose(bench.get(y, outer * n), reference(xs, ws.map(() => 1), bs.map(() => 0), n), 5 * tolerance)
    bench.run(op.LAYER_NORM_DX, x, 0, dy, stats, dx, outer, n)
    const plain = xs.map((_, i) => difference(xs, i, (v) => loss(v, ws.map(() => 1))))
    expectClose(bench.get(dx, outer * n), plain, bound)
  })
})
