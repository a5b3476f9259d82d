import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DType, allocate } from './dtype.ts'
import { ShapeError } from './errors.ts'
import { fillRows, initialize } from './initialize.ts'
import {
  type Initializer, constant, embeddingWeight, kaimingNormal, kaimingUniform, lecunNormal, lecunUniform, linearBias,
  linearWeight, normal, uniform, xavierNormal, xavierUniform, zeros,
} from './initializers.ts'
import { rng } from './rng.ts'
import { sizeOf } from './shape.ts'
import { Tensor } from './tensor.ts'

const initializer = fc.constantFrom<Initializer>(
  constant(2), embeddingWeight(), kaimingNormal(), kaimingUniform(), lecunNormal(), lecunUniform(), linearBias(3),
  linearWeight(), normal(1, 2), uniform(-1, 1), xavierNormal({ fanOut: 9 }), xavierUniform({ fanOut: 9 }), zeros(),
)
const dtype = fc.constantFrom<DType>('f32', 'f64')
const shape = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 3 })
const key = rng(5)

describe('fillRows(target, initializer, shape, key, range)', () => {
  it('gives rows the same bits alone, in any two parts and all at once', () => {
    fc.assert(fc.property(initializer, dtype, shape, fc.nat(5), (init, type, dims, at) => {
      const cut = Math.min(at, dims[0]!)
      const whole = initialize(init, dims, key, type)
      const parts = allocate(type, whole.size)
      fillRows(parts, init, dims, key, { from: cut })
      fillRows(parts, init, dims, key, { to: cut })
      expect(Tensor.of(dims, parts).equals(whole)).toBe(true)
    }))
  })

  it('gives rows the same bits in a table that grew', () => {
    fc.assert(fc.property(initializer, shape, fc.nat(4), (init, dims, more) => {
      const small = initialize(init, dims, key)
      const large = initialize(init, [dims[0]! + more, ...dims.slice(1)], key)
      expect(Tensor.of(dims, large.data.subarray(0, small.size)).equals(small)).toBe(true)
    }))
  })

  it('respects stride and offset and writes nowhere else', () => {
    fc.assert(fc.property(initializer, shape, fc.nat(3), fc.nat(3), (init, dims, gap, offset) => {
      const rowSize = sizeOf(dims.slice(1))
      const stride = rowSize + gap
      const target = new Float32Array(offset + dims[0]! * stride + 2).fill(99)
      fillRows(target, init, dims, key, { stride, offset })
      const whole = initialize(init, dims, key)
      const expected = new Float32Array(target.length).fill(99)
      for (let i = 0; i < whole.size; i++) {
        expected[offset + Math.floor(i / rowSize) * stride + i % rowSize] = whole.data[i]!
      }
      expect(target).toEqual(expected)
    }))
  })

  it('rounds the f64 values for f32', () => {
    const exact = initialize(normal(), [50], key, 'f64')
    expect([...initialize(normal(), [50], key).data]).toEqual([...exact.data].map(Math.fround))
  })

  it('fills a scalar as one row', () => {
    expect(initialize(constant(4), [], key).item()).toBe(4)
  })

  it('throws ShapeError for rows outside the shape or the target', () => {
    const target = new Float32Array(6)
    const fill = (range: object): void => fillRows(target, zeros(), [3, 2], key, range)
    for (const range of [{ to: 4 }, { from: -1 }, { from: 2, to: 1 }, { stride: 1 }, { stride: 3 }, { offset: 1 },
      { from: NaN }, { offset: -1 }, { from: 0.5, to: 1.5 }]) {
      expect(() => fill(range)).toThrow(ShapeError)
    }
    expect(() => fillRows(new Float32Array(5), zeros(), [3, 2], key)).toThrow(ShapeError)
  })
})
