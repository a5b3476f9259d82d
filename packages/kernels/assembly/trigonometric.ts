// sin, cos and atan in f64; f32 goes through f64.
import {
  abs, add, all, div, entry, eq, gt, half, keep, mul, narrow, one, select, sub, widenHigh, widenLow, withSign,
} from './lanes'
import { quartersTaken, remainder } from './reduction'

/**
 * sin(r) = r + r z S(z), cos(r) = 1 - z/2 + z^2 C(z), atan(u) = u + u z A(z), z the square; minimax fits, descending.
 */
const sine: usize = memory.data<f64>([
  1.5917861853805837e-10, -2.505112814998458e-8, 2.755731608492995e-6, -0.0001984126983672488, 0.008333333333330927,
  -0.16666666666666666,
], 16)
const cosine: usize = memory.data<f64>([
  -1.1382464188417539e-11, 2.0876143942503405e-9, -2.755731726062794e-7, 2.480158729874444e-5, -0.0013888888888887382,
  0.041666666666666664,
], 16)
const arctangent: usize = memory.data<f64>([
  -0.019213425619481295, 0.0392636968356604, -0.050866433243271274, 0.05858395030859263, -0.06664542108522621,
  0.07692185554465972, -0.09090904689036026, 0.11111111018245524, -0.14285714284707457, 0.19999999999995738,
  -0.3333333333333333,
], 16)

/** The polynomial of `count` coefficients, the highest power first. */
@inline function polynomial(z: v128, table: usize, count: usize): v128 {
  let p = entry<f64>(table, 0)
  for (let k: usize = 1; k < count; k++) p = add<f64>(mul<f64>(p, z), entry<f64>(table, k))
  return p
}

export function sin<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(turn(widenLow(x), 0), turn(widenHigh(x), 0))
  return turn(x, 0)
}

export function cos<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(turn(widenLow(x), 1), turn(widenHigh(x), 1))
  return turn(x, 1)
}

/**
 * sin(x + quarters * pi / 2). x = n pi/2 + r with pi/2 in four parts of 33 bits; the products of the first three with n
 * are exact up to n = 2^20, so r is right to the last bit; larger x take `remainder`.
 */
function turn(x: v128, quarters: i64): v128 {
  const shifter = all<f64>(6755399441055744.0)
  const t = add<f64>(mul<f64>(x, all<f64>(0.6366197723675814)), shifter)
  const n = sub<f64>(t, shifter)
  const r0 = sub<f64>(x, mul<f64>(n, all<f64>(1.5707963267341256)))
  const w = mul<f64>(n, all<f64>(6.077100506303966e-11))
  const r1 = sub<f64>(r0, w)
  const lost = sub<f64>(sub<f64>(r0, r1), w)
  const tail = add<f64>(mul<f64>(n, all<f64>(2.0222662487111665e-21)), mul<f64>(n, all<f64>(8.4784276603689e-32)))
  let r = add<f64>(r1, sub<f64>(lost, tail))
  // The low bits of t hold n: bit 0 chooses sine or cosine, bit 1 the sign.
  let quadrant = t
  if (v128.any_true(gt<f64>(abs<f64>(x), all<f64>(1.6e6)))) {
    const x0 = f64x2.extract_lane(x, 0)
    const x1 = f64x2.extract_lane(x, 1)
    if (isHuge(x0)) {
      r = f64x2.replace_lane(r, 0, remainder(x0))
      quadrant = i64x2.replace_lane(quadrant, 0, quartersTaken())
    }
    if (isHuge(x1)) {
      r = f64x2.replace_lane(r, 1, remainder(x1))
      quadrant = i64x2.replace_lane(quadrant, 1, quartersTaken())
    }
  }
  const z = mul<f64>(r, r)
  const s = add<f64>(r, mul<f64>(mul<f64>(r, z), polynomial(z, sine, 6)))
  const halfZ = mul<f64>(z, half<f64>())
  const base = sub<f64>(one<f64>(), halfZ)
  const slack = sub<f64>(sub<f64>(one<f64>(), base), halfZ)
  const c = add<f64>(base, add<f64>(slack, mul<f64>(mul<f64>(z, z), polynomial(z, cosine, 6))))
  quadrant = i64x2.add(quadrant, i64x2.splat(quarters))
  const odd = i64x2.eq(v128.and(quadrant, i64x2.splat(1)), i64x2.splat(1))
  return v128.xor(select(odd, c, s), i64x2.shl(i64x2.shr_u(quadrant, 1), 63))
}

@inline function isHuge(x: f64): bool { return (x > 1.6e6 || x < -1.6e6) && x - x == 0 }

export function atan<T>(x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(atan64(widenLow(x)), atan64(widenHigh(x)))
  return atan64(x)
}

/** y / x is given as two operands so that atan2 shares the reduction; here x = 1. */
function atan64(x: v128): v128 { return withSign<f64>(angle(abs<f64>(x), one<f64>()), x) }

/**
 * atan(y / x) for y, x >= 0, in [0, pi / 2]: folded at the diagonal, then about pi/4 where the ratio exceeds tan(pi/8).
 */
function angle(y: v128, x: v128): v128 {
  const steep = gt<f64>(y, x)
  const low = select(steep, x, y)
  const high = select(steep, y, x)
  const both = v128.and(eq<f64>(low, high), gt<f64>(high, all<f64>(0)))
  const ratio = select(both, one<f64>(), div<f64>(low, high))
  const safe = select(eq<f64>(high, all<f64>(0)), all<f64>(0), ratio)
  const wide = gt<f64>(safe, all<f64>(0.41421356237309503))
  const u = select(wide, div<f64>(sub<f64>(safe, one<f64>()), add<f64>(safe, one<f64>())), safe)
  const z = mul<f64>(u, u)
  const p = polynomial(z, arctangent, 11)
  const rest = mul<f64>(mul<f64>(u, z), p)
  const offset = keep(wide, all<f64>(0.7853981633974483))
  const offsetLow = keep(wide, all<f64>(3.061616997868383e-17))
  const folded = add<f64>(offset, add<f64>(u, add<f64>(rest, offsetLow)))
  const rightAngle = add<f64>(sub<f64>(all<f64>(1.5707963267948966), folded), all<f64>(6.123233995736766e-17))
  return select(steep, rightAngle, folded)
}

/** The angle of (x, y), as Math.atan2. */
export function atan2<T>(y: v128, x: v128): v128 {
  if (sizeof<T>() == 4) return narrow(atan2of(widenLow(y), widenLow(x)), atan2of(widenHigh(y), widenHigh(x)))
  return atan2of(y, x)
}

function atan2of(y: v128, x: v128): v128 {
  const a = angle(abs<f64>(y), abs<f64>(x))
  const back = i64x2.lt_s(x, i64x2.splat(0))
  const turned = add<f64>(sub<f64>(all<f64>(3.141592653589793), a), all<f64>(1.2246467991473532e-16))
  const nan = v128.or(v128.ne<f64>(x, x), v128.ne<f64>(y, y))
  return select(nan, all<f64>(NaN), withSign<f64>(select(back, turned, a), y))
}

