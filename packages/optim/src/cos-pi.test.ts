import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cosPi } from './cos-pi.ts'

describe('cosPi(turns)', () => {
  it('cosPi(k / 2) is exact', () => {
    expect([0, 0.5, 1, 1.5, 2, 2.5, 3, -1].map(cosPi).map((x) => x + 0)).toEqual([1, 0, -1, 0, 1, 0, -1, -1])
  })

  it('cosPi(1/3) is 1/2 within rounding', () => {
    expect(cosPi(1 / 3)).toBeCloseTo(0.5, 15)
  })

  it('cosPi(x) agrees with Math.cos within its own rounding', () => {
    fc.assert(fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (x) => {
      expect(Math.abs(cosPi(x) - Math.cos(Math.PI * x))).toBeLessThan(4e-15)
    }), { numRuns: 2000 })
  })

  it('cosPi(x) stays in [-1, 1]', () => {
    const numbers = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(fc.property(numbers, (x) => Math.abs(cosPi(x)) <= 1), { numRuns: 2000 })
  })
})
