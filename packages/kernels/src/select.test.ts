import { describe, expect, it } from 'vitest'
import { fault, op } from './opcodes.ts'
import { Bench, dtypes, numbers } from './testing.ts'

describe.each(dtypes)('select $dtype', ({ dtype }) => {
  it('GATHER and SCATTER follow indices along an axis, in order, between guard bytes', () => {
    for (const [outer, n, inner, m] of [[1, 1, 1, 1], [2, 3, 1, 5], [2, 3, 4, 2], [3, 2, 2, 0]] as const) {
      const bench = new Bench(dtype)
      const values = numbers(outer * n * inner, 3).map(Math.fround)
      const indices = numbers(m, 5, 0, n).map(Math.floor)
      const [x, index, y] = [bench.slot(values), bench.slot(indices), bench.slot(outer * m * inner)]
      const axes = [m, n, inner, 3, outer, n * inner, 0, m, 0, 1, inner, 1, 0]
      bench.run(op.GATHER, x, index, y, ...axes)
      const places = Array.from({ length: outer * m * inner }, (_, k) =>
        (Math.floor(k / (m * inner)) * n + indices[Math.floor(k / inner) % m]!) * inner + (k % inner))
      expect(bench.get(y, places.length)).toEqual(places.map((place) => values[place]!))
      const sums = bench.slot(values)
      bench.run(op.SCATTER, sums, index, y, ...axes)
      const wanted = [...values]
      const round = dtype === 'f32' ? Math.fround : (v: number): number => v
      for (const place of places) wanted[place] = round(wanted[place]! + values[place]!)
      expect(bench.get(sums, wanted.length)).toEqual(wanted)
    }
  })

  it('GATHER stops for an index that is no place, and writes nothing', () => {
    for (const bad of [-1, 3, 0.5, Number.NaN]) {
      const bench = new Bench(dtype)
      const [x, index, y] = [bench.slot([1, 2, 3]), bench.slot([0, bad]), bench.slot([7, 7])]
      expect(bench.try(op.GATHER, x, index, y, 2, 3, 1, 1, 2, 0, 1)).toBe(fault.index)
      expect(bench.get(y, 2)).toEqual([7, 7])
    }
  })

  it('TOP gives the places of the best, ties in order', () => {
    const bench = new Bench(dtype)
    const [x, index] = [bench.slot([2, 5, 2, 1, 5]), bench.slot(4)]
    bench.run(op.TOP, 1, x, index, 1, 5, 1, 4)
    expect(bench.get(index, 4)).toEqual([1, 4, 0, 2])
    bench.run(op.TOP, 0, x, index, 1, 5, 1, 4)
    expect(bench.get(index, 4)).toEqual([3, 0, 2, 1])
  })

  it('TOP equals a stable sort along the middle axis', () => {
    const [outer, n, inner] = [3, 7, 2]
    const bench = new Bench(dtype)
    const values = numbers(outer * n * inner, 9, 0, 4).map(Math.floor)
    const [x, index] = [bench.slot(values), bench.slot(values.length)]
    bench.run(op.TOP, 1, x, index, outer, n, inner, n)
    const got = bench.get(index, values.length)
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const at = (k: number): number => values[(o * n + k) * inner + i]!
        const sorted = Array.from({ length: n }, (_, k) => k).sort((a, b) => at(b) - at(a))
        expect(sorted.map((_, k) => got[(o * n + k) * inner + i])).toEqual(sorted)
      }
    }
  })

  it('ONE_HOT marks labels, leaves ignored rows empty and stops for others', () => {
    const bench = new Bench(dtype)
    const [label, y] = [bench.slot([2, -100, 0]), bench.slot(9)]
    bench.run(op.ONE_HOT, label, y, 3, 3, { f64: -100 })
    expect(bench.get(y, 9)).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0])
    expect(bench.try(op.ONE_HOT, label, y, 3, 3, { f64: Number.NaN })).toBe(fault.label)
  })
})
