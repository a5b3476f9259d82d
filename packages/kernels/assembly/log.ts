// log and log1p. x = 2^k m with m in [sqrt(1/2), sqrt(2)); with f = m - 1, s = f / (2 + f) and z = s^2,
// log m = 2 atanh(s) = f - f^2/2 + s (f^2/2 + z R(z)); R is a minimax polynomial (derived here).
import { abs, add, all, div, entry, eq, half, keep, lt, mul, one, select, sub, two } from './lanes'

/** R, ascending | ln 2 in two parts | least normal number, the power of two that lifts a subnormal, its logarithm */
const table32: usize = memory.data<f32>([
  0.6666668532003984, 0.39988695392249746, 0.29583109201014884, 0.0, 0.0, 0.0, 0.0, 0.693115234375,
  3.1946184945309415e-5, 1.1754943508222875e-38, 33554432.0, 25.0,
], 16)
const table64: usize = memory.data<f64>([
  0.666666666666667, 0.39999999999897895, 0.28571428626650774, 0.22222211031762756, 0.18182896208494043,
  0.15331497728664245, 0.14619097316757038, 0.6931471803691238, 1.9082149292705877e-10, 2.2250738585072014e-308,
  18014398509481984.0, 54.0,
], 16)
@inline function lit<T>(k: usize): v128 { return entry<T>(sizeof<T>() == 4 ? table32 : table64, k) }

/** z R(z), where 2 atanh(s) = 2 s + s z R(z). */
@inline export function atanhRest<T>(z: v128): v128 {
  if (sizeof<T>() == 4) {
    return mul<T>(z, add<T>(lit<T>(0), mul<T>(z, add<T>(lit<T>(1), mul<T>(z, lit<T>(2))))))
  }
  const z2 = mul<T>(z, z)
  const a = add<T>(lit<T>(0), mul<T>(z, lit<T>(1)))
  const b = add<T>(lit<T>(2), mul<T>(z, lit<T>(3)))
  const c = add<T>(lit<T>(4), mul<T>(z, lit<T>(5)))
  return mul<T>(z, add<T>(a, mul<T>(z2, add<T>(b, mul<T>(z2, add<T>(c, mul<T>(z2, lit<T>(6))))))))
}

/** x for normal x; subnormal x times 2^54 (f32: 2^25). */
@inline export function normal<T>(x: v128): v128 {
  const tiny = lt<T>(x, lit<T>(9))
  return select(tiny, mul<T>(x, lit<T>(10)), x)
}

/** The bits of sqrt(1/2): subtracted, they move the octave boundary from 1 to sqrt(1/2). */
@inline function boundary<T>(): v128 {
  return sizeof<T>() == 4 ? i32x4.splat(0x3f3504f3) : i64x2.splat(0x3fe6a09e667f3bcd)
}

/** m of x = 2^k m. */
@inline export function mantissa<T>(x: v128): v128 {
  const n = normal<T>(x)
  return sizeof<T>() == 4
    ? i32x4.add(v128.and(i32x4.sub(n, boundary<T>()), i32x4.splat(0x007fffff)), boundary<T>())
    : i64x2.add(v128.and(i64x2.sub(n, boundary<T>()), i64x2.splat(0x000fffffffffffff)), boundary<T>())
}

/** k of x = 2^k m, as a number. */
@inline export function exponent<T>(x: v128): v128 {
  const n = normal<T>(x)
  const lift = keep(lt<T>(x, n), lit<T>(11))
  if (sizeof<T>() == 4) return sub<T>(f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.sub(n, boundary<T>()), 23)), lift)
  const k = i64x2.shr_s(i64x2.sub(n, boundary<T>()), 52)
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
  const f = sub<T>(mantissa<T>(x), one<T>())
  const k = exponent<T>(x)
  const s = div<T>(f, add<T>(two<T>(), f))
  const halfSquare = mul<T>(mul<T>(f, f), half<T>())
  const rest = mul<T>(s, add<T>(halfSquare, atanhRest<T>(mul<T>(s, s))))
  const low = mul<T>(k, lit<T>(8))
  const high = mul<T>(k, lit<T>(7))
  const sum = sub<T>(sub<T>(halfSquare, add<T>(rest, low)), f)
  return withEdges<T>(x, sub<T>(high, sum))
}

/** log(1 + x): log(u) + (what rounding u = 1 + x lost) / u; error below 2 ulp. */
export function log1p<T>(x: v128): v128 {
  const u = add<T>(one<T>(), x)
  const lost = select(lt<T>(x, one<T>()), sub<T>(x, sub<T>(u, one<T>())), sub<T>(one<T>(), sub<T>(u, x)))
  const regular = v128.and(lt<T>(abs<T>(u), all<T>(Infinity)), v128.gt<T>(u, all<T>(0)))
  return add<T>(log<T>(u), keep(regular, div<T>(lost, u)))
}
