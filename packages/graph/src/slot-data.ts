import type { Arena } from '@eddy/kernels'
import { type Shape, sizeOf, type TensorData } from '@eddy/tensor'
import type { Slot } from './slot.ts'
import { transposed } from './transpose.ts'

/** A row-major copy of what a slot holds, whatever its layout; `shape`: of as many of its rows. */
export function readSlot(arena: Arena, slot: Slot, shape: Shape = slot.shape): TensorData {
  const { dtype, at, apart, byColumn = false } = slot
  const data = arena.read(dtype, at, sizeOf(shape))
  if (apart !== undefined) {
    const width = widthOf(slot)
    copyRows(data, width, live(arena, slot), apart, width)
  }
  return byColumn ? transposed(data, shape[1]!, shape[0]!) : data
}

/** Writes row-major data into a slot, whatever its layout. */
export function writeSlot(arena: Arena, slot: Slot, data: TensorData): void {
  const { dtype, at, shape, apart, byColumn = false } = slot
  if (apart !== undefined) {
    const width = widthOf(slot)
    return copyRows(live(arena, slot), apart, data, width, width)
  }
  arena.write(dtype, at, byColumn ? transposed(data, shape[0]!, shape[1]!) : data)
}

/** Elements of a row. */
export function widthOf({ shape }: Slot): number {
  return sizeOf(shape.slice(1))
}

/** From the first element of a slot to its last one. */
function live(arena: Arena, slot: Slot): TensorData {
  const { dtype, at, shape, apart } = slot
  return arena.array(dtype, at, (shape[0]! - 1) * apart! + widthOf(slot))
}

/** Copies rows of `width` elements, which are so many elements apart there and here. */
function copyRows(to: TensorData, toApart: number, from: TensorData, fromApart: number, width: number): void {
  for (let t = 0, f = 0; t < to.length; t += toApart, f += fromApart) {
    for (let c = 0; c < width; c++) to[t + c] = from[f + c]!
  }
}
