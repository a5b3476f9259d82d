import { describe, expect, it } from 'vitest'
import { hashText, mix } from './hash-text.ts'

describe('hashText(seed, feature, value)', () => {
  it('ends in the finalizer of MurmurHash3', () => {
    expect(mix(0)).toBe(0)
    expect(mix(1)).toBe(0x514e28b7)
    expect(mix(0xffffffff)).toBe(0x81f16f39)
  })

  it('never changes: these slots are in checkpoints', () => {
    expect([hashText(0, 'a', 'b'), hashText(1, 'a', 'b'), hashText(0, '', ''), hashText(0, 'carrier', 'AA')])
      .toMatchInlineSnapshot(`
        [
          2809158668,
          3731437717,
          3626778211,
          3006447846,
        ]
      `)
  })

  it('refuses what is no text, and a seed that is no whole number', () => {
    for (const wrong of [[], [0, 'a'], [0, 'a', 5], ['a', 'b', 'c'], [NaN, 'a', 'b'], [0, null, 'b']]) {
      expect(() => hashText(...wrong as [number, string, string])).toThrow(/in hashText: got .* then two texts/)
    }
  })

  it('knows where the feature ends and the value begins', () => {
    const splits = [['ab', 'c'], ['a', 'bc'], ['abc', ''], ['', 'abc']] as const
    expect(new Set(splits.map(([feature, value]) => hashText(0, feature, value))).size).toBe(4)
  })

  it('spreads 20,000 values over 256 slots evenly: chi-squared within six deviations', () => {
    const counts = new Float64Array(256)
    for (let i = 0; i < 20_000; i++) counts[hashText(0, 'user', `u${i}`) >>> 24]!++
    const expected = 20_000 / 256
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(Math.abs(chi - 255)).toBeLessThan(6 * Math.sqrt(2 * 255))
  })
})
