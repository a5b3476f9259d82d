import { describe, expect, it } from 'vitest'
import { emissions } from '../testing/emissions.ts'
import { hashed } from './hashed.ts'

describe('hashed()', () => {
  it('asks for a table of 2^18 slots unless told otherwise, and emits 1 under the text, of any length', () => {
    expect(hashed().table).toEqual({ bits: 18, seed: 0 })
    expect(hashed({ bits: 4, seed: 7 }).table).toEqual({ bits: 4, seed: 7 })
    expect(emissions(hashed(), 'x'.repeat(5000))).toEqual([['x'.repeat(5000), 1]])
    expect(emissions(hashed(), 12)).toEqual([['12', 1]])
  })

  it.each([{ bits: 0 }, { bits: 25 }, { bits: 1.5 }, { seed: -1 }, { seed: 2 ** 32 }])('refuses %s', (options) => {
    expect(() => hashed(options)).toThrow(/out of range.*hashed/)
  })
})
