// Tables [tableRows, width] read and written by rows: sparse pairs (SPARSE_LINEAR, DENSIFY) and lookups (GATHER,
// SCATTER). Counts and indices are checked before anything is written.
import { add, all, allOf, mul, storeUpTo, sumLanes } from './lanes'
import { gathered } from './column'
import { at, checkIndices, checkPairs, indexOf, put, valuesOf } from './memory'
import { Fault } from './opcodes'

/**
 * y = b + v_0 w[i_0] + v_1 w[i_1] + ... in order, rows of w being `apart` elements from each other. For out = 1: a
 * partial sum for each lane, as many pairs as fill them; sumLanes; then the others in order; + b.
 */
export function sparseLinear<T>(
  pairs: usize, capacity: i32, w: usize, b: usize, y: usize, rows: i32, outputs: i32, apart: i32,
): bool {
  if (!checkPairs(pairs, capacity, rows)) return false
  const count = load<i32>(pairs)
  const values = valuesOf(pairs, capacity)
  const step = <isize>apart * sizeof<T>()
  if (outputs == 1) {
    const sum = sparseDot<T>(pairs, values, count, w, step)
    store<T>(y, b ? sum + load<T>(b) : sum)
    return true
  }
  const row = <isize>outputs * sizeof<T>()
  if (b) memory.copy(y, b, row)
  else memory.fill(y, 0, row)
  let k = 0
  if (sizeof<T>() == 4) {
    for (; k + 4 <= count; k += 4) {
      fourRows<T>(pairs + ((<usize>k) << 2), values + <usize>k * sizeof<T>(), w, y, row, step)
    }
  }
  for (; k < count; k++) {
    const v = allOf<T>(values + <usize>k * sizeof<T>())
    const p = w + <usize>indexOf(pairs, k) * step
    for (let j: isize = 0; j < row; j += 16) {
      storeUpTo<T>(y + j, add<T>(v128.load(y + j), mul<T>(v, v128.load(p + j))), row - j)
    }
  }
  return true
}

/** y = (((y + v_0 w_0) + v_1 w_1) + v_2 w_2) + v_3 w_3 for four entries of the pairs. */
function fourRows<T>(pairs: usize, values: usize, w: usize, y: usize, row: isize, step: isize): void {
  const v0 = allOf<T>(values)
  const v1 = allOf<T>(values + sizeof<T>())
  const v2 = allOf<T>(values + 2 * sizeof<T>())
  const v3 = allOf<T>(values + 3 * sizeof<T>())
  const w0 = w + <usize>indexOf(pairs, 0) * step
  const w1 = w + <usize>indexOf(pairs, 1) * step
  const w2 = w + <usize>indexOf(pairs, 2) * step
  const w3 = w + <usize>indexOf(pairs, 3) * step
  let j: isize = 0
  for (; j + 32 <= row; j += 32) {
    const yj = y + j
    const p0 = w0 + j
    const p1 = w1 + j
    const p2 = w2 + j
    const p3 = w3 + j
    let s = add<T>(v128.load(yj), mul<T>(v0, v128.load(p0)))
    let t = add<T>(v128.load(yj, 16), mul<T>(v0, v128.load(p0, 16)))
    s = add<T>(s, mul<T>(v1, v128.load(p1)))
    t = add<T>(t, mul<T>(v1, v128.load(p1, 16)))
    s = add<T>(s, mul<T>(v2, v128.load(p2)))
    t = add<T>(t, mul<T>(v2, v128.load(p2, 16)))
    v128.store(yj, add<T>(s, mul<T>(v3, v128.load(p3))))
    v128.store(yj, add<T>(t, mul<T>(v3, v128.load(p3, 16))), 16)
  }
  for (; j < row; j += 16) {
    let s = add<T>(v128.load(y + j), mul<T>(v0, v128.load(w0 + j)))
    s = add<T>(s, mul<T>(v1, v128.load(w1 + j)))
    s = add<T>(s, mul<T>(v2, v128.load(w2 + j)))
    storeUpTo<T>(y + j, add<T>(s, mul<T>(v3, v128.load(w3 + j))), row - j)
  }
}

function sparseDot<T>(pairs: usize, values: usize, count: i32, w: usize, step: isize): T {
  const lanes = 16 / <i32>sizeof<T>()
  let sums = all<T>(0)
  let k = 0
  for (; k + lanes <= count; k += lanes) {
    const a = <usize>indexOf(pairs, k) * step
    const b = <usize>indexOf(pairs, k + 1) * step
    const c = sizeof<T>() == 4 ? <usize>indexOf(pairs, k + 2) * step : 0
    const d = sizeof<T>() == 4 ? <usize>indexOf(pairs, k + 3) * step : 0
    sums = add<T>(sums, mul<T>(v128.load(values + <usize>k * sizeof<T>()), gathered<T>(w, a, b, c, d)))
  }
  let sum = sumLanes<T>(sums)
  for (; k < count; k++) sum += at<T>(values, k) * load<T>(w + <usize>indexOf(pairs, k) * step)
  return sum
}

export function sparseLinearDw<T>(pairs: usize, capacity: i32, dy: usize, dw: usize, rows: i32, outputs: i32): bool {
  if (!checkPairs(pairs, capacity, rows)) return false
  const count = load<i32>(pairs)
  const values = valuesOf(pairs, capacity)
  const row = <isize>outputs * sizeof<T>()
  memory.fill(dw, 0, <usize>rows * row)
  for (let k = 0; k < count; k++) {
    const target = dw + <usize>indexOf(pairs, k) * row
    const v = allOf<T>(values + <usize>k * sizeof<T>())
    for (let j: isize = 0; j < row; j += 16) {
      storeUpTo<T>(target + j, add<T>(v128.load(target + j), mul<T>(v, v128.load(dy + j))), row - j)
    }
  }
  return true
}

export function densify<T>(pairs: usize, capacity: i32, y: usize, rows: i32): bool {
  if (!checkPairs(pairs, capacity, rows)) return false
  const values = valuesOf(pairs, capacity)
  memory.fill(y, 0, <usize>rows * sizeof<T>())
  for (let k = 0, count = load<i32>(pairs); k < count; k++) {
    const index = indexOf(pairs, k)
    put<T>(y, index, at<T>(y, index) + at<T>(values, k))
  }
  return true
}

export function gatherRows<T>(table: usize, index: usize, y: usize, rows: i32, width: i32, count: i32): bool {
  if (!checkIndices<T>(index, count, rows, Fault.index)) return false
  const row = <usize>width * sizeof<T>()
  for (let i = 0; i < count; i++) memory.copy(y + i * row, table + <usize>(<i32>at<T>(index, i)) * row, row)
  return true
}

export function scatterRows<T>(index: usize, dy: usize, table: usize, rows: i32, width: i32, count: i32): bool {
  if (!checkIndices<T>(index, count, rows, Fault.index)) return false
  const row = <isize>width * sizeof<T>()
  memory.fill(table, 0, <usize>rows * row)
  for (let i = 0; i < count; i++) {
    const target = table + <usize>(<i32>at<T>(index, i)) * row
    const source = dy + <usize>i * row
    for (let j: isize = 0; j < row; j += 16) {
      storeUpTo<T>(target + j, add<T>(v128.load(target + j), v128.load(source + j)), row - j)
    }
  }
  return true
}
