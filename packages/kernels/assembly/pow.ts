// pow(x, y) = exp(y log x) in f64 with log x and the product carried in two parts (about 2^-60), so that the result is
// good to a few ulp over the whole range. f32 goes through f64.
import {
  abs, add, all, atLeast, atMost, div, eq, gt, keep, lt, mul, narrow, select, sub, widenHigh, widenLow,
} from './lanes'
import { atanhRest, exponent, mantissa } from './log'
import { exp } from './exp'

export function pow<T>(x: v128, y: v128): v128 {
  if (sizeof<T>() == 4) return narrow(pow64(widenLow(x), widenLow(y)), pow64(widenHigh(x), widenHigh(y)))
  return pow64(x, y)
}

/** The upper 26 bits of a: products of such halves are exact. */
@inline function upper(a: v128): v128 {
  const big = mul<f64>(a, all<f64>(134217729.0))
  return sub<f64>(big, sub<f64>(big, a))
}

/** a * b - p, exactly, for p = a * b rounded. */
@inline function productError(a: v128, b: v128, p: v128): v128 {
  const ah = upper(a)
  const bh = upper(b)
  const al = sub<f64>(a, ah)
  const bl = sub<f64>(b, bh)
  return add<f64>(
    add<f64>(add<f64>(sub<f64>(mul<f64>(ah, bh), p), mul<f64>(ah, bl)), mul<f64>(al, bh)), mul<f64>(al, bl),
  )
}

function pow64(x: v128, y: v128): v128 {
  const one = all<f64>(1)
  const ax = abs<f64>(x)
  // log |x| = high + low
  const m = mantissa<f64>(ax)
  const k = exponent<f64>(ax)
  const f = sub<f64>(m, one)
  const d = add<f64>(m, one)
  const dLow = sub<f64>(m, sub<f64>(d, one))
  const s = div<f64>(f, d)
  const sd = mul<f64>(s, d)
  const sLow = div<f64>(sub<f64>(sub<f64>(sub<f64>(f, sd), productError(s, d, sd)), mul<f64>(s, dLow)), d)
  const z = mul<f64>(s, s)
  const series = add<f64>(add<f64>(sLow, sLow), mul<f64>(s, atanhRest<f64>(z)))
  const twice = add<f64>(s, s)
  const kHigh = mul<f64>(k, all<f64>(0.6931471803691238))
  const kLow = mul<f64>(k, all<f64>(1.9082149292705877e-10))
  const sum = add<f64>(kHigh, twice)
  const sumLow = select(eq<f64>(k, all<f64>(0)), all<f64>(0), sub<f64>(twice, sub<f64>(sum, kHigh)))
  const low0 = add<f64>(sumLow, add<f64>(series, kLow))
  const high = add<f64>(sum, low0)
  const low = sub<f64>(low0, sub<f64>(high, sum))
  // y log |x| = p + e; y beyond 2^64 changes nothing but could overflow the splitting
  const c = atMost<f64>(atLeast<f64>(y, all<f64>(-18446744073709551616.0)), all<f64>(18446744073709551616.0))
  const p = mul<f64>(c, high)
  const e = add<f64>(productError(c, high, p), mul<f64>(c, low))
  const inside = lt<f64>(abs<f64>(p), all<f64>(800))
  const base = exp<f64>(p)
  const tail = keep(inside, e)
  const value = add<f64>(base, mul<f64>(base, tail))
  const finite = select(inside, select(lt<f64>(base, all<f64>(Infinity)), value, base), base)
  return edges(x, y, finite)
}

/** The cases of IEEE pow: zeros, infinities, ones, negative bases. */
@inline function edges(x: v128, y: v128, value: v128): v128 {
  const zero = all<f64>(0)
  const one = all<f64>(1)
  const ax = abs<f64>(x)
  const whole = eq<f64>(f64x2.trunc(y), y)
  const halfY = mul<f64>(y, all<f64>(0.5))
  const odd = v128.andnot(whole, eq<f64>(f64x2.trunc(halfY), halfY))
  const negative = i64x2.lt_s(x, i64x2.splat(0))
  const toZero = v128.or(
    v128.and(eq<f64>(ax, zero), gt<f64>(y, zero)), v128.and(eq<f64>(ax, all<f64>(Infinity)), lt<f64>(y, zero)),
  )
  const toInfinity = v128.or(
    v128.and(eq<f64>(ax, zero), lt<f64>(y, zero)), v128.and(eq<f64>(ax, all<f64>(Infinity)), gt<f64>(y, zero)),
  )
  const ay = abs<f64>(y)
  const large = eq<f64>(ay, all<f64>(Infinity))
  const grows = v128.not(v128.xor(gt<f64>(ax, one), gt<f64>(y, zero)))
  let r = select(large, select(eq<f64>(ax, one), one, keep(grows, all<f64>(Infinity))), value)
  r = select(toZero, zero, r)
  r = select(toInfinity, all<f64>(Infinity), r)
  r = v128.or(r, keep(v128.and(negative, odd), all<f64>(-0.0)))
  const broken = v128.and(lt<f64>(x, zero), v128.andnot(lt<f64>(ax, all<f64>(Infinity)), whole))
  r = select(broken, all<f64>(NaN), r)
  r = select(v128.or(v128.ne<f64>(x, x), v128.ne<f64>(y, y)), all<f64>(NaN), r)
  return select(v128.or(eq<f64>(y, zero), eq<f64>(x, one)), one, r)
}
