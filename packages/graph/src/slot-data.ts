import type { Arena } from '@eddy/kernels'
import { allocate, type Shape, sizeOf, type TensorData } from '@eddy/tensor'
import type { Slot } from './slot.ts'
import { transposed } from './transpose.ts'

/** A row-major copy of what a slot holds, whatever its layout; `shape`: of as many of its rows. */
export function readSlot(arena: Arena, slot: Slot, shape: Shape = slot.shape): TensorData {
  const { dtype, at, apart, pairs, byColumn = false } = slot
  if (pairs > 0) return spread(arena, slot, sizeOf(shape))
  if (apart !== undefined) {
    const data = allocate(dtype, sizeOf(shape))
    copyRows(data, widthOf(slot), live(arena, slot), apart, widthOf(slot))
    return data
  }
  const data = arena.read(dtype, at, sizeOf(shape))
  return byColumn ? transposed(data, shape[1]!, shape[0]!) : data
}

/** Pairs as the vector that they stand for; those of one index add up. */
function spread(arena: Arena, { dtype, at, pairs }: Slot, length: number): TensorData {
  const from = at / 4
  const count = arena.i32[from]!
  const indices = arena.i32.subarray(from + 4, from + 4 + count)
  const values = arena.array(dtype, at + 16 + 16 * Math.ceil(pairs / 4), count)
  const data = allocate(dtype, length)
  indices.forEach((index, k) => (data[index] += values[k]!))
  return data
}

/** Writes row-major data into a slot, whatever its layout. */
export function writeSlot(arena: Arena, slot: Slot, data: TensorData): void {
  const { dtype, at, shape, apart, byColumn = false } = slot
  if (apart !== undefined) return copyRows(live(arena, slot), apart, data, widthOf(slot), widthOf(slot))
  arena.write(dtype, at, byColumn ? transposed(data, shape[0]!, shape[1]!) : data)
}

/** Copies the rows of a table to a slot that holds its rows otherwise. */
export function copySlot(arena: Arena, to: Slot, from: Slot): void {
  const width = widthOf(to)
  copyRows(live(arena, to), to.apart ?? width, live(arena, from), from.apart ?? width, width)
}

/** Elements of a row. */
export function widthOf({ shape }: Slot): number {
  return sizeOf(shape.slice(1))
}

/** From the first element of a table to its last one. */
function live(arena: Arena, slot: Slot): TensorData {
  const { dtype, at, shape, apart } = slot
  const width = widthOf(slot)
  return arena.array(dtype, at, (shape[0]! - 1) * (apart ?? width) + width)
}

/** Copies rows of `width` elements, which are so many elements apart there and here. */
function copyRows(to: TensorData, toApart: number, from: TensorData, fromApart: number, width: number): void {
  for (let c = 0; c < width; c++) {
    for (let t = c, f = c; t < to.length; t += toApart, f += fromApart) to[t] = from[f]!
  }
}
