// The saturating functions, from exp and expm1.
import { abs, add, all, atMost, div, neg, one, two, withSign } from './lanes'
import { exp, expm1Bounded } from './exp'

/** tanh |x| = e / (e + 2), e = expm1(2 |x|); 1 beyond the clamp to the last bit. */
@inline export function tanh<T>(x: v128): v128 {
  const a = atMost<T>(abs<T>(x), all<T>(sizeof<T>() == 4 ? 10.0 : 22.0))
  const e = expm1Bounded<T>(add<T>(a, a))
  return withSign<T>(div<T>(e, add<T>(e, two<T>())), x)
}

/** 1 / (1 + exp(-x)). */
@inline export function sigmoid<T>(x: v128): v128 {
  return div<T>(one<T>(), add<T>(one<T>(), exp<T>(neg<T>(x))))
}
