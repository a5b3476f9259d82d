// log and log1p. x = 2^k m with m in [sqrt(1/2), sqrt(2)); with f = m - 1, s = f / (2 + f) and z = s^2,
// log m = 2 atanh(s) = f - f^2/2 + s (f^2/2 + z R(z)); R is a minimax polynomial (derived here).
import { abs, add, all, div, eq, keep, lt, mul, select, sub } from './lanes'

/** z R(z), where 2 atanh(s) = 2 s + s z R(z). */
@inline export function atanhRest<T>(z: v128): v128 {
  if (sizeof<T>() == 4) {
    return mul<T>(z, add<T>(all<T>(0.6666668532003984), mul<T>(z, add<T>(all<T>(0.39988695392249746), mul<T>(z, all<T>(0.29583109201014884))))))
  }
  const z2 = mul<T>(z, z)
  const a = add<T>(all<T>(0.666666666666667), mul<T>(z, all<T>(0.39999999999897895)))
  const b = add<T>(all<T>(0.28571428626650774), mul<T>(z, all<T>(0.22222211031762756)))
  const c = add<T>(all<T>(0.18182896208494043), mul<T>(z, all<T>(0.15331497728664245)))
  return mul<T>(z, add<T>(a, mul<T>(z2, add<T>(b, mul<T>(z2, add<T>(c, mul<T>(z2, all<T>(0.14619097316757038))))))))
}

/** x for normal x; subnormal x times 2^54 (f32: 2^25). */
@inline export function normal<T>(x: v128): v128 {
  const tiny = lt<T>(x, all<T>(sizeof<T>() == 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308))
  return select(tiny, mul<T>(x, all<T>(sizeof<T>() == 4 ? 33554432.0 : 18014398509481984.0)), x)
}

/** The bits of sqrt(1/2): subtracted, they move the octave boundary from 1 to sqrt(1/2). */
@inline function half<T>(): v128 { return sizeof<T>() == 4 ? i32x4.splat(0x3f3504f3) : i64x2.splat(0x3fe6a09e667f3bcd) }

/** m of x = 2^k m. */
@inline export function mantissa<T>(x: v128): v128 {
  const n = normal<T>(x)
  return sizeof<T>() == 4
    ? i32x4.add(v128.and(i32x4.sub(n, half<T>()), i32x4.splat(0x007fffff)), half<T>())
    : i64x2.add(v128.and(i64x2.sub(n, half<T>()), i64x2.splat(0x000fffffffffffff)), half<T>())
}

/** k of x = 2^k m, as a number. */
@inline export function exponent<T>(x: v128): v128 {
  const n = normal<T>(x)
  const lift = keep(lt<T>(x, n), all<T>(sizeof<T>() == 4 ? 25.0 : 54.0))
  if (sizeof<T>() == 4) return sub<T>(f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.sub(n, half<T>()), 23)), lift)
  const k = i64x2.shr_s(i64x2.sub(n, half<T>()), 52)
  const narrow = i8x16.shuffle(k, k, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11)
  return sub<T>(f64x2.convert_low_i32x4_s(narrow), lift)
}

/** `value` where x is positive and finite; else log(0) = -inf, log(negative) = NaN, log(inf) = inf, log(NaN) = NaN. */
@inline function withEdges<T>(x: v128, value: v128): v128 {
  const regular = v128.and(v128.gt<T>(x, all<T>(0)), lt<T>(x, all<T>(Infinity)))
  const edge = select(eq<T>(x, all<T>(0)), all<T>(-Infinity), select(eq<T>(x, all<T>(Infinity)), x, all<T>(NaN)))
  return select(regular, value, edge)
}

/** Error below 1 ulp (f32: 2 ulp). */
export function log<T>(x: v128): v128 {
  const f = sub<T>(mantissa<T>(x), all<T>(1))
  const k = exponent<T>(x)
  const s = div<T>(f, add<T>(all<T>(2), f))
  const halfSquare = mul<T>(mul<T>(f, f), all<T>(0.5))
  const rest = mul<T>(s, add<T>(halfSquare, atanhRest<T>(mul<T>(s, s))))
  const low = mul<T>(k, all<T>(sizeof<T>() == 4 ? 3.1946184945309415e-5 : 1.9082149292705877e-10))
  const high = mul<T>(k, all<T>(sizeof<T>() == 4 ? 0.693115234375 : 0.6931471803691238))
  const sum = sub<T>(sub<T>(halfSquare, add<T>(rest, low)), f)
  return withEdges<T>(x, sub<T>(high, sum))
}

/** log(1 + x): log(u) + (what rounding u = 1 + x lost) / u; error below 2 ulp. */
export function log1p<T>(x: v128): v128 {
  const one = all<T>(1)
  const u = add<T>(one, x)
  const lost = select(lt<T>(x, one), sub<T>(x, sub<T>(u, one)), sub<T>(one, sub<T>(u, x)))
  const regular = v128.and(lt<T>(abs<T>(u), all<T>(Infinity)), v128.gt<T>(u, all<T>(0)))
  return add<T>(log<T>(u), keep(regular, div<T>(lost, u)))
}
