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

  it('is used again for events of any length', () => {
    const buffer = new PairBuffer()
    for (const count of [3, 200, 0, 70, 1, 64, 65, 5000, 2]) {
      buffer.clear()
      for (let k = 0; k < count; k++) buffer.push((k * 7919) % 5003, -k)
      expect(buffer.count).toBe(count)
      buffer.sort()
      const expected = Array.from({ length: count }, (_, k) => [(k * 7919) % 5003, -k]).sort(([a], [b]) => a! - b!)
      expect(buffer.indices.map((index, k) => [index, buffer.values[k]])).toEqual(expected)
    }
  })

  it('orders the values of one slot, however many', () => {
    const buffer = new PairBuffer()
    for (let k = 0; k < 10_000; k++) buffer.push(2 ** 31 - 1, -k)
    buffer.sort()
    expect(new Set(buffer.indices)).toEqual(new Set([2 ** 31 - 1]))
    expect([buffer.values[0], buffer.values[9999]]).toEqual([-9999, -0])
  })

  it('is empty again after clear()', () => {
    const buffer = new PairBuffer()
    buffer.push(3, 1)
    buffer.clear()
    buffer.sort()
    expect([buffer.indices, buffer.values]).toEqual([[], []])
  })
})
