import { describe, expect, it } from 'vitest'
import { layout, op, rule } from './opcodes.ts'
import { Bench, dtypes, expectClose, numbers, rounded } from './testing.ts'
import { Tape } from './tape.ts'
import { type TestTransform, testRate, testTransforms } from './testing-transforms.ts'

type Name = keyof typeof testTransforms
const programs: Name[][] = [
  ['apply'],
  ['clipValue', 'apply'],
  ['scale', 'addDecay', 'apply'],
  ['momentum', 'apply'],
  ['nesterov', 'apply'],
  ['momentumFirst', 'apply'],
  ['rmsprop', 'apply'],
  ['rmspropCentered', 'momentum', 'apply'],
  ['adagrad', 'apply'],
  ['adam', 'apply'],
  ['amsgrad', 'apply'],
  ['scale', 'adam', 'decoupledDecay', 'apply'],
  ['addDecay', 'momentum', 'apply'],
  ['accumulate', 'apply'],
  ['adadelta', 'apply'],
  ['nadam', 'apply'],
  ['adamax', 'apply'],
  ['rprop', 'apply'],
  ['asgd', 'apply'],
  ['ftrl', 'apply'],
  ['ftrlSparse', 'apply'],
  ['normalized', 'apply'],
  ['cocob', 'apply'],
]

interface Form {
  /** Takes the general path, which changes nothing. */
  readonly noop?: boolean
  /** Rows of so many elements, each with the state of its own behind it; 0: all rows, then all of their state. */
  readonly together?: number
}

/** A parameter with its slots and cells in a bench, and the same in plain numbers. */
class Parameter {
  readonly bench: Bench
  readonly w: number
  readonly slots: number[][] = []
  readonly weights: number[]
  readonly states: number[][][]
  readonly #words: number[] = []
  readonly #steps: TestTransform[]
  readonly size: number
  /** Elements of a row, and from a row to the next. */
  readonly #width: number
  readonly #apart: number

  constructor(bench: Bench, size: number, program: readonly Name[], { noop = false, together = 0 }: Form = {}) {
    this.bench = bench
    this.size = size
    this.weights = rounded(bench.dtype, numbers(size, 21))
    this.#steps = program.map((name) => testTransforms[name])
    const initial = (k: number, s: number): number[] => numbers(size, 30 + k + s, s === 1 ? 0.1 : 1, s === 1 ? 0.3 : 2)
    const state = (k: number, s: number): number[] => rounded(bench.dtype, initial(k, s))
    this.states = this.#steps.map((t, k) => Array.from({ length: t.slots }, (_, s) => state(k, s)))
    const kept = this.#steps.map((t, k) => this.states[k]!.filter((_, s) => s !== t.optional))
    const addresses = this.#place([this.weights, ...kept.flat()], together)
    this.#width = Math.max(1, together)
    this.#apart = together === 0 ? 1 : together * addresses.length
    this.w = addresses.shift()!
    for (const [k, t] of this.#steps.entries()) {
      const slots = this.states[k]!.map((_, s) => (s === t.optional ? 0 : addresses.shift()!))
      this.slots.push(slots)
      if (noop && k === 0) this.#words.push(rule.scale, 3, bench.slot([1], 'f64'))
      this.#words.push(t.rule, 3 + slots.length, ...slots, bench.slot(t.cells, 'f64'))
    }
    if (noop) this.#steps.push(this.#steps[0]!)
  }

  #place(lists: readonly number[][], width: number): number[] {
    const { bench } = this
    if (width === 0) return lists.map((values) => bench.slot(values))
    const rows = Array.from({ length: this.size / width }, (_, r) => (
      lists.flatMap((values) => values.slice(r * width, (r + 1) * width))
    ))
    const at = bench.slot(rows.flat())
    return lists.map((_, k) => at + k * width * (bench.dtype === 'f32' ? 4 : 8))
  }

  /** Elements of a row of `m` to the next. */
  apart(m: number): number {
    return this.#apart === 1 ? m : this.#apart
  }

  #read(at: number): number[] {
    const rows = this.size / this.#width
    const all = this.bench.get(at, Math.max(0, (rows - 1) * this.#apart + this.#width))
    return Array.from({ length: this.size }, (_, i) => (
      all[Math.floor(i / this.#width) * this.#apart + i % this.#width]!
    ))
  }

  update(kind: number, n: number, m: number, a: number, b: number, extra = 0): void {
    this.bench.run(op.UPDATE, kind, this.w, n, m, a, b, extra, this.#steps.length, ...this.#words)
  }

  /** One step of element i in plain arithmetic. */
  step(i: number, gradient: number): void {
    let u = gradient
    for (const [k, t] of this.#steps.entries()) {
      const state = this.states[k]!.map((s) => s[i]!)
      u = t.step(u, this.weights[i]!, state)
      for (const [s, v] of state.entries()) this.states[k]![s]![i] = v
    }
    this.weights[i]! -= testRate * u
  }

  /** All bits: weights, then slots. */
  bits(): string {
    const all = [this.w, ...this.slots.flat().filter((at) => at !== 0)]
    return all.map((at) => new Uint8Array(Float64Array.from(this.#read(at)).buffer).join()).join(';')
  }

  expectClose(tolerance: number): void {
    expectClose(this.#read(this.w), this.weights, tolerance)
    for (const [k, slots] of this.slots.entries()) {
      for (const [s, at] of slots.entries()) {
        if (at !== 0) expectClose(this.#read(at), this.states[k]![s]!, tolerance)
      }
    }
  }
}

const cases = programs.map((program) => ({ program }))
const shapes = [[1, 1], [1, 3], [2, 2], [3, 5], [5, 4], [7, 37], [3, 300], [0, 4], [4, 0], [9, 1]] as const

describe.each(dtypes)('UPDATE $dtype', ({ dtype, tolerance }) => {
  const round = (values: readonly number[]): number[] => rounded(dtype, values)

  it.each(cases)('$program: dense and outer follow plain arithmetic and agree bit for bit', ({ program }) => {
    for (const [n, m] of shapes) {
      const bench = new Bench(dtype)
      const [dense, outer] = [new Parameter(bench, n * m, program), new Parameter(bench, n * m, program)]
      for (let event = 0; event < 3; event++) {
        const [as, bs] = [round(numbers(n, event + 1)), round(numbers(m, event + 9))]
        const gs = round(as.flatMap((a) => bs.map((b) => a * b)))
        dense.update(layout.dense, n, m, bench.slot(gs), 0)
        outer.update(layout.outer, n, m, bench.slot(as), bench.slot(bs))
        for (const [i, g] of gs.entries()) dense.step(i, g)
      }
      dense.expectClose(20 * tolerance)
      expect(outer.bits()).toBe(dense.bits())
    }
  })

  it.each(cases)('$program: rows and lookup touch only their rows, once, with duplicates summed', ({ program }) => {
    for (const m of [1, 2, 3, 4, 9, 300]) {
      for (const indices of [[], [2], [4, 0], [5, 0, 3, 1, 4, 2], [1, 3, 1, 0, 3, 1]]) {
        const bench = new Bench(dtype)
        const n = 6
        const [rows, lookup] = [new Parameter(bench, n * m, program), new Parameter(bench, n * m, program)]
        const together = new Parameter(bench, n * m, program, { together: m })
        for (let event = 0; event < 3; event++) {
          const [vs, gs] = [round(numbers(indices.length, event + 1)), round(numbers(m, event + 9))]
          const products = indices.map((_, k) => round(gs.map((g) => vs[k]! * g)))
          rows.update(layout.rows, m, m, bench.pairs(8, indices, vs), bench.slot(gs), 8)
          together.update(layout.rows, together.apart(m), m, bench.pairs(8, indices, vs), bench.slot(gs), 8)
          lookup.update(layout.lookup, m, m, bench.slot(indices), bench.slot(products.flat()), indices.length)
          for (const index of new Set(indices)) {
            for (let j = 0; j < m; j++) {
              let g = 0
              for (const [k, i] of indices.entries()) if (i === index) g += products[k]![j]!
              rows.step(index * m + j, g)
            }
          }
        }
        rows.expectClose(20 * tolerance)
        expect(lookup.bits()).toBe(rows.bits())
        expect(together.bits()).toBe(rows.bits())
      }
    }
  })

  it.each(cases)('$program: the fast loop and the general path give the same bits in every layout', ({ program }) => {
    for (const [n, m] of shapes) {
      const bench = new Bench(dtype)
      const [fast, general] = [false, true].map((noop) => new Parameter(bench, n * m, program, { noop }))
      const [a, b, g] = [bench.slot(numbers(n, 3)), bench.slot(numbers(m, 4)), bench.slot(numbers(n * m, 5))]
      const chosen = n > 6 ? [n - 1, 0, 3, 5, 1, n - 1] : [n - 1, 0, n - 1].filter((i) => i >= 0 && i < n)
      const [sparse, index, dys] = [
        bench.pairs(6, chosen, numbers(chosen.length, 6)), bench.slot(chosen), bench.slot(numbers(6 * m, 7)),
      ]
      const distinct = chosen.slice(0, Math.max(1, chosen.length - 1))
      const unique = bench.pairs(6, distinct, numbers(distinct.length, 8))
      if (n > 1) bench.arena.i32[unique / 4 + 1] = 1
      for (const p of [fast, general]) {
        p.update(layout.dense, n, m, g, 0)
        p.update(layout.outer, n, m, a, b)
        p.update(layout.rows, m, m, sparse, b, 6)
        p.update(layout.rows, m, m, unique, b, 6)
        p.update(layout.lookup, m, m, index, dys, chosen.length)
      }
      expect(general.bits()).toBe(fast.bits())
    }
  })

  it('a thousand scattered indices are recognised as distinct, a thousand and one with a repeat as not', () => {
    const bench = new Bench(dtype)
    const n = 200_000
    const indices = Array.from({ length: 1000 }, (_, k) => (k * 65_537) % n)
    const p = new Parameter(bench, n, ['apply'])
    p.update(layout.rows, 1, 1, bench.pairs(1001, indices, indices.map(() => 1)), bench.slot([1]), 1001)
    const repeated = bench.pairs(1001, [...indices, indices[0]!], [...indices, 0].map(() => 1))
    p.update(layout.rows, 1, 1, repeated, bench.slot([1]), 1001)
    for (const index of indices) p.step(index, 1)
    for (const index of indices) p.step(index, index === indices[0] ? 2 : 1)
    p.expectClose(20 * tolerance)
  })

  it('SWEEP zeroes what would become a denormal, every so many steps; sparse rows do it at each touch', () => {
    const bench = new Bench(dtype)
    const tiny = dtype === 'f32' ? 1e-31 : 1e-291
    const x = bench.slot([tiny, -tiny, 1, 20 * tiny, Number.NaN])
    bench.arena.control.step = 127
    bench.run(op.SWEEP, x, 5, 128)
    expect(bench.get(x, 1)[0]).not.toBe(0)
    bench.arena.control.step = 128
    bench.run(op.SWEEP, x, 5, 128)
    expect(bench.get(x, 5).map((v) => v !== 0)).toEqual([false, false, true, true, true])
    const buf = bench.slot([tiny, tiny, 20 * tiny])
    const cells = bench.slot([0.9, 1, 0, 0], 'f64')
    const w = bench.slot([1, 1, 1])
    const [sparse, dy] = [bench.pairs(4, [1, 2], [0, 0]), bench.slot([1])]
    bench.run(op.UPDATE, layout.rows, w, 1, 1, sparse, dy, 4, 1, rule.momentum, 4, buf, cells)
    expect(bench.get(buf, 3).map((v) => v !== 0)).toEqual([true, false, true])
  })

  it('STEP counts committed updates', () => {
    const bench = new Bench(dtype)
    const tape = new Tape()
    for (let i = 0; i < 3; i++) tape.emit(op.STEP)
    const placed = tape.place(bench.arena)
    bench.arena.control.step = 2 ** 40
    expect(bench.arena.run(dtype, placed.from, placed.to)).toBe(0)
    expect(bench.arena.control.step).toBe(2 ** 40 + 3)
  })
})
