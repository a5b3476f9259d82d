import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { philox4x32 } from './philox.ts'

function words(counter: readonly number[], key: readonly number[]): string {
  const out = new Uint32Array(4)
  philox4x32(out, counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!)
  return Array.from(out, word => word.toString(16).padStart(8, '0')).join(' ')
}

/** The same generator in exact integers, written from the paper, to compare with the 32-bit arithmetic. */
function exactWords(counter: readonly number[], key: readonly number[]): string {
  const mask = 0xffffffffn
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint]
  let [k0, k1] = key.map(BigInt) as [bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0
    const p1 = 0xcd9e8d57n * c2
    ;[c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask]
    k0 = (k0 + 0x9e3779b9n) & mask
    k1 = (k1 + 0xbb67ae85n) & mask
  }
  return [c0, c1, c2, c3].map(word => word.toString(16).padStart(8, '0')).join(' ')
}

describe('philox4x32(out, counter, key)', () => {
  const ones = 0xffffffff

  it.each([
    ['zeros', [0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ones', [ones, ones, ones, ones], [ones, ones], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['digits of pi', [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the published words for %s', (_, counter, key, expected) => {
    expect(words(counter, key)).toBe(expected)
  })

  it('agrees with exact integer arithmetic on any counter and key', () => {
    const word = fc.integer({ min: 0, max: ones })
    fc.assert(fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
      expect(words(counter, key)).toBe(exactWords(counter, key))
    }), { numRuns: 1000 })
  })
})
