import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlotStatistics } from './slot-statistics.ts'

const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }).map((k) => k / 16), { minLength: 1, maxLength: 40 })

describe('SlotStatistics', () => {
  it('standardises by mean and deviation of all numbers of the slot, cut to ten deviations', () => {
    fc.assert(fc.property(numbers, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (seen, x) => {
      const statistics = new SlotStatistics()
      for (const each of seen) {
        statistics.learn(4, each)
        statistics.learn(9, 2 * each + 1)
      }
      const mean = seen.reduce((sum, each) => sum + each, 0) / seen.length
      const deviation = Math.sqrt(seen.reduce((sum, each) => sum + (each - mean) ** 2, 0) / seen.length)
      const wanted = deviation > 1e-9 ? Math.max(-10, Math.min(10, (x - mean) / deviation)) : 0
      expect(statistics.standardized(4, x)).toBeCloseTo(wanted, 6)
      expect(statistics.standardized(9, 2 * x + 1)).toBeCloseTo(wanted, 6)
    }), { numRuns: 200 })
  })

  it('is 0 while nothing is known, and as before after its state was restored', () => {
    const [one, other] = [new SlotStatistics(), new SlotStatistics()]
    expect(one.standardized(1, 5)).toBe(0)
    one.learn(1, 5)
    expect(one.standardized(1, 7)).toBe(0)
    one.learn(1, 9)
    expect(other.accepts(one.state)).toBe(true)
    other.restore(one.state)
    expect(other.standardized(1, 8)).toBe(0.5)
    expect(other.accepts(undefined)).toBe(false)
  })
})
