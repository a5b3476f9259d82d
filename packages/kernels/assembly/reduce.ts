// REDUCE and REDUCE_BACKWARD: x [outer, n, inner] -> y [outer, inner].
//
// Order of sums. inner = 1: lane j adds the elements j, j + lanes, ... in order, then sumLanes. Else: in order.
import { add, all, first, loadUpTo, storeUpTo, sumLanes } from './lanes'
import { Reduction } from './opcodes'
import { exp } from './exp'
import { log } from './log'

export function reduce<T>(kind: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const summing = kind <= Reduction.mean
  const column = <isize>inner * sizeof<T>()
  const divisor = kind == Reduction.mean ? <T>n : <T>1
  for (let o = 0; o < outer; o++) {
    if (summing && inner == 1) store<T>(y, rowSum<T>(x, n) / divisor)
    else if (summing) {
      for (let i: isize = 0; i < column; i += 16) {
        let sum = all<T>(0)
        for (let k = 0; k < n; k++) sum = add<T>(sum, v128.load(x + k * column + i))
        storeUpTo<T>(y + i, v128.div<T>(sum, v128.splat<T>(divisor)), column - i)
      }
    } else {
      for (let i: isize = 0; i < column; i += sizeof<T>()) store<T>(y + i, reduceOne<T>(kind, x + i, n, column))
    }
    x += n * column
    y += column
  }
}

/** The sum of n adjacent elements. */
export function rowSum<T>(x: usize, n: i32): T {
  const bytes = <isize>n * sizeof<T>()
  let sum = all<T>(0)
  for (let i: isize = 0; i < bytes; i += 16) sum = add<T>(sum, loadUpTo<T>(x + i, bytes - i))
  return sumLanes<T>(sum)
}

/** max, min, prod or logSumExp of n elements `stride` bytes apart, in order. */
function reduceOne<T>(kind: i32, x: usize, n: i32, stride: isize): T {
  if (kind == Reduction.prod) {
    let product = <T>1
    for (let k = 0; k < n; k++) product *= load<T>(x + k * stride)
    return product
  }
  if (kind == Reduction.max || kind == Reduction.logSumExp) {
    let top = -<T>Infinity
    for (let k = 0; k < n; k++) top = max<T>(top, load<T>(x + k * stride))
    if (kind == Reduction.max || !(abs<T>(top) < <T>Infinity)) return top
    let sum = <T>0
    for (let k = 0; k < n; k++) sum += first<T>(exp<T>(v128.splat<T>(load<T>(x + k * stride) - top)))
    return top + first<T>(log<T>(v128.splat<T>(sum)))
  }
  let bottom = <T>Infinity
  for (let k = 0; k < n; k++) bottom = min<T>(bottom, load<T>(x + k * stride))
  return bottom
}

export function reduceBackward<T>(
  kind: i32, x: usize, y: usize, dy: usize, dx: usize, outer: i32, n: i32, inner: i32,
): void {
  const column = <isize>inner * sizeof<T>()
  for (let o = 0; o < outer; o++) {
    for (let i: isize = 0; i < column; i += sizeof<T>()) {
      gradient<T>(kind, x + i, load<T>(y + i), load<T>(dy + i), dx + i, n, column)
    }
    x += n * column
    dx += n * column
    y += column
    dy += column
  }
}

/** max and min give to the first extreme only; prod multiplies the others, so that zeros are no problem. */
function gradient<T>(kind: i32, x: usize, y: T, dy: T, dx: usize, n: i32, stride: isize): void {
  if (kind == Reduction.sum || kind == Reduction.mean) {
    const g = kind == Reduction.mean ? dy / <T>n : dy
    for (let k = 0; k < n; k++) store<T>(dx + k * stride, g)
  } else if (kind == Reduction.logSumExp) {
    for (let k = 0; k < n; k++) {
      store<T>(dx + k * stride, dy * first<T>(exp<T>(v128.splat<T>(load<T>(x + k * stride) - y))))
    }
  } else if (kind == Reduction.prod) {
    let before = <T>1
    for (let k = 0; k < n; k++) {
      store<T>(dx + k * stride, before)
      before *= load<T>(x + k * stride)
    }
    let behind = dy
    for (let k = n - 1; k >= 0; k--) {
      store<T>(dx + k * stride, load<T>(dx + k * stride) * behind)
      behind *= load<T>(x + k * stride)
    }
  } else {
    let given = false
    for (let k = 0; k < n; k++) {
      const here = !given && load<T>(x + k * stride) == y
      store<T>(dx + k * stride, here ? dy : <T>0)
      given = given || here
    }
  }
}
