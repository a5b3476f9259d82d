import { type Arena, bytesOf, type Dtype } from './arena.ts'

/**
 * A sparse vector in an arena: capacity C, count <= C. `distinct` 1 promises that no index appears twice, which saves
 * an update the search for repeats.
 *
 *     at          at + 4         at + 16                 at + 16 + pad16(4 C)
 *     count i32 | distinct i32 | indices i32 x C ..... | values T x C .....
 */
export const pairs = {
  /** Bytes to allocate. */
  bytes: (dtype: Dtype, capacity: number): number => 16 + pad16(4 * capacity) + pad16(bytesOf[dtype] * capacity),
  /** Address of the indices. */
  indices: (at: number): number => at + 16,
  /** Address of the values. */
  values: (at: number, capacity: number): number => at + 16 + pad16(4 * capacity),
  /** Fills in the count, the indices and the values. @throws RangeError when there are more than `capacity`. */
  write(
    arena: Arena,
    dtype: Dtype,
    at: number,
    capacity: number,
    indices: ArrayLike<number>,
    values: ArrayLike<number>,
    distinct = false,
  ): void {
    if (indices.length !== values.length || indices.length > capacity) {
      throw new RangeError(`pairs.write: ${indices.length} indices and ${values.length} values, capacity ${capacity}`)
    }
    arena.i32[at >>> 2] = indices.length
    arena.i32[(at >>> 2) + 1] = distinct ? 1 : 0
    arena.i32.set(indices, pairs.indices(at) >>> 2)
    arena.write(dtype, pairs.values(at, capacity), values)
  },
}

function pad16(bytes: number): number {
  return (bytes + 15) & ~15
}
