import { describe, expect, it } from 'vitest'
import { exactLog, normalQuantile } from './normal-quantile.ts'

describe('normalQuantile(p)', () => {
  // Solved with arbitrary-precision arithmetic, then rounded.
  it.each([
    [2 ** -53, -8.209536151601387], [1e-12, -7.034483825301132], [1e-6, -4.753424308822899],
    [0.001, -3.0902323061678136], [0.025, -1.9599639845400543], [0.07, -1.4757910281791706],
    [0.1, -1.2815515655446004], [0.3, -0.5244005127080408], [0.5, 0], [0.6, 0.2533471031357997],
    [0.975, 1.9599639845400538],
  ].map(([p, x]) => [p!, x!] as const))('of %d is %d', (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)))
  })

  it('is odd about 1/2 to the last bit', () => {
    for (let k = 1; k < 4096; k++) expect(normalQuantile(1 - k / 8192)).toBe(-normalQuantile(k / 8192))
  })

  it('goes to infinity at the ends, and is no number beyond them', () => {
    expect([0, 1, -0].map(normalQuantile)).toEqual([-Infinity, Infinity, -Infinity])
    expect([NaN, -0.1, 1.1, Infinity, -Infinity, undefined as never].map(normalQuantile)).toEqual(Array(6).fill(NaN))
  })

  it('never decreases, across the borders of its regions too', () => {
    const borders = [0.075, 0.925, Math.exp(-25)]
    for (const border of borders) {
      for (let k = -200; k < 200; k++) {
        const step = border * 1e-13
        expect(normalQuantile(border + (k + 1) * step)).toBeGreaterThanOrEqual(normalQuantile(border + k * step))
      }
    }
  })
})

describe('exactLog(x)', () => {
  it('stays within two units in the last place of the engine, which differs in the last one', () => {
    for (let k = 1; k < 20_000; k++) {
      const x = k / 20_000 * 2 ** -(k % 50)
      expect(Math.abs(exactLog(x) / Math.log(x) - 1)).toBeLessThan(2 ** -51)
    }
    expect(exactLog(1)).toBe(0)
    expect(exactLog(8)).toBeCloseTo(3 * Math.LN2, 15)
  })
})
