import { type DType, type TensorData, allocate, assertDType, dtypeOf } from './dtype.ts'
import { ShapeError, ValueError } from './errors.ts'
import { type NestedNumbers, type ShapeOfNested, flattenInto, notANumber, shapeOfNested, unflatten } from './nested.ts'
import { printTensor } from './print.ts'
import { type Shape, assertShape, sameShape, sizeOf, stridesOf } from './shape.ts'

/** One index per axis. */
export type IndicesOf<S extends Shape> = { readonly [Axis in keyof S]: number }

/** A tensor as JSON. NaN, the infinities and -0, which JSON lacks, are strings, so the round trip keeps every value. */
export interface TensorJSON {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly data: readonly (number | 'NaN' | 'Infinity' | '-Infinity' | '-0')[]
}

/**
 * An immutable n-dimensional array of floating-point numbers, row-major.
 *
 * Ownership: `data` belongs to whoever received the tensor. Eddy hands out private copies and never reads one back, so
 * writing into it changes what the receiver sees and nothing else. Whoever passes a tensor on should not write.
 */
export class Tensor<out S extends Shape = Shape> {
  readonly shape: S
  readonly data: TensorData
  readonly dtype: DType

  private constructor(shape: S, data: TensorData) {
    this.shape = shape
    this.data = data
    this.dtype = dtypeOf(data)
  }

  /**
   * Wraps an array that already has the right length; neither copied nor checked.
   * For code that made the array itself. Everyone else wants `tensor()`.
   */
  static of<const S extends number[]>(shape: S, data: TensorData): Tensor<S>
  static of<S extends Shape>(shape: S, data: TensorData): Tensor<S>
  static of(shape: Shape, data: TensorData): Tensor {
    return new Tensor(shape, data)
  }

  /** @throws ValueError, ShapeError or DTypeError when the value did not come from `toJSON`. */
  static fromJSON(json: TensorJSON): Tensor {
    return tensor(json.data.map(Number), json.shape, json.dtype)
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length
  }

  /**
   * The only element of a tensor that has exactly one.
   * @throws ShapeError when it has none or several.
   */
  item(): number {
    if (this.data.length !== 1) {
      throw new ShapeError({
        what: `there are ${this.data.length} elements`, where: 'Tensor.item', got: this.shape,
        wanted: 'a shape with one element', hint: 'Use at(...) for one of many, toArray() for all.',
      })
    }
    return this.data[0]!
  }

  /**
   * One element. A negative index counts from the end of its axis.
   * @throws ShapeError when there is not one index per axis; ValueError when an index is outside its axis.
   */
  at(...indices: IndicesOf<S>): number {
    const given: readonly number[] = indices
    if (given.length !== this.shape.length) {
      throw new ShapeError({
        what: `there are ${given.length} indices`, where: 'Tensor.at', got: this.shape,
        wanted: `a shape with ${given.length} axes`, hint: 'Give one index per axis.',
      })
    }
    const strides = stridesOf(this.shape)
    let offset = 0
    for (let axis = 0; axis < given.length; axis++) {
      const length = this.shape[axis]!
      const index = given[axis]!
      if (!Number.isInteger(index) || index < -length || index >= length) {
        throw new ValueError({
          what: `the index is outside axis ${axis}`, where: 'Tensor.at', got: index,
          wanted: length === 0 ? 'nothing, the axis is empty' : `an integer from ${-length} to ${length - 1}`,
          hint: 'The first element is 0, the last is -1.',
        })
      }
      offset += (index < 0 ? index + length : index) * strides[axis]!
    }
    return this.data[offset]!
  }

  /** The elements as nested arrays; a scalar gives its number. */
  toArray(): NestedNumbers {
    return unflatten(this.data, this.shape)
  }

  /** Whether shape, element type and every bit agree: NaN equals the same NaN, and -0 differs from 0. */
  equals(other: Tensor): boolean {
    if (this === other) return true
    if (this.dtype !== other.dtype || !sameShape(this.shape, other.shape)) return false
    const a = bitsOf(this.data)
    const b = bitsOf(other.data)
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
    return a.length === b.length
  }

  toString(): string {
    return printTensor(this)
  }

  toJSON(): TensorJSON {
    const data = Array.from(this.data, value => (
      Number.isFinite(value) && !Object.is(value, -0) ? value : (Object.is(value, -0) ? '-0' : `${value}`)
    )) as TensorJSON['data'][number][]
    return { shape: this.shape, dtype: this.dtype, data }
  }
}

function bitsOf(data: TensorData): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4)
}

/**
 * Makes a tensor from numbers, which are copied.
 * Shapes: without a shape, nested arrays give their own; with one, the values may be flat or nested, row-major.
 * Dtype: a typed array's own unless another is asked for, else f32; f32 rounds to nearest, ties to even.
 * Edge: NaN and infinities are values like any other; a number without a shape is a scalar.
 * @throws ShapeError when nested arrays are ragged or the number of values is not that of the shape.
 * @throws ValueError when an element is not a number or the shape is none; DTypeError for an unknown element type.
 */
export function tensor<const T extends NestedNumbers>(data: T): Tensor<ShapeOfNested<T>>
export function tensor(data: TensorData): Tensor<[number]>
export function tensor<const S extends number[]>(
  data: NestedNumbers | TensorData, shape: S, dtype?: DType,
): Tensor<S>
export function tensor<S extends Shape>(data: NestedNumbers | TensorData, shape: S, dtype?: DType): Tensor<S>
export function tensor<const T extends NestedNumbers>(
  data: T, shape: undefined, dtype: DType,
): Tensor<ShapeOfNested<T>>
export function tensor(data: NestedNumbers | TensorData, shape?: Shape, dtype?: DType): Tensor {
  if (shape !== undefined) assertShape(shape, 'tensor')
  if (dtype !== undefined) assertDType(dtype, 'tensor')
  const values = data instanceof Float32Array || data instanceof Float64Array
    ? copyOf(data, dtype ?? dtypeOf(data))
    : flatten(data, dtype ?? 'f32')
  const own = values.shape
  if (shape === undefined) return Tensor.of(own, values.data)
  if (!fills(own, shape)) {
    throw new ShapeError({
      what: `the ${values.data.length} values do not fill the shape`, where: 'tensor', got: own, wanted: shape,
      hint: 'Give the values flat, or nested exactly like the shape.',
    })
  }
  return Tensor.of([...shape], values.data)
}

/** Flat values fit any shape of their size, nested ones only their own. Axes behind an empty one cannot show. */
function fills(own: Shape, shape: Shape): boolean {
  if (sizeOf(own) !== sizeOf(shape)) return false
  return own.length <= 1 || sameShape(own, sizeOf(own) === 0 ? shape.slice(0, own.length) : shape)
}

interface FlatValues {
  readonly shape: number[]
  readonly data: TensorData
}

function copyOf(data: TensorData, dtype: DType): FlatValues {
  const copy = allocate(dtype, data.length)
  copy.set(data)
  return { shape: [data.length], data: copy }
}

function flatten(data: NestedNumbers, dtype: DType): FlatValues {
  if (typeof data !== 'number' && !Array.isArray(data)) throw notANumber(data, '')
  const shape = shapeOfNested(data)
  const flat = allocate(dtype, sizeOf(shape))
  flattenInto(flat, data, shape)
  return { shape, data: flat }
}

/** A tensor of shape `[]` with one value. */
export function scalar(value: number, dtype: DType = 'f32'): Tensor<[]> {
  return tensor(value, [], dtype)
}
