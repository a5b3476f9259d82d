import { type DType, type TensorData, allocate } from './dtype.ts'
import { ShapeError } from './errors.ts'
import type { Initializer } from './initializers.ts'
import type { Rng } from './rng.ts'
import { type Shape, assertShape, sizeOf } from './shape.ts'
import { Tensor } from './tensor.ts'

/** Which rows to fill, and how they lie in the target. */
export interface RowRange {
  /** First row, an index along the outermost axis; 0 unless given. */
  readonly from?: number
  /** Row after the last; the length of the outermost axis unless given. */
  readonly to?: number
  /** Elements from one row of the target to the next; the size of a row unless given. */
  readonly stride?: number
  /** Where row `from` starts in the target, in elements; `from * stride` unless given. */
  readonly offset?: number
}

/** A new tensor, filled. */
export function initialize<const S extends number[]>(
  initializer: Initializer, shape: S, key: Rng, dtype?: DType,
): Tensor<S>
export function initialize<S extends Shape>(initializer: Initializer, shape: S, key: Rng, dtype?: DType): Tensor<S>
export function initialize(initializer: Initializer, shape: Shape, key: Rng, dtype: DType = 'f32'): Tensor {
  assertShape(shape, 'initialize')
  const data = allocate(dtype, sizeOf(shape))
  fillRows(data, initializer, shape, key)
  return Tensor.of(shape, data)
}

/**
 * Fills rows of a table and touches nothing else.
 * A row gets the same bits whether it is filled alone, with others or with all, and however long the outermost axis is
 * (as long as the initialiser's scale does not depend on it: state the fan when it would). So a table can grow.
 * Shapes: a row is everything behind the outermost axis; a scalar is one row of one element.
 * Dtype: f32 gets the f64 values, rounded.
 * State/cost: O(elements filled).
 * @throws ShapeError when the rows do not lie inside the shape and the target.
 */
export function fillRows(
  target: TensorData, initializer: Initializer, shape: Shape, key: Rng, range: RowRange = {},
): void {
  const rows = shape.length === 0 ? 1 : shape[0]!
  const rowSize = sizeOf(shape.slice(1))
  const { from = 0, to = rows, stride = rowSize } = range
  const { offset = from * stride } = range
  const end = to > from ? offset + (to - from - 1) * stride + rowSize : offset
  const whole = Number.isInteger(from) && Number.isInteger(to) && Number.isInteger(stride) && Number.isInteger(offset)
  const inShape = from >= 0 && to >= from && to <= rows
  if (!(whole && inShape && offset >= 0 && stride >= rowSize && end <= target.length)) {
    throw new ShapeError({
      what: `rows ${from} to ${to}, ${stride} elements apart from element ${offset} on, do not fit`,
      where: 'fillRows', got: [target.length], wanted: `rows of [${shape.join(', ')}] inside the target`,
      hint: 'Rows count along the outermost axis; `to` is exclusive.',
    })
  }
  const sample = initializer.sampler(shape, key)
  for (let row = from; row < to; row++) {
    const start = offset + (row - from) * stride
    for (let j = 0; j < rowSize; j++) target[start + j] = sample(row * rowSize + j)
  }
}
