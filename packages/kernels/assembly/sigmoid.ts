// The saturating functions, from exp and expm1.
import { abs, add, all, atMost, div, neg, withSign } from './lanes'
import { exp, expm1 } from './exp'

/** tanh |x| = e / (e + 2), e = expm1(2 |x|); 1 beyond the clamp to the last bit. */
export function tanh<T>(x: v128): v128 {
  const a = atMost<T>(abs<T>(x), all<T>(sizeof<T>() == 4 ? 10.0 : 22.0))
  const e = expm1<T>(add<T>(a, a))
  return withSign<T>(div<T>(e, add<T>(e, all<T>(2))), x)
}

/** 1 / (1 + exp(-x)). */
@inline export function sigmoid<T>(x: v128): v128 {
  return div<T>(all<T>(1), add<T>(all<T>(1), exp<T>(neg<T>(x))))
}
