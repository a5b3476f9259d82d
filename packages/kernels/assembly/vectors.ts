// FILL, COPY, ADD, SUM_OF, SCALE: whole vectors. And STRIDED: any rectangular view.
import { add, all, mul, storeUpTo } from './lanes'

export function fill<T>(dst: usize, n: i32, value: f64): void {
  const v = all<T>(value)
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) storeUpTo<T>(dst + i, v, bytes - i)
}

export function copy<T>(dst: usize, src: usize, n: i32): void { memory.copy(dst, src, <usize>n * sizeof<T>()) }

export function addTo<T>(dst: usize, src: usize, n: i32): void {
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) {
    storeUpTo<T>(dst + i, add<T>(v128.load(dst + i), v128.load(src + i)), bytes - i)
  }
}

/** dst = ((s0 + s1) + s2) + ...; `sources` is the address of k i32 addresses. */
export function sumOf<T>(dst: usize, n: i32, k: i32, sources: usize): void {
  if (k == 0) return fill<T>(dst, n, 0)
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) {
    let sum = v128.load(<usize>load<u32>(sources) + i)
    for (let j = 1; j < k; j++) sum = add<T>(sum, v128.load(<usize>load<u32>(sources + ((<usize>j) << 2)) + i))
    storeUpTo<T>(dst + i, sum, bytes - i)
  }
}

export function scale<T>(dst: usize, src: usize, n: i32, factor: f64): void {
  const f = all<T>(factor)
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) storeUpTo<T>(dst + i, mul<T>(v128.load(src + i), f), bytes - i)
}

/** Copies or adds along `rank` axes, row-major; `axes` holds [size, dstStride, srcStride] of each, outermost first. */
export function strided<T>(adding: bool, rank: i32, dst: usize, src: usize, axes: usize): void {
  if (rank == 0) {
    store<T>(dst, adding ? load<T>(dst) + load<T>(src) : load<T>(src))
    return
  }
  const size = load<i32>(axes)
  const dstStep = <isize>load<i32>(axes, 4) * sizeof<T>()
  const srcStep = <isize>load<i32>(axes, 8) * sizeof<T>()
  if (rank > 1) {
    for (let i = 0; i < size; i++) strided<T>(adding, rank - 1, dst + i * dstStep, src + i * srcStep, axes + 12)
    return
  }
  if (adding) {
    for (let i = 0; i < size; i++, dst += dstStep, src += srcStep) store<T>(dst, load<T>(dst) + load<T>(src))
  } else if (dstStep == sizeof<T>() && srcStep == sizeof<T>()) {
    memory.copy(dst, src, <usize>size * sizeof<T>())
  } else {
    for (let i = 0; i < size; i++, dst += dstStep, src += srcStep) store<T>(dst, load<T>(src))
  }
}
