import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { stateDigest } from './state-digest.ts'

const tensor = (...values: number[]): object => ({ shape: [values.length], data: Float32Array.from(values) })
const state = (weight: object): object => ({ step: 3, parameters: { weight, bias: tensor(0) }, slots: {} })

describe('stateDigest(state)', () => {
  it('hashes exactly the documented bytes', () => {
    const f64 = (value: number): Buffer => {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value)
      return bytes
    }
    const f32 = Buffer.alloc(4)
    f32.writeFloatLE(1.5)
    const bytes = Buffer.concat([
      Buffer.from('o'), f64(1), f64(1), Buffer.from('w'), Buffer.from('x'), f64(1), f64(1), f32,
    ])
    expect(stateDigest({ w: tensor(1.5) })).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it('does not depend on the order of names', () => {
    expect(stateDigest({ a: 1, b: 2 })).toBe(stateDigest({ b: 2, a: 1 }))
  })

  it('sees one changed bit, the sign of zero, a moved name and a moved boundary', () => {
    const digests = [
      state(tensor(1, 2)), state(tensor(1, 2.0000002)), state(tensor(1, 0)), state(tensor(1, -0)),
      { ...state(tensor(1, 2)), step: 4 }, { shape: [2, 1], data: Float32Array.of(1, 2) },
      { shape: [1, 2], data: Float32Array.of(1, 2) }, { shape: [2, 1], data: Float64Array.of(1, 2) },
      ['ab', 'c'], ['a', 'bc'], [['a'], 'bc'], { a: { b: 1 } }, { a: 1 },
    ].map(stateDigest)
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('reads a view of a larger array at its place', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    expect(stateDigest({ shape: [2], data })).toBe(stateDigest(tensor(1, 2)))
  })

  it('fails for what is no state, and says where', () => {
    expect(() => stateDigest({ a: [1, 2n] })).toThrow(/state\.a\[1\] is a bigint/)
  })
})
