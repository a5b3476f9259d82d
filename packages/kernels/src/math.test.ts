import { describe, expect, it } from 'vitest'
import { Arena } from './arena.ts'
import { op, unary } from './opcodes.ts'
import { Bench, numbers } from './testing.ts'

const math = Arena.create().math

/** |actual - expected| in units of the last place of expected. */
function ulps(actual: number, expected: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0
  const scale = Math.max(Math.abs(expected), 2 ** -1022)
  return Math.abs(actual - expected) / 2 ** (Math.floor(Math.log2(scale)) - 52)
}

// Math.* of the engine is itself good to about 1 ulp only: a loose reference.
const sweeps: readonly [
  name: 'exp' | 'expm1' | 'log' | 'log1p' | 'tanh' | 'sin' | 'cos' | 'atan', low: number, high: number, ulps: number,
][] = [
  ['exp', -745, 709.7, 1],
  ['exp', -1, 1, 1],
  ['expm1', -40, 709, 2],
  ['expm1', -1, 1, 3],
  ['expm1', -1e-9, 1e-9, 1],
  ['log', 1e-300, 1e-290, 1],
  ['log', 0.5, 2, 1],
  ['log', 1, 1e9, 1],
  ['log1p', -0.999, 2, 2],
  ['log1p', -1e-9, 1e-9, 1],
  ['tanh', -25, 25, 3],
  ['tanh', -1e-3, 1e-3, 3],
  ['sin', -10, 10, 1],
  ['sin', -1e6, 1e6, 1],
  ['cos', -10, 10, 1],
  ['cos', -1e6, 1e6, 1],
  ['atan', -0.5, 0.5, 2],
  ['atan', -1000, 1000, 2],
]

describe('Arena.math', () => {
  it.each(sweeps)('%s(x) for x in [%d, %d) is within %d ulp', (name, low, high, bound) => {
    let worst = 0
    for (const x of numbers(20_000, 7, low, high)) worst = Math.max(worst, ulps(math[name](x), Math[name](x)))
    expect(worst).toBeLessThanOrEqual(bound)
  })

  it('pow(x, y) is within 4 ulp where |y log x| < 100 and 1e-14 everywhere', () => {
    const bases = numbers(20_000, 3, 0, 4)
    const exponents = numbers(20_000, 5, -70, 70)
    for (const [i, x] of bases.entries()) {
      const y = exponents[i]!
      expect(ulps(math.pow(x, y), x ** y)).toBeLessThanOrEqual(Math.abs(y * Math.log(x)) < 100 ? 4 : 40)
    }
    expect(ulps(math.pow(1.37, -1999.24), 1.37 ** -1999.24)).toBeLessThanOrEqual(45)
  })

  it('erf(x) agrees with its series and continued fraction', () => {
    // 50-digit values
    const known: readonly [number, number][] = [
      [1e-10, 1.1283791670955126e-10],
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [0.9, 0.7969082124228322],
      [1, 0.8427007929497149],
      [1.1, 0.8802050695740817],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [4, 0.9999999845827421],
      [5.5, 0.9999999999999927],
      [7, 1],
    ]
    for (const [x, y] of known) {
      expect(ulps(math.erf(x), y)).toBeLessThanOrEqual(2)
      expect(math.erf(-x)).toBe(-math.erf(x))
    }
  })

  it('sin and cos of huge arguments are reduced by as many digits of pi as it takes', () => {
    // computed with 1400 bits; the last is the double closest to a multiple of pi / 2
    const known: readonly [x: number, sine: number, cosine: number][] = [
      [-239183883.68854433, -0.6031862285324264, -0.7976003847220909],
      [-147355021999.40146, 0.683283873824287, -0.7301528249426115],
      [1e22, -0.8522008497671888, 0.523214785395139],
      [-1.835657275748626e292, 0.3772334797099196, 0.9261181899660247],
      [-1.7e308, 0.5952560848632077, 0.803536056087918],
      [2 ** 1023, 0.563127779850884, -0.826369834614148],
      [-5.319372648326541e255, -1, -4.687165924254628e-19],
    ]
    for (const [x, sine, cosine] of known) {
      expect([x, ulps(math.sin(x), sine) <= 2, ulps(math.cos(x), cosine) <= 2]).toEqual([x, true, true])
    }
  })

  it('special values follow IEEE 754', () => {
    expect([math.exp(-Infinity), math.exp(Infinity), math.exp(0), math.exp(Number.NaN)]).toEqual(
      [0, Infinity, 1, Number.NaN],
    )
    expect([math.expm1(-Infinity), math.expm1(Infinity), math.expm1(-0)]).toEqual([-1, Infinity, 0])
    expect([math.log(0), math.log(-1), math.log(Infinity), math.log(1)]).toEqual([-Infinity, Number.NaN, Infinity, 0])
    expect([math.log1p(-1), math.log1p(-2), math.log1p(Infinity)]).toEqual([-Infinity, Number.NaN, Infinity])
    expect([math.tanh(Infinity), math.tanh(-Infinity), math.tanh(-0)]).toEqual([1, -1, -0])
    expect([math.sin(Infinity), math.cos(Number.NaN)]).toEqual([Number.NaN, Number.NaN])
    expect([math.atan(Infinity), math.atan(-Infinity)]).toEqual([Math.PI / 2, -Math.PI / 2])
    const values = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, Infinity, -Infinity, 1e300, -1e300, 1e-300]
    for (const x of values) {
      for (const y of values) {
        // JavaScript alone says NaN for (+-1) ** (+-inf); IEEE 754 says 1.
        const expected = Math.abs(x) === 1 && Math.abs(y) === Infinity ? 1 : x ** y
        expect(ulps(math.pow(x, y), expected), `pow(${x}, ${y})`).toBeLessThanOrEqual(1)
        expect(Object.is(math.pow(x, y), -0), `sign of pow(${x}, ${y})`).toBe(Object.is(expected, -0))
      }
    }
    expect([math.pow(Number.NaN, 0), math.pow(1, Number.NaN), math.pow(2, Number.NaN)]).toEqual([1, 1, Number.NaN])
  })
})

// [function, low, high, ulps of f32]: an f64 kernel, good to a few 1e-16, is the reference.
const narrow: readonly (readonly [name: keyof typeof unary, low: number, high: number, ulps: number])[] = [
  ['exp', -103, 88, 1],
  ['expm1', -20, 88, 2],
  ['expm1', -1e-4, 1e-4, 1],
  ['log', 1e-38, 1e-30, 1],
  ['log', 0.5, 2, 2],
  ['log', 1, 1e9, 1],
  ['log1p', -0.999, 3, 2],
  ['tanh', -12, 12, 3],
  ['tanh', -1e-3, 1e-3, 3],
  ['sigmoid', -80, 80, 3],
  ['erf', -5, 5, 3],
  ['erf', -1e-3, 1e-3, 2],
  ['sin', -1e4, 1e4, 1],
  ['cos', -1e4, 1e4, 1],
  ['atan', -50, 50, 1],
  ['softplus', -80, 80, 3],
  ['logSigmoid', -80, 80, 3],
]

describe('UNARY f32', () => {
  it.each(narrow)('%s of x in [%d, %d) is within %d ulp', (name, low, high, bound) => {
    const n = 20_000
    const xs = numbers(n, 11, low, high).map(Math.fround)
    const [single, double] = (['f32', 'f64'] as const).map((dtype) => {
      const bench = new Bench(dtype)
      const [x, y] = [bench.slot(xs), bench.slot(n)]
      bench.run(op.UNARY, unary[name], x, y, n, { f64: 1 }, { f64: 200 })
      return bench.get(y, n)
    }) as [number[], number[]]
    let worst = 0
    for (const [i, y] of double.entries()) {
      const ulp = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(y), 2 ** -126))) - 23)
      worst = Math.max(worst, Math.abs(single[i]! - y) / ulp)
    }
    expect(worst).toBeLessThanOrEqual(bound + 0.5)
  })
})
