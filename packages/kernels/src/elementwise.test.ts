import { describe, expect, it } from 'vitest'
import { Arena } from './arena.ts'
import { binary, op, unary } from './opcodes.ts'
import { Bench, dtypes, expectClose, lengths, numbers, rounded, slope } from './testing.ts'

const { math } = Arena.create()
const { exp, log, log1p, tanh, sqrt, abs, min, max, PI } = Math
const normalCdf = (x: number): number => (1 + math.erf(x / Math.SQRT2)) / 2
const sigmoid = (x: number): number => 1 / (1 + exp(-x))
const softplus = (x: number): number => max(x, 0) + log1p(exp(-abs(x)))
const geluTangent = (x: number): number => tanh(sqrt(2 / PI) * (x + 0.044715 * x ** 3))

interface Case1 {
  readonly f: (x: number) => number
  readonly p?: number
  readonly q?: number
  readonly low?: number
  readonly high?: number
  /** [x, f'(x)] where there is a kink. */
  readonly kinks?: readonly [number, number][]
}

const cases1: Record<keyof typeof unary, Case1> = {
  relu: { f: (x) => max(x, 0), kinks: [[0, 0]] },
  relu6: { f: (x) => min(max(x, 0), 6), low: -3, high: 9, kinks: [[0, 0], [6, 0]] },
  leakyRelu: { f: (x) => (x > 0 ? x : 0.01 * x), p: 0.01, kinks: [[0, 0.01]] },
  elu: { f: (x) => (x > 0 ? x : 1.5 * (exp(x) - 1)), p: 1.5, kinks: [[0, 1.5]] },
  selu: {
    f: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (exp(x) - 1)), kinks: [[0, 1.7580993408473766]],
  },
  celu: { f: (x) => (x > 0 ? x : 2 * (exp(x / 2) - 1)), p: 2, kinks: [[0, 1]] },
  gelu: { f: (x) => x * normalCdf(x) },
  geluTanh: { f: (x) => 0.5 * x * (1 + geluTangent(x)) },
  silu: { f: (x) => x * sigmoid(x) },
  mish: { f: (x) => x * tanh(softplus(x)) },
  softplus: { f: (x) => (1.5 * x > 20 ? x : softplus(1.5 * x) / 1.5), p: 1.5, q: 20 },
  softsign: { f: (x) => x / (1 + abs(x)), kinks: [[0, 1]] },
  hardtanh: { f: (x) => min(max(x, -1), 1.5), p: -1, q: 1.5, kinks: [[-1, 0], [1.5, 0]] },
  hardsigmoid: { f: (x) => min(max(x + 3, 0), 6) / 6, low: -5, high: 5, kinks: [[-3, 0], [3, 0]] },
  hardswish: { f: (x) => (x * min(max(x + 3, 0), 6)) / 6, low: -5, high: 5, kinks: [[-3, 0], [3, 1]] },
  sigmoid: { f: sigmoid },
  logSigmoid: { f: (x) => -softplus(-x) },
  tanh: { f: tanh },
  tanhshrink: { f: (x) => x - tanh(x) },
  softshrink: { f: (x) => (x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0), p: 0.5, kinks: [[0.5, 0], [-0.5, 0]] },
  hardshrink: { f: (x) => (abs(x) > 0.5 ? x : 0), p: 0.5, kinks: [[0.5, 0], [-0.5, 0]] },
  exp: { f: exp },
  expm1: { f: Math.expm1 },
  log: { f: log, low: 0.3, high: 5 },
  log1p: { f: log1p, low: -0.7 },
  sqrt: { f: sqrt, low: 0.3, high: 5 },
  rsqrt: { f: (x) => 1 / sqrt(x), low: 0.3, high: 5 },
  abs: { f: abs, kinks: [[0, 0]] },
  neg: { f: (x) => -x },
  reciprocal: { f: (x) => 1 / x, low: 0.3, high: 4 },
  sin: { f: Math.sin, low: -9, high: 9 },
  cos: { f: Math.cos, low: -9, high: 9 },
  atan: { f: Math.atan, low: -9, high: 9 },
  erf: { f: math.erf },
  square: { f: (x) => x * x },
  powScalar: { f: (x) => x ** 1.7, p: 1.7, low: 0.3, high: 4 },
}

const near = (x: number, points: readonly number[]): boolean => points.some((p) => abs(x - p) < 0.01)

describe.each(dtypes)('UNARY $dtype', ({ dtype, tolerance }) => {
  it.each(Object.entries(cases1))('%s equals its formula at every length', (name, c) => {
    const id = unary[name as keyof typeof unary]
    for (const n of lengths) {
      const bench = new Bench(dtype)
      const values = rounded(dtype, numbers(n, n + 1, c.low ?? -3, c.high ?? 3))
      const x = bench.slot(values)
      const y = bench.slot(n)
      bench.run(op.UNARY, id, x, y, n, { f64: c.p ?? 0 }, { f64: c.q ?? 0 })
      expectClose(bench.get(y, n), values.map(c.f), tolerance)
      expect(bench.get(x, n)).toEqual(values)
    }
  })

  it.each(Object.entries(cases1))('%s backward equals the difference quotient and the kink convention', (name, c) => {
    const id = unary[name as keyof typeof unary]
    const kinks = c.kinks ?? []
    for (const n of lengths) {
      const bench = new Bench(dtype)
      const smooth = numbers(n, n + 2, c.low ?? -3, c.high ?? 3).map(
        (v) => (near(v, kinks.map(([at]) => at)) ? v + 0.05 : v),
      )
      const values = rounded(dtype, smooth.map((v, i) => (kinks[i] ? kinks[i][0] : v)))
      const dys = rounded(dtype, numbers(n, n + 3))
      const [x, y, dy, dx] = [bench.slot(values), bench.slot(n), bench.slot(dys), bench.slot(n)]
      const parameters = [{ f64: c.p ?? 0 }, { f64: c.q ?? 0 }]
      bench.run(op.UNARY, id, x, y, n, ...parameters)
      bench.run(op.UNARY_BACKWARD, id, x, y, dy, dx, n, ...parameters)
      const expected = values.map((v, i) => dys[i]! * (kinks[i] ? kinks[i][1] : slope(c.f, v)))
      expectClose(bench.get(dx, n), expected, dtype === 'f64' ? 1e-9 : tolerance)
    }
  })

  it.each(Object.keys(cases1))('%s(NaN) is NaN', (name) => {
    const c = cases1[name as keyof typeof unary]
    const bench = new Bench(dtype)
    const [x, y] = [bench.slot([1, Number.NaN, 1, Number.NaN, 1]), bench.slot(5)]
    bench.run(op.UNARY, unary[name as keyof typeof unary], x, y, 5, { f64: c.p ?? 0 }, { f64: c.q ?? 0 })
    expect(bench.get(y, 5).map(Number.isNaN)).toEqual([false, true, false, true, false])
  })

  it.each([0, 1, 2, 3, 0.5, -1, -2, -0.5, 2.5])('powScalar(%d) and its gradient', (exponent) => {
    const bench = new Bench(dtype)
    const values = rounded(dtype, [0.25, 0.7, 1, 1.9, 3])
    const [x, y, dx, dy] = [bench.slot(values), bench.slot(5), bench.slot(5), bench.slot([1, 1, 1, 1, 1])]
    bench.run(op.UNARY, unary.powScalar, x, y, 5, { f64: exponent }, { f64: 0 })
    bench.run(op.UNARY_BACKWARD, unary.powScalar, x, y, dy, dx, 5, { f64: exponent }, { f64: 0 })
    expectClose(bench.get(y, 5), values.map((v) => v ** exponent), tolerance)
    expectClose(bench.get(dx, 5), values.map((v) => exponent * v ** (exponent - 1)), tolerance)
  })

  it('the bits of an element do not depend on its position, its neighbours or n', () => {
    for (const [name, c] of Object.entries(cases1)) {
      const value = rounded(dtype, numbers(1, 99, c.low ?? -3, c.high ?? 3))[0]!
      const results = new Set<number>()
      for (const n of [1, 2, 3, 5, 9]) {
        for (let at = 0; at < n; at++) {
          const bench = new Bench(dtype)
          const values = numbers(n, at + 1, c.low ?? -3, c.high ?? 3)
          values[at] = value
          const [x, y] = [bench.slot(values), bench.slot(n)]
          bench.run(op.UNARY, unary[name as keyof typeof unary], x, y, n, { f64: c.p ?? 0 }, { f64: c.q ?? 0 })
          results.add(bench.get(y, n)[at]!)
        }
      }
      expect(results.size, name).toBe(1)
    }
  })
})

interface Case2 {
  readonly f: (a: number, b: number) => number
  readonly p?: number
  readonly q?: number
  readonly a?: readonly [number, number]
  readonly b?: readonly [number, number]
  /** The distance |a - b| (or margin) at which f has kinks. */
  readonly smooth?: (a: number, b: number) => boolean
}

const huber = (d: number, delta: number): number => (abs(d) < delta ? 0.5 * d * d : delta * (abs(d) - 0.5 * delta))
const apart = (a: number, b: number): boolean => abs(a - b) > 0.02

const cases2: Record<keyof typeof binary, Case2> = {
  add: { f: (a, b) => a + b },
  sub: { f: (a, b) => a - b },
  mul: { f: (a, b) => a * b },
  div: { f: (a, b) => a / b, b: [0.4, 3] },
  pow: { f: (a, b) => a ** b, a: [0.2, 3] },
  maximum: { f: max, smooth: apart },
  minimum: { f: min, smooth: apart },
  atan2: { f: Math.atan2, a: [-3, 3], b: [0.2, 3] },
  squaredError: { f: (a, b) => (a - b) ** 2 },
  absoluteError: { f: (a, b) => abs(a - b), smooth: apart },
  huber: { f: (a, b) => huber(a - b, 0.7), p: 0.7, smooth: (a, b) => abs(abs(a - b) - 0.7) > 0.02 },
  smoothL1: { f: (a, b) => huber(a - b, 0.7) / 0.7, p: 0.7, smooth: (a, b) => abs(abs(a - b) - 0.7) > 0.02 },
  binaryCrossEntropy: { f: (a, b) => -(b * log(a) + (1 - b) * log1p(-a)), a: [0.2, 0.8], b: [0, 1] },
  binaryCrossEntropyWithLogits: { f: (a, b) => max(a, 0) - a * b + log1p(exp(-abs(a))), a: [-6, 6], b: [0, 1] },
  poissonNll: { f: (a, b) => exp(a) - b * a, p: 1, q: 1e-8, b: [0, 5] },
  logCosh: { f: (a, b) => log(Math.cosh(a - b)) },
  softMargin: { f: (a, b) => softplus(-a * b) },
  hinge: { f: (a, b) => max(0, 1 - a * b), smooth: (a, b) => abs(1 - a * b) > 0.02 },
  keepIf: { f: (a, b) => (b !== 0 ? a : 0) },
  dropIf: { f: (a, b) => (b !== 0 ? 0 : a) },
  equal: { f: (a, b) => (a === b ? 1 : 0), smooth: apart },
  less: { f: (a, b) => (a < b ? 1 : 0), smooth: apart },
  klDiv: { f: (a, b) => b * (log(b) - a), b: [0.2, 2] },
  hingeEmbedding: {
    f: (a, b) => (b > 0 ? a : max(0, 0.7 - a)), p: 0.7, smooth: (a, b) => abs(a - 0.7) > 0.02 && abs(b) > 0.02,
  },
}

function operandsOf(c: Case2, n: number, seed: number): [number[], number[]] {
  const a = numbers(n, seed, ...(c.a ?? [-2, 2]))
  const b = numbers(n, seed + 50, ...(c.b ?? [-2, 2]))
  for (let i = 0; i < n; i++) while (c.smooth && !c.smooth(a[i]!, b[i]!)) a[i]! += 0.03
  return [a, b]
}

describe.each(dtypes)('BINARY $dtype', ({ dtype, tolerance }) => {
  it.each(Object.entries(cases2))('%s and both gradients, vectors and scalars, every length', (name, c) => {
    const id = binary[name as keyof typeof binary]
    const parameters = [{ f64: c.p ?? 0 }, { f64: c.q ?? 0 }]
    for (const n of lengths) {
      for (const [aScalar, bScalar] of [[0, 0], [1, 0], [0, 1]] as const) {
        const bench = new Bench(dtype)
        let [as, bs] = operandsOf(c, n, n + 1)
        const [loneA, loneB] = operandsOf(c, 1, 77)
        if (aScalar) as = as.map(() => loneA[0]!)
        if (bScalar) bs = bs.map(() => loneB[0]!)
        // keep clear of kinks when one side is repeated
        if (c.smooth && as.some((v, i) => !c.smooth!(v, bs[i]!))) continue
        as = rounded(dtype, as)
        bs = rounded(dtype, bs)
        const dys = rounded(dtype, numbers(n, n + 9))
        const a = bench.slot(aScalar ? rounded(dtype, loneA) : as)
        const b = bench.slot(bScalar ? rounded(dtype, loneB) : bs)
        const [y, dy, da, db] = [
          bench.slot(n), bench.slot(dys), bench.slot(aScalar ? 1 : n), bench.slot(bScalar ? 1 : n),
        ]
        bench.run(op.BINARY, id, a, b, y, n, aScalar, bScalar, ...parameters)
        expectClose(bench.get(y, n), as.map((v, i) => c.f(v, bs[i]!)), tolerance)
        bench.run(op.BINARY_BACKWARD, id, 0, a, b, y, dy, da, n, aScalar, bScalar, ...parameters)
        bench.run(op.BINARY_BACKWARD, id, 1, a, b, y, dy, db, n, aScalar, bScalar, ...parameters)
        const toA = as.map((v, i) => dys[i]! * slope((t) => c.f(t, bs[i]!), v))
        const toB = bs.map((v, i) => dys[i]! * slope((t) => c.f(as[i]!, t), v))
        const bound = dtype === 'f64' ? 1e-9 : 3 * tolerance
        expectClose(
          bench.get(da, aScalar ? 1 : n), aScalar ? [total(toA)] : toA, bound, aScalar ? 1 + total(toA.map(abs)) : 1,
        )
        expectClose(
          bench.get(db, bScalar ? 1 : n), bScalar ? [total(toB)] : toB, bound, bScalar ? 1 + total(toB.map(abs)) : 1,
        )
      }
    }
  })

  it('maximum and minimum halve the gradient at a tie; absoluteError has none', () => {
    const bench = new Bench(dtype)
    const [a, b, y, dy, dx] = [bench.slot([2]), bench.slot([2]), bench.slot([2]), bench.slot([3]), bench.slot(1)]
    const gradient = (id: number, port: number): number => {
      bench.run(op.BINARY_BACKWARD, id, port, a, b, y, dy, dx, 1, 0, 0, { f64: 0 }, { f64: 0 })
      return bench.get(dx, 1)[0]!
    }
    expect([gradient(binary.maximum, 0), gradient(binary.maximum, 1)]).toEqual([1.5, 1.5])
    expect([gradient(binary.minimum, 0), gradient(binary.minimum, 1)]).toEqual([1.5, 1.5])
    expect(gradient(binary.absoluteError, 0)).toBe(0)
  })

  it('binaryCrossEntropy clamps its logarithms at -100', () => {
    const bench = new Bench(dtype)
    const [a, b, y] = [bench.slot([0, 1, 0, 1]), bench.slot([1, 0, 0, 1]), bench.slot(4)]
    bench.run(op.BINARY, binary.binaryCrossEntropy, a, b, y, 4, 0, 0, { f64: 0 }, { f64: 0 })
    expectClose(bench.get(y, 4), [100, 100, 0, 0], 0)
  })

  it('losses stay exact for tiny and huge arguments', () => {
    const bench = new Bench(dtype)
    const [a, b, y] = [bench.slot([1e-3, 1000, -1000]), bench.slot([0, 0, 0]), bench.slot(3)]
    bench.run(op.BINARY, binary.logCosh, a, b, y, 3, 0, 0, { f64: 0 }, { f64: 0 })
    expectClose(
      bench.get(y, 3), [4.999999166666889e-7, 1000 - Math.LN2, 1000 - Math.LN2], dtype === 'f32' ? 3e-7 : 1e-15, 0,
    )
    bench.run(op.BINARY, binary.binaryCrossEntropyWithLogits, a, b, y, 3, 0, 0, { f64: 0 }, { f64: 0 })
    expectClose(bench.get(y, 3), [0.6936473055599036, 1000, 0], 1e-6)
  })
})

function total(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0)
}
