import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTime } from './read-time.ts'

describe('readTime(text)', () => {
  it('reads back every ISO text that Date writes', () => {
    const date = fc.date({
      min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true,
    })
    fc.assert(fc.property(date, (when) => {
      expect(readTime(when.toISOString())).toBe(when.getTime())
    }), { numRuns: 1000, seed: 9 })
  })

  it.each([
    ['1970-01-02', 86_400_000], ['1970/1/2 1:02', 90_120_000], ['1970-01-01T00:00:01,5', 1500],
    ['1970-01-01 00:00:00.123456789', 123], ['1970-01-01T01:00+01:00', 0], ['1969-12-31T19:00:00-0500', 0],
    ['1970-01-01T00:00Z', 0], ['1970-01-01T05:30:00+0530', 0], ['1970-01-01T02:00:00+02', 0],
    ['Jan 2 1970', 86_400_000], ['2-jan-1970', 86_400_000], ['January 2, 1970 1:02', 90_120_000],
    ['Fri, 02 Jan 1970 00:00:01 GMT', 86_401_000],
    ['2-Jan-70', 86_400_000], ['1970.01.02', 86_400_000], ['1970-01-02 12:00 AM', 86_400_000],
    ['Jan 2, 1970, 1:02:00 p.m.', 133_320_000], ['1970/1/1 12:00:00\u202fPM', 43_200_000],
  ])('reads %s', (text, value) => {
    expect(readTime(text)).toBe(value)
  })

  it.each([
    '', '2024', '2024-02', '2023-02-29', '1900-02-29', '2024-04-31', '2024-13-01', '2024-00-10', '2024-01-00',
    '2024-01/02', '2024-01-01T24:00', '2024-01-01T10:60', '2024-01-01T10:00:60', '2024-01-01T10', '2024-01-01Z',
    '01/02/2024', '2024-01-01T10:00+25:00',
    '20240101', '1.5', 'Jam 2 1970', 'Feb 30 2024', 'Februa 3 2024', '2 1970 Jan', 'Jan 1970', '1/2/2024',
    '2024-01-01 13:00 PM', '2024-01-01 0:00 AM', '31.12.2023',
  ])('refuses %s', (text) => {
    expect(readTime(text)).toBeNull()
  })
})

describe('readTime(text, order)', () => {
  const utc = (...parts: [number, number, number, number?, number?]) => Date.UTC(...parts)

  it.each([
    ['1/2/2024', 'dmy', utc(2024, 1, 1)], ['1/2/2024', 'mdy', utc(2024, 0, 2)],
    ['31.12.2023', 'dmy', utc(2023, 11, 31)],
    ['1-2-24 14:05', 'dmy', utc(2024, 1, 1, 14, 5)], ['1/2/24 2:05 pm', 'mdy', utc(2024, 0, 2, 14, 5)],
    ['1. 2. 2024', 'dmy', utc(2024, 1, 1)], ['1/2/69', 'mdy', utc(1969, 0, 2)], ['1/2/68', 'mdy', utc(2068, 0, 2)],
    ['2024-01-02', 'dmy', utc(2024, 0, 2)], ['2 Jan 2024', 'mdy', utc(2024, 0, 2)],
    ['1/2/2024T14:05+02:00', 'mdy', utc(2024, 0, 2, 12, 5)],
  ] as const)('reads %s as %s', (text, order, value) => expect(readTime(text, order)).toBe(value))

  it.each([
    ['13/1/2024', 'mdy'], ['1/13/2024', 'dmy'], ['1.2.2024', 'mdy'], ['29/2/2023', 'dmy'], ['1/2-2024', 'dmy'],
    ['1/2/024', 'dmy'], ['1/2/2024 25:00', 'dmy'], ['0/2/2024', 'dmy'], ['1/2', 'dmy'],
  ] as const)('refuses %s as %s', (text, order) => expect(readTime(text, order)).toBeNull())
})
