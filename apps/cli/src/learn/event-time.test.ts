import { describe, expect, it } from 'vitest'
import { timeReader } from './event-time.ts'

describe('timeReader(column, first)', () => {
  it.each(['01/02/2024', '31.12.2023', '1/2/24 2:05 PM'])('refuses %s, whose order nobody knows', (first) => {
    expect(() => timeReader({ name: 'day', unit: null }, first)).toThrow(
      `--time day holds dates such as ${first}, whose order of day and month is not known. Write them as 2024-01-31.`,
    )
  })

  it('reads what needs no order, and numbers as times', () => {
    const read = (first: unknown): number => timeReader({ name: 'day', unit: null }, first)(first)
    expect([read('2024-01-31'), read('31 Jan 2024'), read(Date.UTC(2024, 0, 31))])
      .toEqual([Date.UTC(2024, 0, 31), Date.UTC(2024, 0, 31), Date.UTC(2024, 0, 31)])
    expect([read('soon'), read(null)]).toEqual([NaN, NaN])
  })

  it('takes the numbers of a column of dates for milliseconds, however long ago', () => {
    for (const time of [Date.UTC(1970, 0, 8), Date.UTC(1984, 5, 1), Date.UTC(1901, 0, 1)]) {
      expect(timeReader({ name: 'day', unit: null }, time, true)(time)).toBe(time)
    }
  })
})
