// The optimizer transforms, one vector at a time: each takes u (at first the gradient), may read and write its slots, and
// returns the next u. Coefficients are f64 cells that the host writes before a step; they are converted to T here.
// A transform that keeps a decaying state can flush it (see SWEEP): sparse rows do so at every touch.
import { abs, add, all, atLeast, atMost, div, lt, mul, neg, sqrt, storeUpTo, sub } from './lanes'

/** Coefficient k, in all lanes. */
@inline export function cell<T>(cells: usize, k: usize): v128 { return v128.splat<T>(<T>load<f64>(cells + (k << 3))) }

/** 0 for magnitudes below 1e-30 (f32) or 1e-290 (f64): they would turn into denormals, which are slow. */
@inline export function flushed<T>(x: v128): v128 {
  return v128.andnot(x, lt<T>(abs<T>(x), all<T>(sizeof<T>() == 4 ? 1e-30 : 1e-290)))
}

/** a * x + b * y: how every moving average moves. */
@inline function blend<T>(a: v128, x: v128, b: v128, y: v128): v128 { return add<T>(mul<T>(a, x), mul<T>(b, y)) }

@inline export function clipValue<T>(u: v128, limit: v128): v128 { return atMost<T>(atLeast<T>(u, neg<T>(limit)), limit) }

@inline export function decay<T>(u: v128, w: v128, rate: v128): v128 { return add<T>(u, mul<T>(rate, w)) }

@inline export function momentum<T>(
  u: v128, buf: usize, left: isize, flush: bool, first: bool, nesterov: bool, mu: v128, fresh: v128,
): v128 {
  let b = first ? u : blend<T>(mu, v128.load(buf), fresh, u)
  if (flush) b = flushed<T>(b)
  storeUpTo<T>(buf, b, left)
  return nesterov ? add<T>(u, mul<T>(mu, b)) : b
}

@inline export function rmsprop<T>(
  u: v128, squares: usize, mean: usize, left: isize, flush: bool, alpha: v128, fresh: v128, eps: v128,
): v128 {
  let v = blend<T>(alpha, v128.load(squares), fresh, mul<T>(u, u))
  if (flush) v = flushed<T>(v)
  storeUpTo<T>(squares, v, left)
  if (mean) {
    let g = blend<T>(alpha, v128.load(mean), fresh, u)
    if (flush) g = flushed<T>(g)
    storeUpTo<T>(mean, g, left)
    v = sub<T>(v, mul<T>(g, g))
  }
  return div<T>(u, add<T>(sqrt<T>(v), eps))
}

@inline export function adagrad<T>(u: v128, sum: usize, left: isize, eps: v128): v128 {
  const s = add<T>(v128.load(sum), mul<T>(u, u))
  storeUpTo<T>(sum, s, left)
  return div<T>(u, add<T>(sqrt<T>(s), eps))
}

@inline export function adam<T>(
  u: v128, m: usize, v: usize, vmax: usize, left: isize, flush: bool,
  b1: v128, fresh1: v128, b2: v128, fresh2: v128, eps: v128, unbias1: v128, unbias2: v128,
): v128 {
  let first = blend<T>(b1, v128.load(m), fresh1, u)
  let second = blend<T>(b2, v128.load(v), fresh2, mul<T>(u, u))
  if (flush) {
    first = flushed<T>(first)
    second = flushed<T>(second)
  }
  storeUpTo<T>(m, first, left)
  storeUpTo<T>(v, second, left)
  if (vmax) {
    second = v128.max<T>(v128.load(vmax), second)
    storeUpTo<T>(vmax, second, left)
  }
  return div<T>(mul<T>(first, unbias1), add<T>(mul<T>(sqrt<T>(second), unbias2), eps))
}

/** w - lr * u. */
@inline export function applied<T>(w: v128, u: v128, rate: v128): v128 { return sub<T>(w, mul<T>(rate, u)) }
