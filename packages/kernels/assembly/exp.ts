// exp and expm1. x = n ln 2 + r with |r| <= ln 2 / 2; expm1(r) = r + r^2 q(r), q a minimax polynomial (derived here,
// error below 2^-28 for f32 and 2^-58 for f64); the power of two is applied in two steps so that the whole range,
// subnormal results included, is right.
import { add, all, atLeast, atMost, gt, mul, select, sub } from './lanes'

/** 1.5 * 2^(fraction bits): added to a small number, leaves its rounding to an integer in the low bits. */
@inline function shifter<T>(): v128 { return all<T>(sizeof<T>() == 4 ? 12582912.0 : 6755399441055744.0) }

/** shifter + n, n = round(x / ln 2). */
@inline function octaves<T>(x: v128): v128 { return add<T>(mul<T>(x, all<T>(1.4426950408889634)), shifter<T>()) }

/** expm1(r), where x = n ln 2 + r and t is shifter + n. */
@inline function expm1OfRest<T>(x: v128, t: v128): v128 {
  const n = sub<T>(t, shifter<T>())
  if (sizeof<T>() == 4) {
    const r = sub<T>(sub<T>(x, mul<T>(n, all<T>(0.693115234375))), mul<T>(n, all<T>(3.1946184945309415e-5)))
    const r2 = mul<T>(r, r)
    const low = add<T>(all<T>(0.5000000096306947), mul<T>(r, all<T>(0.1666651830349437)))
    const high = add<T>(all<T>(0.04166620243844204), mul<T>(r, all<T>(0.008368953880030793)))
    const q = add<T>(low, mul<T>(r2, add<T>(high, mul<T>(r2, all<T>(0.0013950701730265816)))))
    return add<T>(r, mul<T>(r2, q))
  }
  const r = sub<T>(sub<T>(x, mul<T>(n, all<T>(0.6931471803691238))), mul<T>(n, all<T>(1.9082149292705877e-10)))
  const r2 = mul<T>(r, r)
  const r4 = mul<T>(r2, r2)
  const a = add<T>(all<T>(0.5000000000000013), mul<T>(r, all<T>(0.166666666666667)))
  const b = add<T>(all<T>(0.04166666666651433), mul<T>(r, all<T>(0.008333333333306958)))
  const c = add<T>(all<T>(0.0013888888947330743), mul<T>(r, all<T>(0.00019841269917922057)))
  const d = add<T>(all<T>(2.480148959039119e-5), mul<T>(r, all<T>(2.7557215821602255e-6)))
  const e = add<T>(all<T>(2.7631414005740205e-7), mul<T>(r, all<T>(2.5118011748726456e-8)))
  const ab = add<T>(a, mul<T>(r2, b))
  const cd = add<T>(c, mul<T>(r2, d))
  return add<T>(r, mul<T>(r2, add<T>(ab, mul<T>(r4, add<T>(cd, mul<T>(r4, e))))))
}

/** 2^floor(n / 2), or with `rest` 2^(n - floor(n / 2)). */
@inline function halfPower<T>(t: v128, rest: bool): v128 {
  if (sizeof<T>() == 4) {
    const n = i32x4.sub(t, shifter<T>())
    const half = i32x4.shr_s(n, 1)
    return i32x4.shl(i32x4.add(rest ? i32x4.sub(n, half) : half, i32x4.splat(127)), 23)
  }
  const n = i64x2.sub(t, shifter<T>())
  const half = i64x2.shr_s(n, 1)
  return i64x2.shl(i64x2.add(rest ? i64x2.sub(n, half) : half, i64x2.splat(1023)), 52)
}

@inline function clamp<T>(x: v128): v128 {
  return atMost<T>(atLeast<T>(x, all<T>(sizeof<T>() == 4 ? -104.0 : -746.0)), all<T>(sizeof<T>() == 4 ? 89.0 : 710.0))
}

/** Error below 1 ulp. exp(NaN) = NaN, exp(-inf) = 0, exp(inf) = inf. */
export function exp<T>(x: v128): v128 {
  const c = clamp<T>(x)
  const t = octaves<T>(c)
  const p = add<T>(all<T>(1), expm1OfRest<T>(c, t))
  return mul<T>(mul<T>(p, halfPower<T>(t, false)), halfPower<T>(t, true))
}

/** exp(x) - 1 without cancellation; error below 2 ulp. */
export function expm1<T>(x: v128): v128 {
  const c = clamp<T>(x)
  const t = octaves<T>(c)
  const p = expm1OfRest<T>(c, t)
  const half = halfPower<T>(t, false)
  const rest = halfPower<T>(t, true)
  const power = mul<T>(half, rest)
  const near = add<T>(mul<T>(power, p), sub<T>(power, all<T>(1)))
  const far = mul<T>(mul<T>(add<T>(p, all<T>(1)), half), rest)
  return select(gt<T>(x, all<T>(sizeof<T>() == 4 ? 20.0 : 40.0)), far, near)
}
