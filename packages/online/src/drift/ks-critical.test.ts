import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ksCritical, ksTail } from './ks-critical.ts'

/** The share of orders of n + n values in which the two counts come at least h apart, by looking at all of them. */
function shareOfOrders(n: number, h: number): number {
  let [far, all] = [0, 0]
  for (let order = 0; order < 2 ** (2 * n); order++) {
    let [apart, ones, most] = [0, 0, 0]
    for (let k = 0; k < 2 * n; k++) {
      const isFirst = (order >> k) % 2 === 1
      if (isFirst) ones++
      apart += isFirst ? 1 : -1
      most = Math.max(most, Math.abs(apart))
    }
    if (ones !== n) continue
    all++
    if (most >= h) far++
  }
  return far / all
}

describe('ksTail(n, h)', () => {
  it('is the share of all orders of 2n values', () => {
    for (let n = 1; n <= 6; n++) {
      for (let h = 1; h <= n; h++) expect(ksTail(n, h)).toBeCloseTo(shareOfOrders(n, h), 12)
    }
  })

  it('never rises with h', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), (n) => {
      for (let h = 2; h <= n; h++) expect(ksTail(n, h)).toBeLessThanOrEqual(ksTail(n, h - 1) + 1e-12)
    }), { numRuns: 20 })
  })
})

describe('ksCritical(n, alpha)', () => {
  it('is the least distance of a p-value up to alpha, n + 1 when there is none', () => {
    expect(ksCritical(30, 0.005)).toBe(14) // p(13) = 0.0065, p(14) = 0.0025
    expect(ksCritical(3, 0.05)).toBe(4) // p(3) = 0.1
    expect(ksCritical(3, 0.1)).toBe(3)
  })
})
