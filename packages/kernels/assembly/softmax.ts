// SOFTMAX over the middle axis of [outer, n, inner], plain or logarithmic, and its gradient. Shifted by the maximum.
// The sum of the exponentials: for inner = 1 lane j adds the elements j, j + lanes, ... and then sumLanes; else they
// are added in order.
import { add, all, div, first, keep, maskUpTo, maxLanes, select, storeUpTo, sub, sumLanes } from './lanes'
import { exp } from './exp'
import { log } from './log'

export function softmax<T>(logged: bool, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const column = <isize>inner * sizeof<T>()
  for (let o = 0; o < outer; o++) {
    if (inner == 1) softmaxRow<T>(logged, x, y, n)
    else for (let i: isize = 0; i < column; i += sizeof<T>()) softmaxColumn<T>(logged, x + i, y + i, n, column)
    x += n * column
    y += n * column
  }
}

/** The greatest of n adjacent elements; NaN when one is NaN. */
export function rowMax<T>(x: usize, n: i32): T {
  const bytes = <isize>n * sizeof<T>()
  let top = all<T>(-Infinity)
  for (let i: isize = 0; i < bytes; i += 16) {
    top = v128.max<T>(top, select(maskUpTo<T>(bytes - i), v128.load(x + i), all<T>(-Infinity)))
  }
  return maxLanes<T>(top)
}

/** y = exp(x - top) of n adjacent elements; returns the sum. */
export function exponentials<T>(x: usize, y: usize, n: i32, top: T): T {
  const bytes = <isize>n * sizeof<T>()
  const shift = v128.splat<T>(top)
  let sum = all<T>(0)
  for (let i: isize = 0; i < bytes; i += 16) {
    const e = exp<T>(sub<T>(v128.load(x + i), shift))
    storeUpTo<T>(y + i, e, bytes - i)
    sum = add<T>(sum, keep(maskUpTo<T>(bytes - i), e))
  }
  return sumLanes<T>(sum)
}

/** y = y / divisor of n adjacent elements. */
export function divide<T>(y: usize, n: i32, divisor: T): void {
  const bytes = <isize>n * sizeof<T>()
  const d = v128.splat<T>(divisor)
  for (let i: isize = 0; i < bytes; i += 16) storeUpTo<T>(y + i, div<T>(v128.load(y + i), d), bytes - i)
}

function softmaxRow<T>(logged: bool, x: usize, y: usize, n: i32): void {
  const top = rowMax<T>(x, n)
  const sum = exponentials<T>(x, y, n, top)
  if (!logged) return divide<T>(y, n, sum)
  const bytes = <isize>n * sizeof<T>()
  const shift = v128.splat<T>(top)
  const rest = log<T>(v128.splat<T>(sum))
  for (let i: isize = 0; i < bytes; i += 16) {
    storeUpTo<T>(y + i, sub<T>(sub<T>(v128.load(x + i), shift), rest), bytes - i)
  }
}

function softmaxColumn<T>(logged: bool, x: usize, y: usize, n: i32, stride: isize): void {
  let top = -<T>Infinity
  for (let k = 0; k < n; k++) top = max<T>(top, load<T>(x + k * stride))
  let sum = <T>0
  for (let k = 0; k < n; k++) {
    const shifted = load<T>(x + k * stride) - top
    const e = first<T>(exp<T>(v128.splat<T>(shifted)))
    store<T>(y + k * stride, logged ? shifted : e)
    sum += e
  }
  if (logged) {
    const rest = first<T>(log<T>(v128.splat<T>(sum)))
    for (let k = 0; k < n; k++) store<T>(y + k * stride, load<T>(y + k * stride) - rest)
  } else {
    for (let k = 0; k < n; k++) store<T>(y + k * stride, load<T>(y + k * stride) / sum)
  }
}

/** dx = y (dy - sum(y dy)); logarithmic: dx = dy - exp(y) sum(dy). */
export function softmaxBackward<T>(logged: bool, y: usize, dy: usize, dx: usize, outer: i32, n: i32, inner: i32): void {
  const column = <isize>inner * sizeof<T>()
  for (let o = 0; o < outer; o++) {
    for (let i: isize = 0; i < column; i += sizeof<T>()) {
      let sum = <T>0
      for (let k = 0; k < n; k++) {
        const g = load<T>(dy + k * column + i)
        sum += logged ? g : g * load<T>(y + k * column + i)
      }
      for (let k = 0; k < n; k++) {
        const value = load<T>(y + k * column + i)
        const g = load<T>(dy + k * column + i)
        store<T>(dx + k * column + i, logged ? g - first<T>(exp<T>(v128.splat<T>(value))) * sum : value * (g - sum))
      }
    }
    y += n * column
    dy += n * column
    dx += n * column
  }
}
