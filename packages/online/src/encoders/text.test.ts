import { describe, expect, it } from 'vitest'
import { emissions } from '../testing/emissions.ts'
import { text } from './text.ts'

const termsOf = (...given: Parameters<typeof emissions>): Record<string, number> => (
  Object.fromEntries(emissions(...given)) as Record<string, number>
)

describe('text(options)', () => {
  it('counts words in small letters, of any script, without marks between them', () => {
    expect(termsOf(text({ weights: 'count' }), 'Free MONEY -- free!  Straße, Ünïcode 東京 42')).toEqual({
      free: 2, money: 1, straße: 1, ünïcode: 1, 東京: 1, 42: 1,
    })
  })

  it('keeps the marks of a script inside its words, and none by themselves', () => {
    expect(termsOf(text({ weights: 'count' }), 'हिन्दी भाषा, สวัสดี; cafe\u0301 \u0301 \u2764\ufe0f İzmir')).toEqual({
      'हिन्दी': 1, 'भाषा': 1, 'สวัสดี': 1, 'cafe\u0301': 1, 'i\u0307zmir': 1,
    })
  })

  it('scales to length 1 unless told otherwise', () => {
    const terms = termsOf(text(), 'a a a b b c c')
    expect(terms).toEqual({ a: 3 / Math.sqrt(17), b: 2 / Math.sqrt(17), c: 2 / Math.sqrt(17) })
    expect(termsOf(text({ weights: 'presence' }), 'a a a b')).toEqual({ a: 1, b: 1 })
  })

  it('adds runs of words, also across marks', () => {
    const terms = termsOf(text({ words: 3, weights: 'count' }), 'buy now, buy now')
    expect(terms).toEqual({ 'buy': 2, 'now': 2, 'buy now': 2, 'now buy': 1, 'buy now buy': 1, 'now buy now': 1 })
  })

  it('adds runs of letters inside words, with marks at their ends', () => {
    expect(termsOf(text({ words: 0, letters: [3, 4], weights: 'count' }), 'ab abc')).toEqual({
      '#<ab': 2, '#ab>': 1, '#<ab>': 1, '#abc': 1, '#bc>': 1, '#<abc': 1, '#abc>': 1,
    })
  })

  it('reads no more terms than it should, from the beginning', () => {
    expect(termsOf(text({ termsMax: 2, weights: 'count' }), 'one two three')).toEqual({ one: 1, two: 1 })
    expect(Object.keys(termsOf(text(), 'x'.repeat(1000)))).toEqual(['x'.repeat(64)])
  })

  it('has no terms for a text without words, and refuses what is no text', () => {
    expect([emissions(text(), ''), emissions(text(), ' -- !')]).toEqual([[], []])
    for (const value of [5, true, ['a'], {}]) expect(() => emissions(text(), value)).toThrow(/wanted text/)
  })

  it('is hashed, and not standardised', () => {
    expect(text({ bits: 10, seed: 3 })).toMatchObject({ table: { bits: 10, seed: 3 }, standardize: false })
  })

  it.each([
    { words: -1 }, { words: 1.5 }, { words: 9 }, { words: 0 }, { letters: [0, 3] as const },
    { letters: [3, 2] as const }, { letters: [1, 33] as const }, { termsMax: 0 },
  ])('throws for %j', (options) => {
    expect(() => text(options)).toThrow(/these are no terms/)
  })
})
