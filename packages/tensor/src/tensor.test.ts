import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, type DType } from './dtype.ts'
import { DTypeError, ShapeError, ValueError } from './errors.ts'
import { sizeOf } from './shape.ts'
import { Tensor, scalar, tensor } from './tensor.ts'

const dtype = fc.constantFrom<DType>('f32', 'f64')
const anyTensor = fc.tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), dtype).chain(([shape, type]) =>
  fc.array(fc.double(), { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map(flat => tensor(flat, shape, type)))

describe('tensor(data)', () => {
  it('reads the shape of nested arrays and rounds to f32', () => {
    const t = tensor([[1, 2, 0.1], [4, 5, 6]])
    expect(t.shape).toEqual([2, 3])
    expect(t.dtype).toBe('f32')
    expect([...t.data]).toEqual([1, 2, Math.fround(0.1), 4, 5, 6])
  })

  it('copies a typed array and keeps its element type', () => {
    const source = Float64Array.of(0.1, 2)
    const t = tensor(source)
    source[0] = 9
    expect(t.dtype).toBe('f64')
    expect(t.toArray()).toEqual([0.1, 2])
  })

  it('makes scalars and empty tensors', () => {
    expect(tensor(3).shape).toEqual([])
    expect(tensor([]).shape).toEqual([0])
    expect(tensor([[], []]).shape).toEqual([2, 0])
    expect(scalar(1.5).item()).toBe(1.5)
    expect(scalar(0.1, 'f64').item()).toBe(0.1)
  })

  it('throws ShapeError naming the place of a ragged row, ValueError for what is not a number', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(ShapeError)
    expect(() => tensor([[1, 2], [3]])).toThrow(/data\[1\].*got \[1\], wanted \[2\]/)
    expect(() => tensor([[1, 2], 3])).toThrow(ShapeError)
    expect(() => tensor([1, '2' as unknown as number])).toThrow(/data\[1\] is not a number.*got "2"/)
    const circular: number[][] = []
    circular.push(circular as unknown as number[])
    expect(() => tensor(circular)).toThrow(/at most 32 levels/)
    expect(() => tensor(undefined as unknown as number)).toThrow(ValueError)
    expect(() => tensor('7' as unknown as number)).toThrow(ValueError)
  })
})

describe('tensor(data, shape, dtype)', () => {
  it('takes values flat or nested, row-major', () => {
    expect(tensor([1, 2, 3, 4], [2, 2]).toArray()).toEqual([[1, 2], [3, 4]])
    expect(tensor([[1, 2], [3, 4]], [2, 2], 'f64').equals(tensor([1, 2, 3, 4], [2, 2], 'f64'))).toBe(true)
    expect(tensor(7, [1, 1]).toArray()).toEqual([[7]])
  })

  it('keeps its own copy of the shape', () => {
    const shape: number[] = [2]
    const t = tensor([1, 2], shape)
    shape[0] = 3
    expect(t.shape).toEqual([2])
  })

  it('throws when the values do not fill the shape, or shape or element type are none', () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(ShapeError)
    expect(() => tensor([[1, 2], [3, 4]], [4, 1])).toThrow(ShapeError)
    expect(() => tensor([1], [-1])).toThrow(ValueError)
    expect(() => tensor([1], [1], 'i8' as 'f32')).toThrow(DTypeError)
  })
})

describe('Tensor', () => {
  it('of(shape, data) wraps without a copy', () => {
    const data = new Float32Array(4)
    expect(Tensor.of([2, 2], data).data).toBe(data)
  })

  it('item() gives the only element, throws ShapeError for none or several', () => {
    expect(tensor([[5]]).item()).toBe(5)
    expect(() => tensor([]).item()).toThrow(ShapeError)
    expect(() => tensor([1, 2]).item()).toThrow(ShapeError)
  })

  it('at(...indices) counts from either end and refuses everything else', () => {
    const t = tensor([[1, 2, 3], [4, 5, 6]])
    expect([t.at(0, 0), t.at(1, 2), t.at(-1, -3)]).toEqual([1, 6, 4])
    for (const index of [2, -3, 0.5, NaN]) expect(() => t.at(index, 0)).toThrow(ValueError)
    expect(() => (t as Tensor).at(0)).toThrow(ShapeError)
    expect(() => tensor([]).at(0)).toThrow(/the axis is empty/)
  })

  it('equals(other) compares bits: NaN equals itself, -0 differs from 0, types and shapes count', () => {
    expect(tensor([NaN]).equals(tensor([NaN]))).toBe(true)
    expect(tensor([0]).equals(tensor([-0]))).toBe(false)
    expect(tensor([1], [1], 'f64').equals(tensor([1]))).toBe(false)
    expect(tensor([1, 2]).equals(tensor([[1, 2]]))).toBe(false)
    expect(tensor([1, 1 + 2 ** -52], [2], 'f64').equals(tensor([1, 1], [2], 'f64'))).toBe(false)
    expect(Tensor.of([1], Float32Array.of(9, 1).subarray(1)).equals(tensor([1]))).toBe(true)
  })

  it('fromJSON(JSON.parse(JSON.stringify(tensor))) keeps every value', () => {
    fc.assert(fc.property(anyTensor, t => {
      expect(Tensor.fromJSON(JSON.parse(JSON.stringify(t))).equals(t)).toBe(true)
    }))
  })

  it('tensor(t.toArray(), t.shape, t.dtype) gives the tensor back', () => {
    fc.assert(fc.property(anyTensor, t => tensor(t.toArray(), t.shape, t.dtype).equals(t)))
  })

  it('toString() shows type, shape and values, and cuts long axes', () => {
    expect(`${tensor([[1, -0], [0.1, NaN]])}`).toBe('f32 [2, 2] [[1, -0],\n            [0.1, NaN]]')
    expect(`${scalar(1.5, 'f64')}`).toBe('f64 [] 1.5')
    expect(`${tensor(Float32Array.from({ length: 1000 }, (_, i) => i))}`)
      .toBe('f32 [1000] [0, 1, 2, ..., 997, 998, 999]')
  })

  it('bytesOf(dtype) is the element size', () => {
    fc.assert(fc.property(anyTensor, t => t.data.byteLength === t.size * bytesOf(t.dtype)))
  })
})
