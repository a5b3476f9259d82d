// Elementwise functions of one argument: value and gradient side by side, each formula once. `gradient` returns
// dy * f'(x) and may use y = f(x). p and q are the parameters of the function. At kinks: PyTorch's conventions.
import {
  abs, add, all, atLeast, atMost, div, eq, first, ge, gt, half, isNaN, keep, le, lt, mul, neg, one, select, sqrt as
  root, sub,
} from './lanes'
import { exp as expOf, expm1 as expm1Of } from './exp'
import { log as logOf, log1p as log1pOf } from './log'
import { sigmoid as sigmoidOf, tanh as tanhOf } from './sigmoid'
import { erf as erfOf } from './erf'
import { softplus as softplusOf, softplusRest } from './softplus'
import { pow } from './pow'
import { atan as atanOf, cos as cosOf, sin as sinOf } from './trigonometric'

export class Relu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return atLeast<T>(x, all<T>(0)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return keep(gt<T>(x, all<T>(0)), dy) }
}

export class Relu6 {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return atMost<T>(atLeast<T>(x, all<T>(0)), all<T>(6)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return keep(v128.and(gt<T>(x, all<T>(0)), lt<T>(x, all<T>(6))), dy)
  }
}

export class LeakyRelu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return select(gt<T>(x, all<T>(0)), x, mul<T>(x, p)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return select(gt<T>(x, all<T>(0)), dy, mul<T>(dy, p))
  }
}

export class Elu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return select(gt<T>(x, all<T>(0)), x, mul<T>(p, expm1Of<T>(x))) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, select(gt<T>(x, all<T>(0)), one<T>(), mul<T>(p, expOf<T>(x))))
  }
}

/** scale * elu(x, alpha); Klambauer 2017's constants. */
export class Selu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 {
    return mul<T>(
      all<T>(1.0507009873554805), select(gt<T>(x, all<T>(0)), x, mul<T>(all<T>(1.6732632423543772), expm1Of<T>(x))),
    )
  }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const slope = select(gt<T>(x, all<T>(0)), one<T>(), mul<T>(all<T>(1.6732632423543772), expOf<T>(x)))
    return mul<T>(dy, mul<T>(all<T>(1.0507009873554805), slope))
  }
}

export class Celu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 {
    return select(gt<T>(x, all<T>(0)), x, mul<T>(p, expm1Of<T>(div<T>(x, p))))
  }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return select(gt<T>(x, all<T>(0)), dy, mul<T>(dy, expOf<T>(div<T>(x, p))))
  }
}

/** x Phi(x), Phi(x) = (1 + erf(x / sqrt 2)) / 2. */
export class Gelu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return mul<T>(x, normalCdf<T>(x)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const density = mul<T>(expOf<T>(mul<T>(all<T>(-0.5), mul<T>(x, x))), all<T>(0.3989422804014327))
    return mul<T>(dy, add<T>(normalCdf<T>(x), mul<T>(x, density)))
  }
}

@inline function normalCdf<T>(x: v128): v128 {
  return mul<T>(half<T>(), add<T>(one<T>(), erfOf<T>(mul<T>(x, all<T>(0.7071067811865476)))))
}

/** x (1 + t) / 2, t = tanh(sqrt(2 / pi) (x + 0.044715 x^3)). */
export class GeluTanh {
  @inline value<T>(x: v128, p: v128, q: v128): v128 {
    return mul<T>(mul<T>(half<T>(), x), add<T>(one<T>(), geluTangent<T>(x)))
  }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const t = geluTangent<T>(x)
    const inner = mul<T>(all<T>(0.7978845608028654), add<T>(one<T>(), mul<T>(all<T>(0.134145), mul<T>(x, x))))
    const bend = mul<T>(mul<T>(x, sub<T>(one<T>(), mul<T>(t, t))), inner)
    return mul<T>(dy, mul<T>(half<T>(), add<T>(add<T>(one<T>(), t), bend)))
  }
}

@inline function geluTangent<T>(x: v128): v128 {
  const cube = mul<T>(mul<T>(x, x), x)
  return tanhOf<T>(mul<T>(all<T>(0.7978845608028654), add<T>(x, mul<T>(all<T>(0.044715), cube))))
}

/** x / (1 + exp(-x)). */
export class Silu {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return div<T>(x, add<T>(one<T>(), expOf<T>(neg<T>(x)))) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const s = sigmoidOf<T>(x)
    return mul<T>(dy, mul<T>(s, add<T>(one<T>(), mul<T>(x, sub<T>(one<T>(), s)))))
  }
}

/** x tanh(log(1 + exp x)). */
export class Mish {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return mul<T>(x, tanhOf<T>(softplusOf<T>(x))) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const t = tanhOf<T>(softplusOf<T>(x))
    return mul<T>(dy, add<T>(t, mul<T>(mul<T>(x, sigmoidOf<T>(x)), sub<T>(one<T>(), mul<T>(t, t)))))
  }
}

/** log(1 + exp(beta x)) / beta; x itself where beta x > threshold. */
export class Softplus {
  @inline value<T>(x: v128, p: v128, q: v128): v128 {
    const bx = mul<T>(p, x)
    return select(gt<T>(bx, q), x, div<T>(softplusOf<T>(bx), p))
  }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const bx = mul<T>(p, x)
    return select(gt<T>(bx, q), dy, mul<T>(dy, sigmoidOf<T>(bx)))
  }
}

export class Softsign {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return div<T>(x, add<T>(one<T>(), abs<T>(x))) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const d = add<T>(one<T>(), abs<T>(x))
    return div<T>(dy, mul<T>(d, d))
  }
}

/** min(max(x, p), q). */
export class Hardtanh {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return atMost<T>(atLeast<T>(x, p), q) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return keep(v128.and(gt<T>(x, p), lt<T>(x, q)), dy)
  }
}

/** min(max(x + 3, 0), 6) / 6. */
export class Hardsigmoid {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return div<T>(hinge6<T>(x), all<T>(6)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return keep(lt<T>(abs<T>(x), all<T>(3)), div<T>(dy, all<T>(6)))
  }
}

/** x min(max(x + 3, 0), 6) / 6. */
export class Hardswish {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return div<T>(mul<T>(x, hinge6<T>(x)), all<T>(6)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const middle = mul<T>(dy, add<T>(div<T>(x, all<T>(3)), half<T>()))
    return select(ge<T>(x, all<T>(3)), dy, keep(gt<T>(x, all<T>(-3)), middle))
  }
}

@inline function hinge6<T>(x: v128): v128 { return atMost<T>(atLeast<T>(add<T>(x, all<T>(3)), all<T>(0)), all<T>(6)) }

export class Sigmoid {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return sigmoidOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, mul<T>(sub<T>(one<T>(), y), y))
  }
}

/** min(x, 0) - log(1 + exp(-|x|)). */
export class LogSigmoid {
  @inline value<T>(x: v128, p: v128, q: v128): v128 {
    return sub<T>(atMost<T>(x, all<T>(0)), softplusRest<T>(x))
  }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const z = expOf<T>(neg<T>(abs<T>(x)))
    return mul<T>(dy, div<T>(select(lt<T>(x, all<T>(0)), one<T>(), z), add<T>(one<T>(), z)))
  }
}

export class Tanh {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return tanhOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, sub<T>(one<T>(), mul<T>(y, y)))
  }
}

export class Tanhshrink {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return sub<T>(x, tanhOf<T>(x)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const t = tanhOf<T>(x)
    return mul<T>(dy, mul<T>(t, t))
  }
}

/** x - min(max(x, -p), p). */
export class Softshrink {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return sub<T>(x, atMost<T>(atLeast<T>(x, neg<T>(p)), p)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return keep(gt<T>(abs<T>(x), p), dy) }
}

export class Hardshrink {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return v128.andnot(x, le<T>(abs<T>(x), p)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return keep(gt<T>(abs<T>(x), p), dy) }
}

export class Exp {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return expOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, y) }
}

export class Expm1 {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return expm1Of<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, add<T>(y, one<T>())) }
}

export class Log {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return logOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return div<T>(dy, x) }
}

export class Log1p {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return log1pOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return div<T>(dy, add<T>(x, one<T>())) }
}

export class Sqrt {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return root<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return div<T>(dy, add<T>(y, y)) }
}

export class Rsqrt {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return div<T>(one<T>(), root<T>(x)) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(mul<T>(all<T>(-0.5), dy), mul<T>(mul<T>(y, y), y))
  }
}

export class Abs {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return abs<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, sign<T>(x)) }
}

/** 1, 0 or -1; NaN stays. */
@inline export function sign<T>(x: v128): v128 {
  const zero = all<T>(0)
  const known = sub<T>(keep(gt<T>(x, zero), one<T>()), keep(lt<T>(x, zero), one<T>()))
  return select(isNaN<T>(x), x, known)
}

export class Neg {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return neg<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return neg<T>(dy) }
}

export class Reciprocal {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return div<T>(one<T>(), x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(neg<T>(dy), mul<T>(y, y)) }
}

export class Sin {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return sinOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, cosOf<T>(x)) }
}

export class Cos {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return cosOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return neg<T>(mul<T>(dy, sinOf<T>(x))) }
}

export class Atan {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return atanOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return div<T>(dy, add<T>(one<T>(), mul<T>(x, x)))
  }
}

export class Erf {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return erfOf<T>(x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return mul<T>(dy, mul<T>(all<T>(1.1283791670955126), expOf<T>(neg<T>(mul<T>(x, x)))))
  }
}

export class Square {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return mul<T>(x, x) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 { return mul<T>(dy, add<T>(x, x)) }
}

export class PowScalar {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return power<T>(x, p) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    const slope = mul<T>(p, power<T>(x, sub<T>(p, one<T>())))
    return v128.andnot(mul<T>(dy, slope), eq<T>(p, all<T>(0)))
  }
}

/** x^e for one exponent in all lanes; the short exponents always take the short way. */
function power<T>(x: v128, e: v128): v128 {
  const exponent = <f64>first<T>(e)
  if (exponent == 2) return mul<T>(x, x)
  if (exponent == 1) return x
  if (exponent == 3) return mul<T>(mul<T>(x, x), x)
  if (exponent == 0.5) return root<T>(x)
  if (exponent == -1) return div<T>(one<T>(), x)
  if (exponent == -2) return div<T>(one<T>(), mul<T>(x, x))
  if (exponent == -0.5) return div<T>(one<T>(), root<T>(x))
  return pow<T>(x, e)
}
