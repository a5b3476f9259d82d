// Elementwise functions of two arguments: value, and the gradients to the first and second argument (dy * df/da,
// dy * df/db). Losses take (input, target). p and q are the parameters of the function. Ties: PyTorch's conventions.
import { abs, add, all, atLeast, atMost, div, eq, ge, gt, half, keep, lt, mul, neg, one, select, sub } from './lanes'
import { exp, expm1 } from './exp'
import { log, log1p } from './log'
import { pow as powOf } from './pow'
import { sigmoid, tanh } from './sigmoid'
import { softplus, softplusRest } from './softplus'
import { atan2 as atan2Of } from './trigonometric'
import { sign } from './unary-functions'

export class Add {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return add<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return dy }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return dy }
}

export class Sub {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return sub<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return dy }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return neg<T>(dy) }
}

export class Mul {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return mul<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, b) }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, a) }
}

export class Div {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return div<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return div<T>(dy, b) }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return neg<T>(mul<T>(dy, div<T>(y, b)))
  }
}

export class Pow {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return powOf<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const slope = mul<T>(b, powOf<T>(a, sub<T>(b, one<T>())))
    return v128.andnot(mul<T>(dy, slope), eq<T>(b, all<T>(0)))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const flat = v128.and(eq<T>(a, all<T>(0)), ge<T>(b, all<T>(0)))
    return v128.andnot(mul<T>(dy, mul<T>(y, log<T>(a))), flat)
  }
}

/** The gradient of the chosen argument; half to each at a tie. */
@inline function share<T>(chosen: v128, tie: v128, dy: v128): v128 {
  return v128.or(keep(chosen, dy), keep(tie, mul<T>(dy, half<T>())))
}

export class Maximum {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return v128.max<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return share<T>(gt<T>(a, b), eq<T>(a, b), dy)
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return share<T>(lt<T>(a, b), eq<T>(a, b), dy)
  }
}

export class Minimum {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return v128.min<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return share<T>(lt<T>(a, b), eq<T>(a, b), dy)
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return share<T>(gt<T>(a, b), eq<T>(a, b), dy)
  }
}

/** The angle of the point (b, a). */
export class Atan2 {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return atan2Of<T>(a, b) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return perRadius<T>(mul<T>(dy, b), a, b)
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return perRadius<T>(neg<T>(mul<T>(dy, a)), a, b)
  }
}

/** x / (a^2 + b^2), 0 at the origin. */
@inline function perRadius<T>(x: v128, a: v128, b: v128): v128 {
  const square = add<T>(mul<T>(a, a), mul<T>(b, b))
  return v128.andnot(div<T>(x, square), eq<T>(square, all<T>(0)))
}

/** (a - b)^2. */
export class SquaredError {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { const d = sub<T>(a, b); return mul<T>(d, d) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const d = sub<T>(a, b)
    return mul<T>(dy, add<T>(d, d))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const d = sub<T>(b, a)
    return mul<T>(dy, add<T>(d, d))
  }
}

/** |a - b|. */
export class AbsoluteError {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return abs<T>(sub<T>(a, b)) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, sign<T>(sub<T>(a, b)))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, sign<T>(sub<T>(b, a)))
  }
}

/** d^2 / 2 within delta = p, delta (|d| - delta / 2) beyond. */
export class Huber {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    const d = sub<T>(a, b)
    const z = abs<T>(d)
    return select(lt<T>(z, p), mul<T>(half<T>(), mul<T>(z, z)), mul<T>(p, sub<T>(z, mul<T>(half<T>(), p))))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, atMost<T>(atLeast<T>(sub<T>(a, b), neg<T>(p)), p))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, atMost<T>(atLeast<T>(sub<T>(b, a), neg<T>(p)), p))
  }
}

/** d^2 / (2 beta) within beta = p, |d| - beta / 2 beyond. */
export class SmoothL1 {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    const z = abs<T>(sub<T>(a, b))
    return select(lt<T>(z, p), div<T>(mul<T>(half<T>(), mul<T>(z, z)), p), sub<T>(z, mul<T>(half<T>(), p)))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, smoothSlope<T>(sub<T>(a, b), p))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, smoothSlope<T>(sub<T>(b, a), p))
  }
}

@inline function smoothSlope<T>(d: v128, beta: v128): v128 {
  return select(lt<T>(abs<T>(d), beta), div<T>(d, beta), sign<T>(d))
}

/** -(b log a + (1 - b) log(1 - a)), the logarithms not below -100. */
export class BinaryCrossEntropy {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    const miss = mul<T>(sub<T>(b, one<T>()), atLeast<T>(log1p<T>(neg<T>(a)), all<T>(-100)))
    return sub<T>(miss, mul<T>(b, atLeast<T>(log<T>(a), all<T>(-100))))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const spread = atLeast<T>(mul<T>(sub<T>(one<T>(), a), a), all<T>(1e-12))
    return div<T>(mul<T>(dy, sub<T>(a, b)), spread)
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, sub<T>(atLeast<T>(log1p<T>(neg<T>(a)), all<T>(-100)), atLeast<T>(log<T>(a), all<T>(-100))))
  }
}

/** (1 - b) a - min(a, 0) + log(1 + exp(-|a|)). */
export class BinaryCrossEntropyWithLogits {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    return add<T>(sub<T>(mul<T>(sub<T>(one<T>(), b), a), atMost<T>(a, all<T>(0))), softplusRest<T>(a))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, sub<T>(sigmoid<T>(a), b))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return neg<T>(mul<T>(dy, a)) }
}

/** p = 1: exp(a) - b a. p = 0: a - b log(a + q). */
export class PoissonNll {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    const logged = gt<T>(p, all<T>(0))
    const rate = select(logged, exp<T>(a), a)
    const logRate = select(logged, a, log<T>(add<T>(a, q)))
    return sub<T>(rate, mul<T>(b, logRate))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const plain = sub<T>(one<T>(), div<T>(b, add<T>(a, q)))
    return mul<T>(dy, select(gt<T>(p, all<T>(0)), sub<T>(exp<T>(a), b), plain))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return neg<T>(mul<T>(dy, select(gt<T>(p, all<T>(0)), a, log<T>(add<T>(a, q)))))
  }
}

/** log cosh(a - b): log(1 + (2 sinh(d / 2))^2 / 2) where |d| < 1, else |d| + log(1 + exp(-2 |d|)) - log 2. */
export class LogCosh {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    const d = abs<T>(sub<T>(a, b))
    const e = expm1<T>(mul<T>(half<T>(), atMost<T>(d, one<T>())))
    const s = add<T>(e, div<T>(e, add<T>(e, one<T>())))
    const near = log1p<T>(mul<T>(half<T>(), mul<T>(s, s)))
    const far = sub<T>(add<T>(d, softplusRest<T>(add<T>(d, d))), all<T>(0.6931471805599453))
    return select(lt<T>(d, one<T>()), near, far)
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, tanh<T>(sub<T>(a, b)))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, tanh<T>(sub<T>(b, a)))
  }
}

/** log(1 + exp(-b a)), stable for any sign. */
export class SoftMargin {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    return softplus<T>(mul<T>(neg<T>(a), b))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return neg<T>(mul<T>(dy, mul<T>(b, sigmoid<T>(mul<T>(neg<T>(a), b)))))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return neg<T>(mul<T>(dy, mul<T>(a, sigmoid<T>(mul<T>(neg<T>(a), b)))))
  }
}

/** max(0, 1 - a b). */
export class Hinge {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 {
    return atLeast<T>(sub<T>(one<T>(), mul<T>(a, b)), all<T>(0))
  }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return keep(gt<T>(y, all<T>(0)), neg<T>(mul<T>(dy, b)))
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return keep(gt<T>(y, all<T>(0)), neg<T>(mul<T>(dy, a)))
  }
}
