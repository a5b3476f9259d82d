// Tables [tableRows, width] read and written by rows: sparse pairs (SPARSE_LINEAR, DENSIFY) and lookups (GATHER,
// SCATTER).
// Counts and indices are checked before anything is written.
import { add, all, allOf, mul, storeUpTo } from './lanes'
import { at, checkIndices, checkPairs, indexOf, put, valuesOf } from './memory'
import { Fault } from './opcodes'

/**
 * y = b + v_0 w[i_0] + v_1 w[i_1] + ... in order. For out = 1: four partial sums (k mod 4), (s0 + s1) + (s2 + s3), + b.
 */
export function sparseLinear<T>(
  pairs: usize, capacity: i32, w: usize, b: usize, y: usize, rows: i32, outputs: i32,
): bool {
  if (!checkPairs(pairs, capacity, rows)) return false
  const count = load<i32>(pairs)
  const values = valuesOf(pairs, capacity)
  if (outputs == 1) {
    const sum = sparseDot<T>(pairs, values, count, w)
    store<T>(y, b ? sum + load<T>(b) : sum)
    return true
  }
  const row = <isize>outputs * sizeof<T>()
  let j: isize = 0
  for (; j + 64 <= row; j += 64) fourColumns<T>(pairs, values, count, w + j, b ? b + j : 0, y + j, row)
  for (; j < row; j += 16) {
    let sum = b ? v128.load(b + j) : all<T>(0)
    for (let k = 0; k < count; k++) {
      sum = add<T>(
        sum, mul<T>(allOf<T>(values + <usize>k * sizeof<T>()), v128.load(w + <usize>indexOf(pairs, k) * row + j)),
      )
    }
    storeUpTo<T>(y + j, sum, row - j)
  }
  return true
}

/** Four vectors of y at a time: a cache line of each row. */
function fourColumns<T>(pairs: usize, values: usize, count: i32, w: usize, b: usize, y: usize, row: isize): void {
  let s0 = b ? v128.load(b) : all<T>(0)
  let s1 = b ? v128.load(b, 16) : all<T>(0)
  let s2 = b ? v128.load(b, 32) : all<T>(0)
  let s3 = b ? v128.load(b, 48) : all<T>(0)
  for (let k = 0; k < count; k++) {
    const v = allOf<T>(values + <usize>k * sizeof<T>())
    const p = w + <usize>indexOf(pairs, k) * row
    s0 = add<T>(s0, mul<T>(v, v128.load(p)))
    s1 = add<T>(s1, mul<T>(v, v128.load(p, 16)))
    s2 = add<T>(s2, mul<T>(v, v128.load(p, 32)))
    s3 = add<T>(s3, mul<T>(v, v128.load(p, 48)))
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
  v128.store(y, s2, 32)
  v128.store(y, s3, 48)
}

function sparseDot<T>(pairs: usize, values: usize, count: i32, w: usize): T {
  let s0 = <T>0
  let s1 = <T>0
  let s2 = <T>0
  let s3 = <T>0
  let k = 0
  for (; k + 4 <= count; k += 4) {
    s0 += at<T>(values, k) * at<T>(w, indexOf(pairs, k))
    s1 += at<T>(values, k + 1) * at<T>(w, indexOf(pairs, k + 1))
    s2 += at<T>(values, k + 2) * at<T>(w, indexOf(pairs, k + 2))
    s3 += at<T>(values, k + 3) * at<T>(w, indexOf(pairs, k + 3))
  }
  if (k < count) s0 += at<T>(values, k) * at<T>(w, indexOf(pairs, k))
  if (k + 1 < count) s1 += at<T>(values, k + 1) * at<T>(w, indexOf(pairs, k + 1))
  if (k + 2 < count) s2 += at<T>(values, k + 2) * at<T>(w, indexOf(pairs, k + 2))
  return (s0 + s1) + (s2 + s3)
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
