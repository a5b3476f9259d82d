import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PairBuffer } from './pair-buffer.ts'

const pair = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -3, max: 3 }))

describe('PairBuffer#sort()', () => {
  it('orders by slot, then by value, however many there are and however they came', () => {
    fc.assert(fc.property(fc.array(pair, { maxLength: 150 }), (pairs) => {
      const buffer = new PairBuffer()
      for (const [index, value] of pairs) buffer.push(index, value)
      buffer.sort()
      const expected = [...pairs].sort(([a, x], [b, y]) => a - b || x - y)
      expect(buffer.indices.map((index, k) => [index, buffer.values[k]])).toEqual(expected)
    }))
  })

  it('is empty again after clear()', () => {
    const buffer = new PairBuffer()
    buffer.push(3, 1)
    buffer.clear()
    buffer.sort()
    expect([buffer.indices, buffer.values]).toEqual([[], []])
  })
})
