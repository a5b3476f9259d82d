// exp and expm1. x = n ln 2 + r with |r| <= ln 2 / 2; expm1(r) = r + r^2 q(r), q a minimax polynomial (derived here,
// error below 2^-28 for f32 and 2^-58 for f64); the power of two is applied in two steps so that the whole range,
// subnormal results included, is right.
import { add, all, atLeast, atMost, entry, gt, mul, select, sub } from './lanes'

/** low high | shifter 1 / ln 2, ln 2 in two parts | q, ascending */
const table32: usize = memory.data<f32>([
  -104.0, 89.0, 12582912.0, 1.4426950408889634, 0.693115234375, 3.1946184945309415e-5, 1.0, 0.5000000096306947,
  0.1666651830349437, 0.04166620243844204, 0.008368953880030793, 0.0013950701730265816,
], 16)
const table64: usize = memory.data<f64>([
  -746.0, 710.0, 6755399441055744.0, 1.4426950408889634, 0.6931471803691238, 1.9082149292705877e-10, 1.0,
  0.5000000000000013, 0.166666666666667, 0.04166666666651433, 0.008333333333306958, 0.0013888888947330743,
  0.00019841269917922057, 2.480148959039119e-5, 2.7557215821602255e-6, 2.7631414005740205e-7, 2.5118011748726456e-8,
], 16)
@inline function lit<T>(k: usize): v128 { return entry<T>(sizeof<T>() == 4 ? table32 : table64, k) }

/** 1.5 * 2^(fraction bits): added to a small number, leaves its rounding to an integer in the low bits. */
@inline function shifter<T>(): v128 { return lit<T>(2) }

/** shifter + n, n = round(x / ln 2). */
@inline function octaves<T>(x: v128): v128 { return add<T>(mul<T>(x, lit<T>(3)), shifter<T>()) }

/** expm1(r), where x = n ln 2 + r and t is shifter + n. */
@inline function expm1OfRest<T>(x: v128, t: v128): v128 {
  const n = sub<T>(t, shifter<T>())
  if (sizeof<T>() == 4) {
    const r = sub<T>(sub<T>(x, mul<T>(n, lit<T>(4))), mul<T>(n, lit<T>(5)))
    const r2 = mul<T>(r, r)
    const low = add<T>(lit<T>(7), mul<T>(r, lit<T>(8)))
    const high = add<T>(lit<T>(9), mul<T>(r, lit<T>(10)))
    const q = add<T>(low, mul<T>(r2, add<T>(high, mul<T>(r2, lit<T>(11)))))
    return add<T>(r, mul<T>(r2, q))
  }
  const r = sub<T>(sub<T>(x, mul<T>(n, lit<T>(4))), mul<T>(n, lit<T>(5)))
  const r2 = mul<T>(r, r)
  const r4 = mul<T>(r2, r2)
  const a = add<T>(lit<T>(7), mul<T>(r, lit<T>(8)))
  const b = add<T>(lit<T>(9), mul<T>(r, lit<T>(10)))
  const c = add<T>(lit<T>(11), mul<T>(r, lit<T>(12)))
  const d = add<T>(lit<T>(13), mul<T>(r, lit<T>(14)))
  const e = add<T>(lit<T>(15), mul<T>(r, lit<T>(16)))
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
  return atMost<T>(atLeast<T>(x, lit<T>(0)), lit<T>(1))
}

/** Error below 1 ulp. exp(NaN) = NaN, exp(-inf) = 0, exp(inf) = inf. */
export function exp<T>(x: v128): v128 {
  const c = clamp<T>(x)
  const t = octaves<T>(c)
  const p = add<T>(lit<T>(6), expm1OfRest<T>(c, t))
  return mul<T>(mul<T>(p, halfPower<T>(t, false)), halfPower<T>(t, true))
}

/** expm1 for |x| <= 44, where one step of scaling is enough. */
@inline export function expm1Bounded<T>(x: v128): v128 {
  const t = octaves<T>(x)
  const p = expm1OfRest<T>(x, t)
  const power = sizeof<T>() == 4
    ? i32x4.add(i32x4.shl(t, 23), lit<T>(6))
    : i64x2.add(i64x2.shl(t, 52), lit<T>(6))
  return add<T>(mul<T>(power, p), sub<T>(power, lit<T>(6)))
}

/** exp(x) - 1 without cancellation; error below 2 ulp. */
export function expm1<T>(x: v128): v128 {
  const c = clamp<T>(x)
  const t = octaves<T>(c)
  const p = expm1OfRest<T>(c, t)
  const half = halfPower<T>(t, false)
  const rest = halfPower<T>(t, true)
  const power = mul<T>(half, rest)
  const near = add<T>(mul<T>(power, p), sub<T>(power, lit<T>(6)))
  const far = mul<T>(mul<T>(add<T>(p, lit<T>(6)), half), rest)
  return select(gt<T>(x, all<T>(sizeof<T>() == 4 ? 20.0 : 40.0)), far, near)
}
