import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ColumnGuess } from './column-guess.ts'
import type { Column } from './column.ts'
import { DateOrders } from './date-order.ts'
import { missingTests } from './missing.ts'
import { readTime } from './read-time.ts'

const orderOf = (texts: readonly string[], name = 'x') => {
  const orders = new DateOrders(name)
  for (const text of texts) orders.add(text, readTime(text) !== null)
  return orders.order
}
const guess = (texts: readonly string[], name = 'x'): Column => {
  const column = new ColumnGuess(name)
  for (const text of texts) column.text(text, false, missingTests())
  return column.column()
}
const two = (value: number): string => String(value).padStart(2, '0')

/** How people write dates; the year is last, unless there is an order that no column has. */
const styles: Readonly<Record<string, (year: number, month: number, day: number) => string>> = {
  german: (y, m, d) => `${two(d)}.${two(m)}.${y}`,
  germanShort: (y, m, d) => `${two(d)}.${two(m)}.${two(y % 100)}`,
  czech: (y, m, d) => `${d}. ${m}. ${y}`,
  british: (y, m, d) => `${two(d)}/${two(m)}/${y}`,
  britishShort: (y, m, d) => `${two(d)}/${two(m)}/${two(y % 100)}`,
  dutch: (y, m, d) => `${d}-${m}-${y}`,
  american: (y, m, d) => `${m}/${d}/${y}`,
  americanShort: (y, m, d) => `${m}/${d}/${two(y % 100)}`,
  americanPadded: (y, m, d) => `${two(m)}/${two(d)}/${two(y % 100)}`,
  japaneseShort: (y, m, d) => `${two(y % 100)}/${two(m)}/${two(d)}`,
  japanese: (y, m, d) => `${y}/${two(m)}/${two(d)}`,
}

describe('DateOrders', () => {
  it.each([
    ['dmy', ['31/12/2023', '1/2/2024']], ['mdy', ['12/31/2023', '1/2/2024']], ['dmy', ['01.02.2024']],
    ['dmy', ['1. 2. 2024', '3. 4. 2024']], ['dmy', ['01.02.24']], ['mdy', ['1/2/24', '1/13/24']],
    ['dmy', ['31-12-2023 14:05', '01-02-2024']], ['mdy', ['12/31/2023 2:05 PM', '1/2/2024, 2:05:09\u202fAM']],
    ['dmy', ['31/12/2023', '2024-02-01']], ['dmy', ['31/12/99']], ['dmy', ['1/12/23', '31/12/23']],
    [null, ['01/02/2024', '12/12/2024']], [null, ['31/12/2023', '12/31/2023']], ['dmy', ['31/12/2023', 'soon']],
    [null, ['24/01/31', '24/02/01']], [null, ['24.01.30', '24.01.31']],
    [null, ['31/12/23']], [null, ['30/02/2024']], [null, ['10.1.12', '10.2.13']],
    [null, ['1/2']], [null, ['31/12-2023']], [null, ['13/13/2024']], [null, ['31.12.023']], [null, []],
  ])('says %s of %j', (order, texts) => expect(orderOf(texts)).toBe(order))

  it('bears one in twenty that show the other order', () => {
    const days = Array.from({ length: 20 }, (_, k) => `${13 + (k % 15)}/12/2023`)
    expect(orderOf([...days, '12/31/2023'])).toBe('dmy')
    expect(orderOf([...days.slice(2), '12/31/2023'])).toBe(null)
  })

  it('takes short numbers with dots for dates where the name says so', () => {
    expect(orderOf(['1.2.24'], 'Buchungsdatum')).toBe('dmy')
    expect(guess(['1.2.24'], 'version').kind).toBe('category')
  })

  it('law: whatever dates a column holds, however they are written, none is read as another one', () => {
    const day = fc.record({
      year: fc.integer({ min: 1969, max: 2068 }), month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
    })
    const years = fc.tuple(fc.integer({ min: 1969, max: 2060 }), fc.nat(8))
    const dates = fc.oneof(
      fc.array(day, { minLength: 1, maxLength: 60 }),
      fc.tuple(years, fc.array(day, { minLength: 1, maxLength: 60 })).map(([[first, span], days]) => (
        days.map((each) => ({ ...each, year: first + each.year % (span + 1) }))
      )),
    )
    let read = 0
    fc.assert(fc.property(fc.constantFrom(...Object.keys(styles)), dates, (style, days) => {
      const texts = days.map(({ year, month, day: of }) => styles[style]!(year, month, of))
      const column = guess(texts)
      if (column.kind !== 'time') return
      read++
      expect(texts.map((text) => readTime(text, column.order)))
        .toEqual(days.map(({ year, month, day: of }) => Date.UTC(year, month - 1, of)))
    }), { numRuns: 2000, seed: 20_240_102 })
    expect(read).toBeGreaterThan(1000)
  })

  it('makes times of a column unless more than a tenth of it is something else', () => {
    const days = Array.from({ length: 27 }, (_, k) => `${k + 1}/2/2024`)
    expect(guess([...days, 'later', 'soon', '-', ''])).toMatchObject({ kind: 'time', order: 'dmy' })
    expect(guess([...days, 'later', 'soon', 'never', 'x'])).toMatchObject({ kind: 'category' })
    expect(guess([...days.slice(0, 12), 'later'])).toMatchObject({ kind: 'category' })
    expect(guess(['-', ...days.map((day) => day.split('/').reverse().join('-'))])).not.toHaveProperty('order')
  })

  it.each(Object.keys(styles).filter((style) => style !== 'japaneseShort'))(
    'a year of days is read: %s', (style) => {
      const days = Array.from({ length: 365 }, (_, k) => new Date(Date.UTC(2023, 0, 1 + k)))
      const texts = days.map((at) => styles[style]!(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()))
      const column = guess(texts)
      expect(column.kind).toBe('time')
      expect(texts.map((text) => readTime(text, column.order))).toEqual(days.map((at) => at.getTime()))
    },
  )
})
