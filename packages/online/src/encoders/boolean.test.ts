import { describe, expect, it } from 'vitest'
import { emissions } from '../testing/emissions.ts'
import { boolean } from './boolean.ts'

describe('boolean()', () => {
  it('emits 1 and 0 under the feature itself, standardised unless declined', () => {
    expect(emissions(boolean(), true)).toEqual([[null, 1]])
    expect(emissions(boolean(), false)).toEqual([[null, 0]])
    expect([boolean().standardize, boolean({ standardize: false }).standardize]).toEqual([true, false])
  })

  it.each([1, 0, 'true', {}])('refuses %s', (value) => {
    expect(() => emissions(boolean(), value)).toThrow(/wanted true or false/)
  })
})
