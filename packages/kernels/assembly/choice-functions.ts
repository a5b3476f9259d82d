// Elementwise functions of two arguments that choose or compare, and the losses made of such a choice; the form of
// binary-functions.ts. A mask, a truth value and a choice have no gradient.
import { add, all, atLeast, eq, gt, keep, lt, mul, neg, one, select, sub } from './lanes'
import { exp } from './exp'
import { log } from './log'

/** b != 0 ? a : 0 */
export class KeepIf {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return v128.andnot(a, eq<T>(b, all<T>(0))) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return v128.andnot(dy, eq<T>(b, all<T>(0)))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
}

/** b != 0 ? 0 : a */
export class DropIf {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return keep(eq<T>(b, all<T>(0)), a) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return keep(eq<T>(b, all<T>(0)), dy) }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
}

export class Equal {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return keep(eq<T>(a, b), one<T>()) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
}

export class Less {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return keep(lt<T>(a, b), one<T>()) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
}

/** b (log(b) - a) with 0 log(0) = 0; exp(b) (b - a) when p is 1. */
export class KlDiv {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    if (p1<T>(p)) return mul<T>(exp<T>(b), sub<T>(b, a))
    return sub<T>(keep(gt<T>(b, all<T>(0)), mul<T>(b, log<T>(b))), mul<T>(b, a))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return neg<T>(mul<T>(dy, p1<T>(p) ? exp<T>(b) : b))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    if (p1<T>(p)) return mul<T>(dy, mul<T>(exp<T>(b), add<T>(sub<T>(b, a), one<T>())))
    return keep(gt<T>(b, all<T>(0)), mul<T>(dy, sub<T>(add<T>(log<T>(b), one<T>()), a)))
  }
}

@inline function p1<T>(p: v128): bool { return v128.extract_lane<T>(p, 0) == <T>1 }

/** a where b > 0, else max(0, margin - a). */
export class HingeEmbedding {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    return select(gt<T>(b, all<T>(0)), a, atLeast<T>(sub<T>(p, a), all<T>(0)))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return select(gt<T>(b, all<T>(0)), dy, keep(gt<T>(p, a), neg<T>(dy)))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return all<T>(0) }
}
