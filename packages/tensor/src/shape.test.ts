import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ShapeError, ValueError } from './errors.ts'
import { assertShape, broadcastShapes, formatShape, sameShape, sizeOf, stridesOf } from './shape.ts'

const axis = fc.integer({ min: 0, max: 5 })
const shape = fc.array(axis, { maxLength: 4 })

describe('sizeOf(shape)', () => {
  it('is 1 for a scalar, 0 with an empty axis, else the product', () => {
    expect([sizeOf([]), sizeOf([3, 0, 2]), sizeOf([2, 3, 4])]).toEqual([1, 0, 24])
  })
})

describe('stridesOf(shape)', () => {
  it('counts row-major positions one by one', () => {
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1])
    expect(stridesOf([])).toEqual([])
    let position = 0
    const strides = stridesOf([2, 3, 4])
    for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) {
      expect(i * strides[0]! + j * strides[1]! + k * strides[2]!).toBe(position++)
    }
  })
})

describe('sameShape(a, b)', () => {
  it('agrees with comparing what is written', () => {
    fc.assert(fc.property(shape, shape, (a, b) => sameShape(a, b) === (formatShape(a) === formatShape(b))))
    expect(sameShape([2, 3], [2, 3])).toBe(true)
  })
})

describe('broadcastShapes(a, b)', () => {
  it.each<[number[], number[], number[]]>([
    [[], [], []], [[], [3], [3]], [[2, 3], [3], [2, 3]], [[4, 1], [1, 5], [4, 5]], [[1], [0], [0]],
    [[8, 1, 6, 1], [7, 1, 5], [8, 7, 6, 5]],
  ])('%j with %j gives %j', (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected)
    expect(broadcastShapes(b, a)).toEqual(expected)
  })

  it('throws ShapeError naming the axis when lengths differ and none is 1', () => {
    expect(() => broadcastShapes([2, 3], [4, 3], 'add')).toThrow(ShapeError)
    expect(() => broadcastShapes([2, 3], [4, 3], 'add')).toThrow(/axis 0 .*both 2 and 4, in add: got \[4, 3\]/)
    expect(() => broadcastShapes([0], [2])).toThrow(ShapeError)
  })

  it('gives every shape back when broadcast with itself, a scalar, or ones', () => {
    fc.assert(fc.property(shape, s => {
      expect(broadcastShapes(s, s)).toEqual(s)
      expect(broadcastShapes(s, [])).toEqual(s)
      expect(broadcastShapes(s, s.map(() => 1))).toEqual(s)
    }))
  })
})

describe('assertShape(value, where)', () => {
  it.each([[[]], [[0]], [[2, 8]]])('accepts %j', value => {
    expect(() => assertShape(value, 'here')).not.toThrow()
  })

  it.each([[[-1]], [[1.5]], [[NaN]], [['2']], ['2'], [null], [undefined], [8], [[2 ** 40, 2 ** 40]], [[Infinity]]])(
    'throws ValueError for %j', value => {
      expect(() => assertShape(value, 'here')).toThrow(ValueError)
    },
  )
})
