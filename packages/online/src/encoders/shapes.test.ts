import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emissions } from '../testing/emissions.ts'
import { cross } from './cross.ts'
import { cycle } from './cycle.ts'
import { keyText } from './key-text.ts'
import { vector } from './vector.ts'

describe('cycle(options)', () => {
  it.each([[0, 0], [6, 1 / 4], [18, 3 / 4], [24, 0], [-6, 3 / 4], [25.5, 1.5 / 24]])('%s o\'clock', (hour, share) => {
    const [[, sine], [, cosine]] = emissions(cycle({ period: 24 }), hour) as [[string, number], [string, number]]
    expect(sine).toBeCloseTo(Math.sin(2 * Math.PI * share), 14)
    expect(cosine).toBeCloseTo(Math.cos(2 * Math.PI * share), 14)
  })

  it('throws for a period that is not positive, and refuses what is no number', () => {
    for (const period of [0, -1, NaN, Infinity]) expect(() => cycle({ period })).toThrow(/period is out of range/)
    expect(() => emissions(cycle({ period: 24 }), '6')).toThrow(/wanted a finite number/)
  })
})

describe('vector(options)', () => {
  it('has a slot for each place of an array or a typed array', () => {
    expect(emissions(vector(), [5, -0, 7])).toEqual([['0', 5], ['1', 0], ['2', 7]])
    expect(emissions(vector({ length: 2 }), new Float32Array([1, 2]))).toEqual([['0', 1], ['1', 2]])
    expect(emissions(vector(), [])).toEqual([])
  })

  it.each([
    [[1, 2, 3], /wanted a list of 2 numbers/], [[1, NaN], /finite number/], [[1, null], /finite number/],
    [[1, '2'], /finite number/], ['12', /a list of numbers/], [{ 0: 1, length: 1 }, /a list of numbers/],
    [new DataView(new ArrayBuffer(2)), /a list of numbers/],
  ])('refuses %s', (value, message) => {
    expect(() => emissions(vector({ length: 2 }), value)).toThrow(message)
  })

  it('throws for a length that is none', () => {
    expect(() => vector({ length: 0 })).toThrow(/length is out of range/)
  })
})

describe('cross(fields, options)', () => {
  const value = fc.oneof(fc.string({ maxLength: 4 }), fc.nat(12), fc.boolean(), fc.constant(undefined))

  it('gives each combination a name of its own; numbers count by their text', () => {
    const text = (x: unknown): unknown => (x === undefined ? undefined : String(x))
    const three = fc.array(value, { minLength: 3, maxLength: 3 })
    fc.assert(fc.property(three, three, (a, b) => {
      const same = a.every((x, k) => text(x) === text(b[k]))
      const allMissing = a.every((x) => x === undefined) && b.every((x) => x === undefined)
      expect(keyText(a, 3) === keyText(b, 3)).toBe(same || allMissing)
    }), { numRuns: 2000 })
  })

  it('emits one category, none when all fields are missing', () => {
    expect(emissions(cross(['a', 'b'], { bits: null }), ['x', 1])).toEqual([['1:x1:1', 1]])
    expect(emissions(cross(['a', 'b']), [undefined, ''])).toEqual([['-0:', 1]])
    expect(emissions(cross(['a', 'b']), [undefined, undefined])).toEqual([])
    expect(() => emissions(cross(['a', 'b']), ['x', {}])).toThrow(/text, a finite number or a boolean/)
  })

  it('is hashed unless told otherwise', () => {
    expect(cross(['a', 'b'], { bits: 4, seed: 2 })).toMatchObject({ table: { bits: 4, seed: 2 }, fields: ['a', 'b'] })
    expect(cross(['a', 'b'], { bits: null }).table).toBe(undefined)
  })

  it.each([[['a']], [[]], [['a', 'a']], ['ab'], [[1, 2]]])('throws for %j', (fields) => {
    expect(() => cross(fields as string[])).toThrow(/wanted several field names/)
  })
})
