import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emissions } from '../testing/emissions.ts'
import { date, type DatePart } from './date.ts'
import { calendarOf, instantOf } from './instant.ts'

const instant = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(3000, 0, 1) })
const msPerDay = 86_400_000

describe('instantOf(value)', () => {
  it('reads what Date writes, in any of its ISO forms, to the millisecond', () => {
    fc.assert(fc.property(instant, (ms) => {
      const iso = new Date(ms).toISOString()
      expect([iso, iso.slice(0, -1), iso.replace('T', ' ').replace('Z', '+00:00')].map((text) => instantOf(text)))
        .toEqual([ms, ms, ms])
      expect(instantOf(iso.slice(0, 10))).toBe(Math.floor(ms / msPerDay) * msPerDay)
      const second = Math.floor(ms / 1000)
      expect([instantOf(new Date(ms)), instantOf(ms), instantOf(second, 1000)]).toEqual([ms, ms, second * 1000])
    }))
  })

  it.each([
    ['2024-05-31T18:30:00+02:00', Date.UTC(2024, 4, 31, 16, 30)], ['2024-05-31T18:30-0530', Date.UTC(2024, 5, 1, 0, 0)],
    ['2024-05-31 18:30', Date.UTC(2024, 4, 31, 18, 30)], ['2024-05', Date.UTC(2024, 4, 1)],
    ['2024-02-29', Date.UTC(2024, 1, 29)], ['2024-12-31T24:00', Date.UTC(2025, 0, 1)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)], ['2024-01-01T00:00:00.25Z', Date.UTC(2024, 0, 1) + 250],
    ['2024-01-01t00:00:00,5z', Date.UTC(2024, 0, 1) + 500], ['2024-01-01T00:00:00+01', Date.UTC(2023, 11, 31, 23)],
  ])('reads %s', (text, ms) => {
    expect(instantOf(text)).toBe(ms)
  })

  it('reads the usual forms as any other', () => {
    const mutated = fc.tuple(instant, fc.nat(23), fc.constantFrom('0', '9', '-', ':', 'T', 'Z', '.', ' ', 'x'))
    fc.assert(fc.property(mutated, fc.constantFrom(10, 20, 24), ([ms, at, letter], length) => {
      const whole = new Date(ms).toISOString()
      const cut = length === 20 ? `${whole.slice(0, 19)}Z` : whole.slice(0, length)
      const text = cut.slice(0, at) + letter + cut.slice(at + 1, length)
      const read = (given: string): number | string => {
        try {
          return instantOf(given)
        } catch {
          return 'refused'
        }
      }
      // A zone of plus nothing, or fractions of no more digits than needed, are the same instant in another form.
      const other = text.length === 10 ? `${text}T00:00` : text.replace(/Z$/, '+00:00')
      expect(read(text)).toBe(read(other))
    }), { numRuns: 2000 })
  })

  it.each([
    '2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-04-31', '2024-01-01T25:00', '2024-01-01T24:01',
    '2024-01-01T10:60', '2024-01-01T10:00:61',
  ])('refuses %s, which no calendar has', (text) => {
    expect(() => instantOf(text)).toThrow(/wanted a day and a time that exist/)
  })

  it.each(['', 'today', '31.05.2024', '5/31/2024', '2024-5-31', NaN, Infinity, 9e15, new Date(NaN), true, {}])(
    'refuses %s', (value) => {
      expect(() => instantOf(value)).toThrow(/got .*, wanted/)
    },
  )
})

describe('calendarOf(ms, offset)', () => {
  it('agrees with Date, in UTC and ahead of it', () => {
    fc.assert(fc.property(instant, fc.integer({ min: -840, max: 840 }), (ms, offset) => {
      const there = new Date(ms + offset * 60_000)
      const [year, month] = [there.getUTCFullYear(), there.getUTCMonth()]
      const midnight = Date.UTC(year, month, there.getUTCDate())
      const { hours, ...rest } = calendarOf(ms, offset)
      expect(rest).toEqual({
        month: month + 1, day: there.getUTCDate(), weekday: (there.getUTCDay() + 6) % 7,
        dayOfYear: (midnight - Date.UTC(year, 0, 1)) / msPerDay,
        daysInMonth: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
        daysInYear: (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / msPerDay,
      })
      expect(hours).toBeCloseTo((there.getTime() - midnight) / 3_600_000, 9)
    }))
  })
})

describe('date(options)', () => {
  it('emits a point on a circle for each part', () => {
    const found = Object.fromEntries(emissions(date(), '2024-04-03T06:00Z')) // a Wednesday, the 94th day of 366
    const angles = { hour: 1 / 4, weekday: 2 / 7, month: 3 / 12, dayOfYear: 93 / 366 }
    const parts = Object.keys(angles).flatMap((name) => [`${name}.cos`, `${name}.sin`])
    expect(Object.keys(found).sort()).toEqual(parts.sort())
    for (const [name, share] of Object.entries(angles)) {
      expect(found[`${name}.sin`]).toBeCloseTo(Math.sin(2 * Math.PI * share), 15)
      expect(found[`${name}.cos`]).toBeCloseTo(Math.cos(2 * Math.PI * share), 15)
    }
  })

  it('emits categories and the trend when asked, by a clock that is ahead', () => {
    const categories = ['hour', 'weekday', 'day', 'month', 'dayOfYear'] as const
    const encoder = date({ cycles: [], categories, offset: 90, trend: true })
    expect(emissions(encoder, '2024-12-31T22:45:00Z')).toEqual([
      ['hour 0', 1], ['weekday 2', 1], ['day 1', 1], ['month 1', 1], ['dayOfYear 1', 1],
      ['trend', Date.UTC(2024, 11, 31, 22, 45) / msPerDay],
    ])
    expect([encoder.standardize, date().standardize]).toEqual([true, false])
    const declined: (boolean | undefined)[] = []
    encoder.encode(0, (_, _value, standardize) => declined.push(standardize))
    expect(declined).toEqual([false, false, false, false, false, undefined])
  })

  it('reads seconds when told', () => {
    expect(emissions(date({ cycles: [], trend: true, unit: 's' }), 86_400)).toEqual([['trend', 1]])
  })

  it.each([{ cycles: ['minute' as DatePart] }, { offset: 2000 }, { offset: NaN }, { unit: 'h' as 's' }])(
    'throws for %j', (options) => {
      expect(() => date(options)).toThrow(/this is no way to read dates/)
    },
  )
})
