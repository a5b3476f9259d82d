// More optimizer transforms; rules.ts says what a step is given. Formulas: Rule in opcodes.ts.
//
// Where a comment says so, an f32 state is cut, far outside what gradients up to 2^40 can make of it in exact
// arithmetic: rounding must not carry it out of the range of f32 in the long run. f64 has the range, and is not cut.
import {
  abs, add, all, atLeast, atMost, div, eq, ge, gt, keep, le, lt, mul, neg, one, select, signOf, sqrt, storeUpTo, sub,
  withSign,
} from './lanes'
import { blend, flushed } from './rules'

/** f32: x with a magnitude of at most the limit. */
@inline function cut<T>(x: v128, limit: f64): v128 {
  if (sizeof<T>() == 8) return x
  const bound = all<T>(limit)
  return atMost<T>(atLeast<T>(x, neg<T>(bound)), bound)
}

/** Slots: sum, cut to 2^44. No cells. The one who calls empties the sum. */
export class Accumulate {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 0 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const sum = cut<T>(add<T>(v128.load(s0), u), 1.7592186044416e13)
    storeUpTo<T>(s0, sum, left)
    return sum
  }
}

/** Slots: mean square of gradients, mean square of updates, cut to 2^88. Cells: rho, 1 - rho, eps. Zeiler 2012. */
export class Adadelta {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 3 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const square = blend<T>(c0, s0, c1, mul<T>(u, u), left, flush)
    const before = v128.load(s1)
    const next = mul<T>(div<T>(sqrt<T>(add<T>(before, c2)), sqrt<T>(add<T>(square, c2))), u)
    let moved = cut<T>(add<T>(mul<T>(c0, before), mul<T>(c1, mul<T>(next, next))), 3.0948500982134507e26)
    if (flush) moved = flushed<T>(moved)
    storeUpTo<T>(s1, moved, left)
    return next
  }
}

/** Slots: m, v. Cells: b1, 1 - b1, b2, 1 - b2, eps, share of u, share of m. Dozat 2016. */
export class Nadam {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 7 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const m = blend<T>(c0, s0, c1, u, left, flush)
    const v = blend<T>(c2, s1, c3, mul<T>(u, u), left, flush)
    return div<T>(add<T>(mul<T>(c5, u), mul<T>(c6, m)), add<T>(sqrt<T>(v), c4))
  }
}

/** Slots: m, top. Cells: b1, 1 - b1, b2, eps, 1 / bias1. top never falls below eps. Kingma and Ba 2015, algorithm 2. */
export class Adamax {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 5 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const m = blend<T>(c0, s0, c1, u, left, flush)
    const top = atLeast<T>(mul<T>(c2, v128.load(s1)), add<T>(abs<T>(u), c3))
    storeUpTo<T>(s1, top, left)
    return div<T>(mul<T>(m, c4), top)
  }
}

/**
 * Slots: the gradient before (0 after a change of sign), size. Cells: less, more, least, most. Riedmiller and Braun
 * 1993.
 */
export class Rprop {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 4 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const zero = all<T>(0)
    const agreement = mul<T>(u, v128.load(s0))
    const turned = lt<T>(agreement, zero)
    const factor = select(turned, c0, select(gt<T>(agreement, zero), c1, one<T>()))
    const size = atMost<T>(atLeast<T>(mul<T>(v128.load(s1), factor), c2), c3)
    const g = v128.andnot(u, turned)
    storeUpTo<T>(s0, g, left)
    storeUpTo<T>(s1, size, left)
    return v128.andnot(withSign<T>(size, g), eq<T>(g, zero))
  }
}

/** Slots: average - weight. Cells: lambda, eta, 1 - mu. Polyak and Juditsky 1992. */
export class Asgd {
  @inline slots(): usize { return 1 }
  @inline cells(): usize { return 3 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const next = add<T>(u, mul<T>(c0, w))
    storeUpTo<T>(s0, mul<T>(c2, add<T>(v128.load(s0), mul<T>(c1, next))), left)
    return next
  }
}

/**
 * Slots: n, and z, kept where the weight is 0. Cells: 1 / alpha, beta / alpha + l2, l1. McMahan et al. 2013, algorithm
 * 1.
 *
 * The paper's z is -(q w + sign(w) l1) wherever w is not 0, q being the curvature of before the event. With that, the
 * next z is -a, where a = (q w + sign(w) l1) - g with the curvature of after it, and the next weight a shrunk by l1,
 * over q: w - g / q while a keeps its sign, so that nothing cancels.
 */
export class Ftrl {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 3 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const n = add<T>(v128.load(s0), mul<T>(u, u))
    storeUpTo<T>(s0, n, left)
    const q = add<T>(mul<T>(sqrt<T>(n), c0), c1)
    const zero = all<T>(0)
    const absent = eq<T>(w, zero)
    const z = s1 ? v128.load(s1) : zero
    const a = sub<T>(select(absent, neg<T>(z), add<T>(mul<T>(q, w), withSign<T>(c2, w))), u)
    const stays = v128.andnot(gt<T>(v128.xor(a, signOf<T>(w)), c2), absent)
    const goes = le<T>(abs<T>(a), c2)
    if (s1) storeUpTo<T>(s1, keep(goes, neg<T>(a)), left)
    const crossed = sub<T>(w, div<T>(sub<T>(a, withSign<T>(c2, a)), q))
    return select(stays, div<T>(u, q), select(goes, w, crossed))
  }
}

/**
 * Slots: scale s, cut to 2^80; sum of squares of u / s, each u / s cut to 2^44. Cells: 1 / greatest |dy|, lr, eps.
 * Ross, Mineiro and Langford 2013, algorithm 2.
 */
export class Normalized {
  @inline slots(): usize { return 2 }
  @inline cells(): usize { return 3 }
  @inline step<T>(
    u: v128, w: v128, s0: usize, s1: usize, s2: usize, left: isize, flush: bool,
    c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128,
  ): v128 {
    const old = v128.load(s0)
    const s = atLeast<T>(cut<T>(mul<T>(abs<T>(u), c0), 1.2089258196146292e24), old)
    storeUpTo<T>(s0, s, left)
    const ratio = select(gt<T>(old, all<T>(0)), div<T>(old, s), one<T>())
    const known = ge<T>(s, c2)
    const h = keep(known, cut<T>(div<T>(u, s), 1.7592186044416e13))
    const sum = add<T>(mul<T>(mul<T>(ratio, ratio), v128.load(s1)), mul<T>(h, h))
    storeUpTo<T>(s1, sum, left)
    const step = div<T>(mul<T>(c1, h), mul<T>(s, add<T>(sqrt<T>(sum), c2)))
    return add<T>(mul<T>(sub<T>(one<T>(), ratio), w), keep(known, step))
  }
}
