import * as op from '@eddy/kernels/op'
import type { Scope, Slot } from '@eddy/graph'
import { type Shape, stridesOf } from '@eddy/tensor'

/** Strides of a value of shape `from` walked as if it had shape `to`: 0 along every axis that it is stretched over. */
export function stretchedStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from)
  const missing = to.length - from.length
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : own[axis - missing]!))
}

/** Writes a strided copy (or addition): `dst[i . dstStrides] = src[i . srcStrides]` for every index i of `shape`. */
export function emitStrided(
  scope: Scope, mode: 'set' | 'add', shape: Shape,
  dst: Slot, dstStrides: readonly number[], src: Slot, srcStrides: readonly number[],
): void {
  const axes = shape.flatMap((size, axis) => [size, dstStrides[axis]!, srcStrides[axis]!])
  scope.emit(op.STRIDED, mode === 'set' ? 0 : 1, shape.length, dst, src, ...axes)
}

/** The slot, moved on by `elements`. */
export function slotAt(slot: Slot, elements: number): Slot {
  return { ...slot, at: slot.at + elements * (slot.dtype === 'f32' ? 4 : 8) }
}

/** `src` repeated to the shape of `dst`. */
export function emitExpand(scope: Scope, dst: Slot, src: Slot, shape: Shape): void {
  emitStrided(scope, 'set', shape, dst, stridesOf(shape), src, stretchedStrides(src.shape, shape))
}

/** The transpose of `emitExpand`: sums `src`, of the given shape, into `dst`, row-major. */
export function emitCollapse(scope: Scope, dst: Slot, src: Slot, shape: Shape): void {
  scope.emit(op.FILL, dst, dst.size, { f64: 0 })
  emitStrided(scope, 'add', shape, dst, stretchedStrides(dst.shape, shape), src, stridesOf(shape))
}
