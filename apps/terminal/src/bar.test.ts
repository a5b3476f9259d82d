import { describe, expect, it } from 'vitest'
import { bar } from './bar.ts'
import { decimals, grouped, perSecond } from './numbers.ts'

describe('bar(fraction, width)', () => {
  it('fills whole columns, then an eighth at a time', () => {
    expect([0, 0.5, 1].map((f) => bar(f, 4))).toEqual(['    ', '██  ', '████'])
    expect(bar(3 / 32, 4)).toBe('▍   ')
  })

  it('takes what is outside 0 .. 1, or not a number, to the nearest end', () => {
    expect([-1, 7, NaN].map((f) => bar(f, 2))).toEqual(['  ', '██', '  '])
  })
})

describe('bar(fraction, width) without room', () => {
  it('is empty', () => {
    expect([0, -1, -24].map((width) => bar(0.5, width))).toEqual(['', '', ''])
    expect(bar(1, 2.5)).toBe('██')
  })
})

describe('grouped, decimals and perSecond(value)', () => {
  it('write numbers for people', () => {
    expect([grouped(1234567), decimals(1.005, 1), decimals(NaN, 2)]).toEqual(['1,234,567', '1.0', '–'])
    expect([950.4, 18_437, 0.2, NaN].map(perSecond)).toEqual(['950/s', '18,400/s', '0/s', '–/s'])
  })
})
