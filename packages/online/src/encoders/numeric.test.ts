import { describe, expect, it } from 'vitest'
import { BadValueError } from '../encoder.ts'
import { emissions } from '../testing/emissions.ts'
import { numeric } from './numeric.ts'

describe('numeric()', () => {
  it('emits the number under the feature itself, -0 as 0', () => {
    expect(emissions(numeric(), 2.5)).toEqual([[null, 2.5]])
    expect(emissions(numeric(), -0)).toEqual([[null, 0]])
    expect(emissions(numeric(), 5e-324)).toEqual([[null, 5e-324]])
    expect(emissions(numeric(), -1e30)).toEqual([[null, -1e30]])
  })

  it('is standardised unless declined, and skips what is missing unless told otherwise', () => {
    expect(numeric().standardize).toBe(true)
    expect(numeric({ standardize: false }).standardize).toBe(false)
    expect(numeric().missing).toBe(undefined)
    expect(numeric({ missing: 0 }).missing).toBe(0)
  })

  it.each([
    [NaN, /got NaN, wanted a finite number/], [Infinity, /got Infinity/], [-Infinity, /got -Infinity/],
    [JSON.parse('1e999'), /Infinity/], [1.1e30, /from -1e\+30 to 1e\+30.*Clip/], ['3', /got "3".*Text is not conver/],
    [true, /boolean\(\)/], [{}, /an object/], [[1], /\[1\]/], [3n, /3n/], [() => 1, /function/],
  ])('refuses %s, saying what it wanted and what to do', (value, message) => {
    expect(() => emissions(numeric(), value)).toThrow(BadValueError)
    expect(() => emissions(numeric(), value)).toThrow(message)
  })

  it('refuses a stand-in that is not finite at once', () => {
    expect(() => numeric({ missing: NaN })).toThrow(BadValueError)
  })
})
