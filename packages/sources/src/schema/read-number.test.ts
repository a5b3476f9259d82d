import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNumber, readPlainNumber } from './read-number.ts'

const plain = (text: string): number => {
  const bytes = new TextEncoder().encode(`,${text},`)
  return readPlainNumber(bytes, 1, bytes.length - 1, 46)
}

describe('readPlainNumber(bytes, from, to, point)', () => {
  it('gives the double that Number(text) gives, for any 15 digits and point', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 15 })
    fc.assert(fc.property(digits, fc.nat(15), fc.boolean(), (text, at, negative) => {
      const point = at > text.length ? text : `${text.slice(0, at)}.${text.slice(at)}`
      const written = (negative ? '-' : '') + point
      expect(plain(written)).toBe(Number(written) + 0)
    }), { numRuns: 2000, seed: 5 })
  })

  it.each([
    '', '-', '.', '-.', '+1', '1e5', '0x10', ' 1', '1 ', '1,5', '1.2.3', '1234567890123456', 'NaN', '--1', '1-',
  ])('leaves %j to readNumber', (text) => {
    expect(plain(text)).toBeNaN()
  })
})

describe('readNumber(text)', () => {
  it.each([
    ['1e5', 1e5], ['+1.', 1], ['.5E-3', 0.0005], ['-0', 0], ['0.1234567890123456789', 0.12345678901234568],
    ['9007199254740991', 9_007_199_254_740_991], ['12345678901234567890.5', 12345678901234567000],
    ['1e999', Infinity], ['-1e999', -Infinity], ['inf', Infinity], ['-INFINITY', -Infinity],
    [`1${'0'.repeat(400)}`, Infinity],
  ])('reads %s as %d', (text, value) => {
    expect(Object.is(readNumber(text), value)).toBe(true)
  })

  it.each(['', 'e5', '1e', '0x10', '1,5', '1 000', '1_000', 'NaN', '9007199254740993', '٣', '1e5.5', 'infinite'])(
    'does not take %j for a number', (text) => {
      expect(readNumber(text)).toBeNaN()
    },
  )

  it('reads a decimal comma when asked', () => {
    expect(readNumber('-1,25', ',')).toBe(-1.25)
    expect(readNumber('1.250,5', ',')).toBeNaN()
    expect(readNumber('1.5', ',')).toBeNaN()
  })
})
