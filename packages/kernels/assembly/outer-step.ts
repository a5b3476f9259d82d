// Gradient descent by an outer product: w -= rate * (a_i b), row i of w at a time.
import { allOf, mul, storeUpTo, sub } from './lanes'

/** w - lr * u. */
@inline export function applied<T>(w: v128, u: v128, rate: v128): v128 { return sub<T>(w, mul<T>(rate, u)) }

/** n rows, two at a time, so that b is loaded once for both. */
export function outerStep<T>(w: usize, a: usize, b: usize, n: i32, row: isize, rate: v128): void {
  for (; n >= 2; n -= 2) {
    twoRows<T>(w, w + row, b, allOf<T>(a), allOf<T>(a + sizeof<T>()), row, rate)
    w += 2 * row
    a += 2 * sizeof<T>()
  }
  if (n) {
    const f = allOf<T>(a)
    for (let i: isize = 0; i < row; i += 16) {
      storeUpTo<T>(w + i, applied<T>(v128.load(w + i), mul<T>(f, v128.load(b + i)), rate), row - i)
    }
  }
}

/** w -= rate * (f b) and u -= rate * (g b). */
@inline export function twoRows<T>(w: usize, u: usize, b: usize, f: v128, g: v128, row: isize, rate: v128): void {
  let i: isize = 0
  for (; i + 64 <= row; i += 64) fourOfTwo<T>(w + i, u + i, b + i, f, g, rate)
  for (; i < row; i += 16) {
    const v = v128.load(b + i)
    storeUpTo<T>(w + i, applied<T>(v128.load(w + i), mul<T>(f, v), rate), row - i)
    storeUpTo<T>(u + i, applied<T>(v128.load(u + i), mul<T>(g, v), rate), row - i)
  }
}

/** Four vectors of w -= rate * (f * v) and of u -= rate * (g * v). */
@inline function fourOfTwo<T>(w: usize, u: usize, v: usize, f: v128, g: v128, rate: v128): void {
  const v0 = v128.load(v)
  v128.store(w, applied<T>(v128.load(w), mul<T>(f, v0), rate))
  v128.store(u, applied<T>(v128.load(u), mul<T>(g, v0), rate))
  const v1 = v128.load(v, 16)
  v128.store(w, applied<T>(v128.load(w, 16), mul<T>(f, v1), rate), 16)
  v128.store(u, applied<T>(v128.load(u, 16), mul<T>(g, v1), rate), 16)
  const v2 = v128.load(v, 32)
  v128.store(w, applied<T>(v128.load(w, 32), mul<T>(f, v2), rate), 32)
  v128.store(u, applied<T>(v128.load(u, 32), mul<T>(g, v2), rate), 32)
  const v3 = v128.load(v, 48)
  v128.store(w, applied<T>(v128.load(w, 48), mul<T>(f, v3), rate), 48)
  v128.store(u, applied<T>(v128.load(u, 48), mul<T>(g, v3), rate), 48)
}
