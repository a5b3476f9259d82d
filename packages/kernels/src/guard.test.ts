import { describe, expect, it } from 'vitest'
import { fault, op } from './opcodes.ts'
import { Tape } from './tape.ts'
import { Bench, dtypes, expectClose, lengths, numbers, rounded } from './testing.ts'

const bad = [Number.NaN, Infinity, -Infinity]
const replaced = (xs: readonly number[], at: number, x: number): number[] => xs.map((v, i) => (i === at ? x : v))

describe.each(dtypes)('guards $dtype', ({ dtype }) => {
  it.each(lengths)('SCAN and GUARD_DENSE find one bad element among %d, anywhere, and nothing behind them', (n) => {
    const bench = new Bench(dtype)
    const xs = numbers(n, 1)
    const x = bench.slot(xs)
    for (const opcode of [op.SCAN, op.GUARD_DENSE]) {
      expect(bench.try(opcode, x, n)).toBe(fault.none)
      for (let at = 0; at < n; at++) {
        bench.arena.write(dtype, x, replaced(xs, at, bad[at % 3]!))
        expect(bench.try(opcode, x, n)).toBe(fault.nonFinite)
        expect(bench.arena.control.errorInfo).toBe(at)
        bench.arena.write(dtype, x, xs)
      }
    }
  })

  it('SCAN accepts the greatest finite and the least denormal number', () => {
    const bench = new Bench(dtype)
    const extremes = dtype === 'f32' ? [3.4028234663852886e38, 1e-45] : [Number.MAX_VALUE, Number.MIN_VALUE]
    expect(bench.try(op.SCAN, bench.slot(extremes), 2)).toBe(fault.none)
  })

  it('guards set careful above 2^40 and only there', () => {
    const bench = new Bench(dtype)
    const { control } = bench.arena
    const cases: [careful: boolean, value: number][] = [[false, 2 ** 40], [true, 1.001 * 2 ** 40], [true, -(2 ** 60)]]
    for (const [careful, value] of cases) {
      const [g, b] = [bench.slot([1, value, 2]), bench.slot([0.5, -1])]
      const runs = [
        () => bench.run(op.GUARD_DENSE, g, 3),
        () => bench.run(op.GUARD_OUTER, g, 3, b, 2),
        () => bench.run(op.GUARD_OUTER, b, 2, g, 3),
        () => bench.run(op.GUARD_ROWS, g, 3, bench.pairs(4, [0, 1], [1, -0.25]), 4),
        () => bench.run(op.GUARD_LOOKUP, g, 3, b, 1),
      ]
      for (const run of runs) {
        control.careful = false
        run()
        expect(control.careful).toBe(careful)
      }
    }
  })

  it('GUARD_OUTER stops exactly when a product is not finite', () => {
    const bench = new Bench(dtype)
    const top = dtype === 'f32' ? 3.4028234663852886e38 : Number.MAX_VALUE
    const cases: [expected: number, a: number[], b: number[]][] = [
      [fault.none, [top, 1], [1, 0.5]],
      [fault.nonFinite, [top, 1], [1, 1.1]],
      [fault.nonFinite, [0, 1], [0, Number.NaN]],
      [fault.nonFinite, [Infinity], [0]],
      [fault.none, [], [Infinity]],
      [fault.none, [1], []],
    ]
    for (const [expected, a, b] of cases) {
      expect(bench.try(op.GUARD_OUTER, bench.slot(a), a.length, bench.slot(b), b.length)).toBe(expected)
      expect(bench.try(op.GUARD_ROWS, bench.slot(b), b.length, bench.pairs(4, a.map(() => 0), a), 4)).toBe(expected)
    }
  })

  it('GUARD_QUICK skips the exact guards when nothing exceeds 2^20, and only then', () => {
    const bench = new Bench(dtype)
    const { arena } = bench
    const [a, b] = [bench.slot(numbers(7, 1)), bench.slot(numbers(3, 2))]
    const tape = new Tape()
    tape.emit(op.GUARD_QUICK, 2, 2, a, 7, b, 3)
    tape.emit(op.STEP) // stands for the guards
    tape.emit(op.SCAN, a, 7)
    const { from, to } = tape.place(arena)
    const ran = (at: number, value: number): boolean => {
      const before = arena.read(dtype, at, 1)
      arena.write(dtype, at, [value])
      const { step } = arena.control
      arena.run(dtype, from, to)
      arena.write(dtype, at, before)
      return arena.control.step !== step
    }
    expect([ran(a, 1), ran(a, -(2 ** 20)), ran(b, 0)]).toEqual([false, false, false])
    expect([ran(a, 2 ** 20 + 1), ran(b, -(2 ** 21)), ran(a, Number.NaN), ran(b, Infinity)]).toEqual(Array(4).fill(true))
  })

  it('maxAbs and firstNonFinite', () => {
    const { arena } = new Bench(dtype)
    for (const n of lengths) {
      const at = arena.alloc(8 * n)
      const xs = rounded(dtype, numbers(n, 2))
      arena.write(dtype, at, xs)
      expect(arena.maxAbs(dtype, at, n)).toBe(Math.max(0, ...xs.map(Math.abs)))
      expect(arena.firstNonFinite(dtype, at, n)).toBe(-1)
      if (n === 0) continue
      arena.write(dtype, at, replaced(xs, n - 1, Number.NaN))
      expect(arena.maxAbs(dtype, at, n)).toBe(Number.NaN)
      expect(arena.firstNonFinite(dtype, at, n)).toBe(n - 1)
    }
  })

  it('NORM_* sum the squares of the gradient in every layout, and CLIP_COEFFICIENT scales to the maximum', () => {
    const bench = new Bench(dtype)
    const cell = bench.slot(1, 'f64')
    const out = bench.slot(1, 'f64')
    const square = (values: readonly number[]): number => rounded(dtype, values).reduce((t, v) => t + v * v, 0)
    const [n, m] = [7, 45]
    const [as, bs] = [rounded(dtype, numbers(n, 1)), rounded(dtype, numbers(m, 2))]
    const outer = as.flatMap((a) => bs.map((b) => a * b))
    const result = (run: () => void): number => {
      bench.run(op.NORM_BEGIN, cell)
      run()
      return bench.get(cell, 1, 'f64')[0]!
    }
    const exact = 1e-14
    const [a, b] = [bench.slot(as), bench.slot(bs)]
    const dense = bench.slot(outer)
    expectClose([result(() => bench.run(op.NORM_DENSE, cell, dense, n * m))], [square(outer)], exact)
    expectClose([result(() => bench.run(op.NORM_OUTER, cell, a, n, b, m))], [square(outer)], exact)
    const sparse = bench.pairs(8, [5, 2, 5], as.slice(0, 3))
    const product = (i: number, v: number): number => rounded(dtype, [as[i]! * v])[0]!
    const merged = [...bs.map((v) => product(0, v) + product(2, v)), ...bs.map((v) => product(1, v))]
    expectClose([result(() => bench.run(op.NORM_ROWS, cell, b, m, sparse, 8))], [square(merged)], exact)
    const index = bench.slot([3, 3, 1])
    const lookup = [...bs.map((v) => product(0, v) + product(1, v)), ...bs.map((v) => product(2, v))]
    expectClose([result(() => bench.run(op.NORM_LOOKUP, cell, dense, m, index, 3))], [square(lookup)], exact)
    const size = Math.sqrt(bench.get(cell, 1, 'f64')[0]!)
    bench.run(op.CLIP_COEFFICIENT, cell, out, { f64: 0.5 })
    expect(bench.get(out, 1, 'f64')).toEqual([0.5 / (size + 1e-6)])
    bench.run(op.CLIP_COEFFICIENT, cell, out, { f64: 1e9 })
    expect(bench.get(out, 1, 'f64')).toEqual([1])
  })
})
