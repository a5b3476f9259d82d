import { bytesOf, pairs as layout } from '@eddy/kernels'
import type { DType, Shape } from '@eddy/tensor'

/**
 * A place in the arena: `size` elements of `dtype` starting at byte address `at`, row-major, 16-byte aligned and
 * padded with zeros to a multiple of 16 bytes.
 *
 * `pairs > 0` marks a sparse value: up to `pairs` (index, value) pairs of a vector of `shape[0]` elements, laid out as
 * `[count: i32, 12 bytes of padding] [indices: i32 x pairs, padded to 16 bytes] [values: dtype x pairs]`.
 *
 * `byColumn` marks a matrix of shape [out, in] whose elements stand column by column, as [in, out].
 *
 * `apart` marks a table whose rows are so many elements from one to the next, because other things stand between them.
 */
export interface Slot {
  readonly at: number
  readonly size: number
  readonly shape: Shape
  readonly dtype: DType
  readonly pairs: number
  readonly byColumn?: boolean
  readonly apart?: number
}

/** Bytes from a slot to the next one behind it. */
export function bytesFor({ dtype, pairs, size }: Slot): number {
  return ((pairs > 0 ? layout.bytes(dtype, pairs) : size * bytesOf[dtype]) + 15) & ~15
}
