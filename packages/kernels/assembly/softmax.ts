// SOFTMAX over the middle axis of [outer, n, inner], plain or logarithmic, and its gradient.
// Shifted by the maximum. The sum of the exponentials is taken in order (element by element).
import { first } from './lanes'
import { exp } from './exp'
import { log } from './log'

export function softmax<T>(logged: bool, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const column = <isize>inner * sizeof<T>()
  for (let o = 0; o < outer; o++) {
    for (let i: isize = 0; i < column; i += sizeof<T>()) softmaxOne<T>(logged, x + i, y + i, n, column)
    x += n * column
    y += n * column
  }
}

export function softmaxOne<T>(logged: bool, x: usize, y: usize, n: i32, stride: isize): void {
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
