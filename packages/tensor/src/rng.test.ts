import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueError } from './errors.ts'
import { normalQuantile } from './normal-quantile.ts'
import { rng } from './rng.ts'
import { standardNormal } from './standard-normal.ts'

const seed = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string())
const index = fc.maxSafeNat()
const count = 200_000
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('rng(seed, ...stream)', () => {
  it('is a pure function of seed, names and index', () => {
    fc.assert(fc.property(seed, seed, index, (s, name, i) => {
      const a = rng(s, name)
      const b = rng(s).split(name)
      standardNormal(a, i === 0 ? 1 : i - 1)
      const draws = (random: typeof a): number[] => (
        [random.uniform(i), standardNormal(random, i), random.integer(i, 10)]
      )
      expect(draws(a)).toEqual(draws(b))
    }))
  })

  it('keeps its bits between versions', () => {
    const r = rng(1, 'hidden.weight')
    expect([r.key, r.uniform(0), r.uniformF32(0), standardNormal(r, 0), r.integer(0, 1000)]).toMatchInlineSnapshot(`
      [
        [
          4162879024,
          3748990210,
        ],
        0.9229936577003554,
        0.9229936003684998,
        -1.3069231240630563,
        763,
      ]
    `)
  })

  it('tells every two names apart: numbers from text, prefixes, padding, order', () => {
    const texts = ['0', '1', '', '\0', '\0\0', 'a', 'ab', 'abcd', 'abcde', 'abcdefgh', 'efgh', 'é', 'e\u0301']
    const names = [0, 1, -1, 0.5, ...texts]
    const keys = [...names.map(n => rng(n)), rng('a', 'b'), rng('b', 'a'), rng('abcd', 'efgh'), rng('a').split('')]
    expect(new Set(keys.map(r => r.key.join())).size).toBe(keys.length)
    expect(rng(-0).key).toEqual(rng(0).key)
  })

  it('throws ValueError for a seed that names nothing', () => {
    for (const bad of [NaN, Infinity, null, undefined, {}]) expect(() => rng(bad as number)).toThrow(ValueError)
  })

  it('streams of one seed are uncorrelated', () => {
    const a = rng(1, 'a')
    const b = rng(1, 'b')
    const n = 20_000
    const product = range(n).reduce((sum, i) => sum + standardNormal(a, i) * standardNormal(b, i), 0) / n
    const both = (i: number): number => standardNormal(a, i) * (a.uniform(i) - 0.5) * Math.sqrt(12)
    const ownUses = range(n).reduce((sum, i) => sum + both(i), 0) / n
    expect(Math.abs(product)).toBeLessThan(5 / Math.sqrt(n))
    expect(Math.abs(ownUses)).toBeLessThan(5 / Math.sqrt(n))
  })
})

describe('Rng.uniform(i)', () => {
  it('stays in [0, 1), and uniformF32(i) is the same value rounded down to 24 bits', () => {
    fc.assert(fc.property(seed, index, (s, i) => {
      const u = rng(s).uniform(i)
      const v = rng(s).uniformF32(i)
      expect(u >= 0 && u < 1).toBe(true)
      expect(v).toBe(Math.floor(u * 2 ** 24) / 2 ** 24)
      expect(Math.fround(v)).toBe(v)
    }))
  })

  it('fills 100 bins evenly', () => {
    const bins = new Array<number>(100).fill(0)
    const r = rng(7)
    for (let i = 0; i < count; i++) bins[Math.floor(r.uniform(i) * 100)]!++
    const chiSquare = bins.reduce((sum, n) => sum + (n - count / 100) ** 2 / (count / 100), 0)
    expect(chiSquare).toBeGreaterThan(50) // mean 99, standard deviation 14
    expect(chiSquare).toBeLessThan(160)
  })

  it('throws ValueError for an index that is no position', () => {
    for (const i of [-1, 0.5, NaN, 2 ** 53]) expect(() => rng(1).uniform(i)).toThrow(ValueError)
  })
})

describe('standardNormal(Rng, i)', () => {
  it('has the moments and the quantiles of the standard normal', () => {
    const r = rng(11)
    const values = Float64Array.from({ length: count }, (_, i) => standardNormal(r, i)).sort()
    const moment = (power: number): number => values.reduce((sum, x) => sum + x ** power, 0) / count
    const tolerance = 5 / Math.sqrt(count)
    expect(Math.abs(moment(1))).toBeLessThan(tolerance)
    expect(Math.abs(moment(2) - 1)).toBeLessThan(tolerance * Math.sqrt(2))
    expect(Math.abs(moment(3))).toBeLessThan(tolerance * Math.sqrt(15))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(tolerance * Math.sqrt(96))
    for (const p of [0.001, 0.025, 0.25, 0.5, 0.75, 0.975, 0.999]) {
      const below = values.filter(x => x < normalQuantile(p)).length / count
      expect(Math.abs(below - p)).toBeLessThan(5 * Math.sqrt(p * (1 - p) / count))
    }
  })
})

describe('Rng.integer(i, n)', () => {
  it('is every number from 0 to n - 1 equally often', () => {
    const r = rng(13)
    const seen = new Array<number>(6).fill(0)
    for (let i = 0; i < count; i++) seen[r.integer(i, 6)]!++
    for (const times of seen) expect(Math.abs(times - count / 6)).toBeLessThan(5 * Math.sqrt(count / 6))
  })

  it('stays below n, for counts near 2^53 too', () => {
    fc.assert(fc.property(seed, index, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (s, i, n) => {
      const value = rng(s).integer(i, n)
      expect(Number.isSafeInteger(value) && value >= 0 && value < n).toBe(true)
    }))
    expect(rng(1).integer(0, 1)).toBe(0)
  })

  it('throws ValueError for a number of choices that is no count', () => {
    for (const n of [0, -1, 1.5, NaN]) expect(() => rng(1).integer(0, n)).toThrow(ValueError)
  })
})
