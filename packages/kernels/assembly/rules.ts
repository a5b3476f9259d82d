// The optimizer transforms, one vector at a time. `step` takes u (at first the gradient), reads and writes its slots
// and returns the next u. Coefficients are f64 cells that the host writes before a step; they are converted to T once a
// pass.
//
// What every step is given: u; the vector of the parameter; the addresses of its slots' vectors (0: slot left out); how
// many bytes of them exist; whether to flush a decaying state (sparse rows do so at each touch, see SWEEP); the cells.
import { abs, add, all, atLeast, atMost, div, first, lt, mul, neg, sqrt, storeUpTo, sub } from './lanes'

/** 0 for magnitudes below 1e-30 (f32) or 1e-290 (f64): they would turn into denormals, which are slow. */
@inline export function flushed<T>(x: v128): v128 {
  return v128.andnot(x, lt<T>(abs<T>(x), all<T>(sizeof<T>() == 4 ? 1e-30 : 1e-290)))
}

/** The new state a * x + b * y of a moving average, stored. */
@inline export function blend<T>(a: v128, x: usize, b: v128, y: v128, left: isize, flush: bool): v128 {
  let state = add<T>(mul<T>(a, v128.load(x)), mul<T>(b, y))
  if (flush) state = flushed<T>(state)
  storeUpTo<T>(x, state, left)
  return state
}

/** No transform: plain gradient descent. */
export class Plain {
  @inline slots(): usize { return 0 }
  @inline cells(): usize { return 0 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return u }
}

/** Cells: limit. */
export class ClipValue {
  @inline slots(): usize { return 0 }
  @inline cells(): usize { return 1 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return atMost<T>(atLeast<T>(u, neg<T>(c0)), c0) }
}

/** Cells: factor. */
export class Scale {
  @inline slots(): usize { return 0 }
  @inline cells(): usize { return 1 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return mul<T>(u, c0) }
}

/** Weight decay, added to the gradient or, placed after adam, decoupled from it. Cells: rate. */
export class Decay {
  @inline slots(): usize { return 0 }
  @inline cells(): usize { return 1 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return add<T>(u, mul<T>(c0, w)) }
}

/** Slots: buffer. Cells: mu, 1 - dampening, nesterov, first. */
export class Momentum {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 4 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    let buffer = u
    if (!first<T>(c3)) buffer = add<T>(mul<T>(c0, v128.load(s0)), mul<T>(c1, u))
    if (flush) buffer = flushed<T>(buffer)
    storeUpTo<T>(s0, buffer, left)
    return first<T>(c2) ? add<T>(u, mul<T>(c0, buffer)) : buffer
  }
}

/** Momentum with neither flag set: a class of its own, because branches in its loop cost more than its arithmetic. */
export class Heavy {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 2 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return blend<T>(c0, s0, c1, u, left, flush) }
}

/** Momentum with the nesterov flag set. */
export class Nesterov {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 2 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return add<T>(u, mul<T>(c0, blend<T>(c0, s0, c1, u, left, flush))) }
}

/** Slots: mean square, and mean when centred. Cells: alpha, 1 - alpha, eps. Tieleman and Hinton 2012. */
export class Rmsprop {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 3 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    let square = blend<T>(c0, s0, c1, mul<T>(u, u), left, flush)
    if (s1) {
      const mean = blend<T>(c0, s1, c1, u, left, flush)
      square = atLeast<T>(sub<T>(square, mul<T>(mean, mean)), all<T>(0))
    }
    return div<T>(u, add<T>(sqrt<T>(square), c2))
  }
}

/** Rmsprop that is not centred, for `pass`. */
export class PlainRmsprop {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 3 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 { return div<T>(u, add<T>(sqrt<T>(blend<T>(c0, s0, c1, mul<T>(u, u), left, flush)), c2)) }
}

/** Slots: sum of squares. Cells: eps. Duchi, Hazan and Singer 2011. */
export class Adagrad {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 1 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const sum = add<T>(v128.load(s0), mul<T>(u, u))
    storeUpTo<T>(s0, sum, left)
    return div<T>(u, add<T>(sqrt<T>(sum), c0))
  }
}

/**
 * Slots: m, v, and the greatest v (AMSGrad). Cells: b1, 1 - b1, b2, 1 - b2, eps, 1 / bias1, 1 / sqrt(bias2). Kingma and
 * Ba 2015.
 */
export class Adam {
  @inline slots(): usize { return 3 }
  @inline cells(): usize { return 7 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const m = blend<T>(c0, s0, c1, u, left, flush)
    let v = blend<T>(c2, s1, c3, mul<T>(u, u), left, flush)
    if (s2) {
      v = v128.max<T>(v128.load(s2), v)
      storeUpTo<T>(s2, v, left)
    }
    return div<T>(mul<T>(m, c5), add<T>(mul<T>(sqrt<T>(v), c6), c4))
  }
}

/**
 * Adam without AMSGrad, followed at once by `apply`: with k = 1 / bias1, r = 1 / sqrt(bias2),
 *
 *     lr (k m) / (r sqrt(v) + eps) = (lr k / r) m / (sqrt(v) + eps / r)
 *
 * so that `fold` brings both corrections into eps and the learning rate, once a pass.
 */
export class FoldedAdam {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 5 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const m = blend<T>(c0, s0, c1, u, left, flush)
    const v = blend<T>(c2, s1, c3, mul<T>(u, u), left, flush)
    return div<T>(m, add<T>(sqrt<T>(v), c4))
  }
}
