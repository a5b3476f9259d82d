import { describe, expect, it } from 'vitest'
import { ShortTexts, wordsOf } from './words.ts'

describe('wordsOf(text)', () => {
  it('keeps the marks of a script inside its words', () => {
    const text = "हिन्दी भाषा, สวัสดี; Don't pay $5 \u0301"
    expect(wordsOf(text)).toEqual(['हिन्दी', 'भाषा', 'สวัสดี', "don't", 'pay', '$5'])
  })
})

describe('ShortTexts', () => {
  it('knows how many words the short texts met lately have, and nothing of long ones', () => {
    const texts = new ShortTexts()
    expect(texts.countOf('Chur Nord')).toBe(-1)
    expect(texts.met('Chur Nord', 2)).toBe(2)
    expect(texts.countOf('Chur Nord')).toBe(2)
    const long = 'one and two and three and four and five'
    expect([texts.met(long, 9), texts.countOf(long)]).toEqual([9, -1])
  })

  it('never says anything else than wordsOf, however many texts come', () => {
    const texts = new ShortTexts()
    for (let k = 0; k < 5000; k++) {
      const text = k % 3 === 0 ? `a ${k % 700} c` : `w${k}`
      const { length } = wordsOf(text)
      const met = texts.countOf(text)
      expect(met < 0 ? texts.met(text, length) : met).toBe(length)
    }
  })
})
