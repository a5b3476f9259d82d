import { ShapeError, ValueError } from './errors.ts'

/**
 * Lengths of the axes of a tensor, outermost first; `[]` is a scalar.
 * In types a shape is a literal tuple in the mutable style, `[2, 8]`: write `Tensor<[2, 8]>`, not `readonly [2, 8]`.
 */
export type Shape = readonly number[]

/** Number of elements: the product of the axes. Edge: 1 for a scalar, 0 when an axis is empty. */
export function sizeOf(shape: Shape): number {
  let size = 1
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]!
  return size
}

/** Whether two shapes have the same rank and lengths; nothing is stretched. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

/** Distance in elements between neighbours along each axis, row-major: `[2, 3, 4]` -> `[12, 4, 1]`. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]!
  }
  return strides
}

/**
 * The shape that two shapes stretch to.
 * Formula: aligned at the last axis, an axis of 1 takes the other's length, and a missing axis counts as 1.
 * Source: the NumPy broadcasting rule.
 * @throws ShapeError when two aligned axes differ and neither is 1.
 */
export function broadcastShapes(a: Shape, b: Shape, where = 'broadcastShapes'): number[] {
  const rank = Math.max(a.length, b.length)
  const out = new Array<number>(rank)
  for (let back = 1; back <= rank; back++) {
    const left = a[a.length - back] ?? 1
    const right = b[b.length - back] ?? 1
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError({
        what: `cannot broadcast, axis ${rank - back} of the result would be both ${left} and ${right}`,
        where, got: b, wanted: `a shape that broadcasts with ${formatShape(a)}`,
        hint: 'Aligned at the last axis, lengths must be equal or 1: reshape or slice one of the two.',
      })
    }
    out[rank - back] = left === 1 ? right : left
  }
  return out
}

/** `[2, 8]` as people write it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/**
 * Makes sure that a value from outside is a shape.
 * @throws ValueError when it is not an array, an axis is not an integer from 0 to 2^53 - 1, or the size exceeds that.
 */
export function assertShape(shape: unknown, where: string): asserts shape is Shape {
  if (!Array.isArray(shape)) throw shapeValueError('the shape is not an array', shape, where)
  for (let axis = 0; axis < shape.length; axis++) {
    if (!Number.isSafeInteger(shape[axis]) || shape[axis] < 0) {
      throw shapeValueError(`axis ${axis} of the shape is not a length`, shape, where)
    }
  }
  if (!Number.isSafeInteger(sizeOf(shape))) throw shapeValueError('the shape is too large', shape, where)
}

function shapeValueError(what: string, got: unknown, where: string): ValueError {
  return new ValueError({
    what, where, got, wanted: 'an array of non-negative integers',
    hint: 'Give one length per axis, such as [2, 8], or [] for a scalar.',
  })
}
