import { formatShape, type Shape, ShapeError, sizeOf } from '@eddy/tensor'

/** A shape seen from one axis: [outer, n, inner], row-major. */
export interface AxisView {
  readonly outer: number
  readonly n: number
  readonly inner: number
}

/**
 * An axis counted from the front; a negative one counts from the end.
 * @throws ShapeError when the shape has no such axis.
 */
export function axisOf(shape: Shape, axis: number, where: string): number {
  const rank = shape.length
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis
  throw new ShapeError({
    what: `there is no axis ${axis}`, where, got: shape, wanted: `a shape with an axis ${axis}`,
    hint: rank === 0 ? 'A scalar has no axes.' : `Axes of ${formatShape(shape)} are ${-rank} to ${rank - 1}.`,
  })
}

/** The axes [first, last] seen as one. */
export function viewAxes(shape: Shape, first: number, last = first): AxisView {
  return {
    outer: sizeOf(shape.slice(0, first)),
    n: sizeOf(shape.slice(first, last + 1)),
    inner: sizeOf(shape.slice(last + 1)),
  }
}
