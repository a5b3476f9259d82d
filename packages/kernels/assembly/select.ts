// Elements chosen by number: GATHER, SCATTER, TOP, ONE_HOT. Numbers are T values and are checked before anything is
// written.
import { at, checkIndices, fail, put } from './memory'
import { Fault } from './opcodes'

/**
 * Walks the places of `index` row-major, at each one `moved` element of y, which lies there without gaps.
 * `axes` holds [size, xStride, indexStride] of each axis, outermost first; the element of x lies `step` elements times
 * the index further. Returns the address behind the elements of y.
 */
function walk<T>(adding: bool, x: usize, index: usize, y: usize, step: isize, rank: i32, axes: usize): usize {
  if (rank == 0) {
    const place = x + <isize>load<T>(index) * step
    if (adding) store<T>(place, load<T>(place) + load<T>(y))
    else store<T>(y, load<T>(place))
    return y + sizeof<T>()
  }
  const size = load<i32>(axes)
  const xStep = <isize>load<i32>(axes, 4) * sizeof<T>()
  const indexStep = <isize>load<i32>(axes, 8) * sizeof<T>()
  for (let i = 0; i < size; i++) {
    y = walk<T>(adding, x + i * xStep, index + i * indexStep, y, step, rank - 1, axes + 12)
  }
  return y
}

export function gather<T>(
  adding: bool, x: usize, index: usize, y: usize, count: i32, length: i32, step: i32, rank: i32, axes: usize,
): bool {
  if (!checkIndices<T>(index, count, length, Fault.index)) return false
  walk<T>(adding, x, index, y, <isize>step * sizeof<T>(), rank, axes)
  return true
}

/** Of x [outer, n, inner] the places of the k largest (or smallest) along the middle axis, best first, ties in order */
export function top<T>(largest: bool, x: usize, index: usize, outer: i32, n: i32, inner: i32, k: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let last = -1
      for (let j = 0; j < k; j++) {
        last = next<T>(largest, x + <usize>((o * n) * inner + i) * sizeof<T>(), n, inner, last)
        put<T>(index, (o * k + j) * inner + i, <T>last)
      }
    }
  }
}

/** The best element that comes after place `last` in the order of `top`; -1 starts. */
function next<T>(largest: bool, x: usize, n: i32, inner: i32, last: i32): i32 {
  let best = -1
  for (let c = 0; c < n; c++) {
    const value = at<T>(x, c * inner)
    if (last >= 0) {
      const limit = at<T>(x, last * inner)
      if (value == limit ? c <= last : value > limit == largest) continue
    }
    if (best < 0 || (value != at<T>(x, best * inner) && value > at<T>(x, best * inner) == largest)) best = c
  }
  return max<i32>(best, 0)
}

/** y [rows, classes] = 1 at the label of each row, else 0; a row labelled `ignored` is 0 throughout. */
export function oneHot<T>(label: usize, y: usize, rows: i32, classes: i32, ignored: f64): bool {
  for (let r = 0; r < rows; r++) {
    const value = <f64>at<T>(label, r)
    if (value != ignored && !(value >= 0 && value < <f64>classes && value == trunc<f64>(value))) {
      return fail(Fault.label, r)
    }
  }
  memory.fill(y, 0, <usize>(rows * classes) * sizeof<T>())
  for (let r = 0; r < rows; r++) {
    const value = <f64>at<T>(label, r)
    if (value != ignored) put<T>(y, r * classes + <i32>value, 1)
  }
  return true
}
