import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatValue } from './format.ts'

describe('formatValue(value)', () => {
  it.each<[unknown, string]>([
    [-0, '-0'], [0, '0'], [NaN, 'NaN'], [1e300, '1e+300'], [null, 'null'], [undefined, 'undefined'], [12n, '12n'],
    ['a "b"', '"a \\"b\\""'], [[2, 8], '[2, 8]'], [[[1], []], '[[...], []]'], [{ a: 1 }, 'an object'],
    [new Date(0), 'an instance of Date'], [new Float32Array(2), 'Float32Array(2) [0, 0]'], [Math.max, 'function max'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, ...]'], [Object.create(null), 'an object'],
  ])('%o is written for a person', (value, text) => {
    expect(formatValue(value)).toBe(text)
  })

  it('stays short and never throws', () => {
    const circular: unknown[] = []
    circular.push(circular)
    const hostile = new Proxy({}, { get() { throw new Error('no') } })
    expect(formatValue(circular)).toBe('[[...]]')
    expect(formatValue(hostile)).toBe('an object that cannot be read')
    expect(formatValue('x'.repeat(1e6)).length).toBeLessThan(100)
    fc.assert(fc.property(fc.anything(), value => formatValue(value).length < 1000))
  })
})
