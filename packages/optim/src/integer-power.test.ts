import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dyadicPower, integerPower, integerPowers } from './integer-power.ts'

describe('integerPowers(base)(n)', () => {
  it('integerPower(3, n) is exact while 3^n is a double', () => {
    for (let n = 0, power = 1; n <= 33; n++, power *= 3) expect(integerPower(3, n)).toBe(power)
  })

  it('integerPower(base, 0) is 1, also for base 0', () => {
    expect(integerPower(0, 0)).toBe(1)
    expect(integerPower(0.9, 0)).toBe(1)
    expect(integerPower(0, 5)).toBe(0)
  })

  it('integerPowers(base)(n) agrees with multiplying n times, within n rounding errors', () => {
    fc.assert(fc.property(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.nat(2000), (base, n) => {
      let product = 1
      for (let k = 0; k < n; k++) product *= base
      expect(Math.abs(integerPowers(base)(n) - product)).toBeLessThanOrEqual(product * (n + 64) * 2 ** -52 + 1e-300)
    }))
  })

  it('integerPower(base, n) uses every bit of n up to 2^53', () => {
    const base = 1 + 2 ** -50
    for (const n of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 3, 2 ** 50 - 1]) {
      expect(integerPower(base, n) / Math.exp(n * 2 ** -50)).toBeCloseTo(1, 6)
    }
  })

  it('integerPowers(base)(n) does not depend on what was asked before', () => {
    fc.assert(fc.property(fc.double({ min: 0.9, max: 1, noNaN: true }), fc.array(fc.nat(5000)), (base, steps) => {
      const power = integerPowers(base)
      for (const n of steps) expect(power(n)).toBe(integerPower(base, n))
    }))
  })

  it('integerPower(0.999, 2^40) is 0 and takes no time', () => {
    expect(integerPower(0.999, 2 ** 40)).toBe(0)
  })
})

describe('dyadicPower(base, exponent)', () => {
  it('dyadicPower(b, 0.75) is the product of two square roots', () => {
    expect(dyadicPower(16, 0.75)).toBe(8)
    expect(dyadicPower(256, 2.125)).toBe(131072)
  })
})
