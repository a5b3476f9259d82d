// Slots, the control block and scratch memory.
import { Fault } from './opcodes'

/** step f64, seed 2 x u32, training, error, errorAt, errorInfo, careful (i32); see src/control.ts. */
export const control: usize = memory.data(48, 16)

/** Elements of a block of an optimizer update or a norm, computed in `scratch`. */
export const blockSize: i32 = 256

/** Room for one block of f64. */
export const scratch: usize = memory.data(2048, 16)

/** `bytes` zeroed bytes, 16-byte aligned, rounded up to 16 and followed by 16 that kernels may read. */
export function alloc(bytes: usize): usize {
  const size = ((bytes + 15) & ~15) + 16
  const at = heap.alloc(size)
  memory.fill(at, 0, size)
  return at
}

/** Sees to it that so many bytes can be allocated before memory grows again. They are not touched. */
export function room(bytes: usize): void { heap.free(heap.alloc(bytes)) }

export function free(at: usize): void { heap.free(at) }

@inline export function step(): f64 { return load<f64>(control) }
@inline export function training(): bool { return load<i32>(control, 16) != 0 }

/** Records why the machine stops; always false. */
export function fail(fault: Fault, info: i32): bool {
  store<i32>(control, fault, 20)
  store<i32>(control, info, 28)
  return false
}

/** The i32 index k of sparse pairs. */
@inline export function indexOf(pairs: usize, k: i32): i32 { return load<i32>(pairs + 16 + ((<usize>k) << 2)) }
/** The address of the values of sparse pairs. */
@inline export function valuesOf(pairs: usize, capacity: i32): usize {
  return pairs + 16 + ((((<usize>capacity) << 2) + 15) & ~15)
}

/** Checks a count and its indices before anything is written. */
export function checkPairs(pairs: usize, capacity: i32, rows: i32): bool {
  const count = load<i32>(pairs)
  if (<u32>count > <u32>capacity) return fail(Fault.count, count)
  let top = i32x4.splat(0)
  let k = 0
  for (; k + 4 <= count; k += 4) top = i32x4.max_u(top, v128.load(pairs + 16 + ((<usize>k) << 2)))
  const limit = i32x4.splat(rows)
  if (!i32x4.all_true(i32x4.lt_u(top, limit)) && count >= 4) k = 0
  for (; k < count; k++) {
    const index = indexOf(pairs, k)
    if (<u32>index >= <u32>rows) return fail(Fault.index, index)
  }
  return true
}

/** Element i of an array of T. */
@inline export function at<T>(array: usize, i: i32): T { return load<T>(array + <usize>i * sizeof<T>()) }
@inline export function put<T>(array: usize, i: i32, x: T): void { store<T>(array + <usize>i * sizeof<T>(), x) }

/** Checks that the T values are integers in [0, limit). */
export function checkIndices<T>(indices: usize, count: i32, limit: i32, fault: Fault): bool {
  for (let i = 0; i < count; i++) {
    const value = <f64>at<T>(indices, i)
    if (!(value >= 0 && value < <f64>limit && value == trunc<f64>(value))) return fail(fault, i)
  }
  return true
}
