import { describe, expect, it } from 'vitest'
import { emissions } from '../testing/emissions.ts'
import { categorical } from './categorical.ts'

describe('categorical()', () => {
  it('emits 1 under the text of the value, never standardised', () => {
    expect(emissions(categorical(), 'AA')).toEqual([['AA', 1]])
    expect(emissions(categorical(), '')).toEqual([['', 1]])
    expect(emissions(categorical(), '__proto__')).toEqual([['__proto__', 1]])
    expect(emissions(categorical(), 7)).toEqual([['7', 1]])
    expect(emissions(categorical(), -0)).toEqual([['0', 1]])
    expect(emissions(categorical(), false)).toEqual([['false', 1]])
    expect(categorical().standardize).toBe(false)
  })

  it.each([[{}], [['a']], [NaN], [Infinity], [Symbol('a')], ['x'.repeat(1001)]])('refuses %s', (value) => {
    expect(() => emissions(categorical(), value)).toThrow(/wanted/)
  })

  it('says what to do with a list', () => {
    expect(() => emissions(categorical(), ['a', 'b'])).toThrow(/wanted text.*For each of a list a slot.*forEach/)
  })
})
