// Vectors of T: 4 lanes of f32 or 2 of f64. Every kernel is written on these, so that one formula serves both.
//
// Tails. A vector at the end of an array may be loaded whole (what lies behind it is readable memory, and its lanes are
// never stored), but it is stored with `storeUpTo`, which writes only the lanes that exist. Where foreign lanes would
// leak into a result (sums, extremes), `loadUpTo` gives zeros in their place.

@inline export function add<T>(a: v128, b: v128): v128 { return v128.add<T>(a, b) }
@inline export function sub<T>(a: v128, b: v128): v128 { return v128.sub<T>(a, b) }
@inline export function mul<T>(a: v128, b: v128): v128 { return v128.mul<T>(a, b) }
@inline export function div<T>(a: v128, b: v128): v128 { return v128.div<T>(a, b) }
@inline export function neg<T>(a: v128): v128 { return v128.neg<T>(a) }
@inline export function abs<T>(a: v128): v128 { return v128.abs<T>(a) }
@inline export function sqrt<T>(a: v128): v128 { return v128.sqrt<T>(a) }
@inline export function lt<T>(a: v128, b: v128): v128 { return v128.lt<T>(a, b) }
@inline export function le<T>(a: v128, b: v128): v128 { return v128.le<T>(a, b) }
@inline export function gt<T>(a: v128, b: v128): v128 { return v128.gt<T>(a, b) }
@inline export function ge<T>(a: v128, b: v128): v128 { return v128.ge<T>(a, b) }
@inline export function eq<T>(a: v128, b: v128): v128 { return v128.eq<T>(a, b) }

/** All lanes equal to a number. */
@inline export function all<T>(x: f64): v128 { return v128.splat<T>(<T>x) }
/** All lanes equal to the element at an address. */
@inline export function allOf<T>(at: usize): v128 { return v128.load_splat<T>(at) }
/** All lanes equal to entry k of a table of T: cheaper for the engine than a vector constant. */
@inline export function entry<T>(table: usize, k: usize): v128 { return v128.load_splat<T>(table + k * sizeof<T>()) }
const units32: usize = memory.data<f32>([1.0, 0.5, 2.0, -0.0], 16)
const units64: usize = memory.data<f64>([1.0, 0.5, 2.0, -0.0], 16)
@inline function unit<T>(k: usize): v128 { return entry<T>(sizeof<T>() == 4 ? units32 : units64, k) }
@inline export function one<T>(): v128 { return unit<T>(0) }
@inline export function half<T>(): v128 { return unit<T>(1) }
@inline export function two<T>(): v128 { return unit<T>(2) }

/** The lane of a one-element operand. */
@inline export function first<T>(a: v128): T { return v128.extract_lane<T>(a, 0) }

/** max(x, bound) where a NaN in x stays. */
@inline export function atLeast<T>(x: v128, bound: v128): v128 { return v128.pmax<T>(x, bound) }
/** min(x, bound) where a NaN in x stays. */
@inline export function atMost<T>(x: v128, bound: v128): v128 { return v128.pmin<T>(x, bound) }

/** Per lane: mask ? a : b. The mask is all ones or all zeros in a lane, as comparisons make it. */
@inline export function select(mask: v128, a: v128, b: v128): v128 { return v128.bitselect(a, b, mask) }
/** Per lane: mask ? a : 0. */
@inline export function keep(mask: v128, a: v128): v128 { return v128.and(a, mask) }
/** The sign bit of each lane. */
@inline export function signOf<T>(a: v128): v128 { return v128.and(a, unit<T>(3)) }
/** |a| with the sign of s; a must not be negative. */
@inline export function withSign<T>(a: v128, s: v128): v128 { return v128.or(a, signOf<T>(s)) }
@inline export function isNaN<T>(a: v128): v128 { return v128.ne<T>(a, a) }

/** The sum of all lanes: f32 (l0 + l2) + (l1 + l3), f64 l0 + l1. */
@inline export function sumLanes<T>(a: v128): T {
  if (sizeof<T>() == 8) return <T>(f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1))
  const b = f32x4.add(a, i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))
  return <T>(f32x4.extract_lane(b, 0) + f32x4.extract_lane(b, 1))
}

/** The greatest lane, NaN when any lane is NaN. */
@inline export function maxLanes<T>(a: v128): T {
  if (sizeof<T>() == 8) return <T>(max<f64>(f64x2.extract_lane(a, 0), f64x2.extract_lane(a, 1)))
  const b = max<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1))
  return <T>(max<f32>(b, max<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3))))
}

/** The elements at `at` with zeros from byte `left` on; left > 0. */
@inline export function loadUpTo<T>(at: usize, left: isize): v128 {
  if (left >= 16) return v128.load(at)
  return loadPart<T>(at, left)
}

/** The elements at `at` with zeros from byte `left` on; 0 < left < 16. */
export function loadPart<T>(at: usize, left: isize): v128 {
  if (sizeof<T>() == 8) return v128.load64_zero(at)
  if (left == 4) return v128.load32_zero(at)
  const low = v128.load64_zero(at)
  return left == 8 ? low : v128.load_lane<f32>(at + 8, low, 2)
}

/** Stores the lanes of `a` that lie before byte `left`; left > 0. */
@inline export function storeUpTo<T>(at: usize, a: v128, left: isize): void {
  if (left < 16) storePart<T>(at, a, left)
  else v128.store(at, a)
}

/** Stores the lanes of `a` that lie before byte `left`; 0 < left < 16. */
export function storePart<T>(at: usize, a: v128, left: isize): void {
  if (sizeof<T>() == 8) {
    v128.store_lane<f64>(at, a, 0)
    return
  }
  if (left == 4) {
    v128.store_lane<f32>(at, a, 0)
    return
  }
  v128.store_lane<f64>(at, a, 0)
  if (left == 12) v128.store_lane<f32>(at + 8, a, 2)
}

/** All ones in the lanes before byte `left`, zeros behind; left > 0. */
@inline export function maskUpTo<T>(left: isize): v128 {
  if (left >= 16) return i32x4.splat(-1)
  if (sizeof<T>() == 8) return i64x2(-1, 0)
  return i32x4.lt_s(i32x4(0, 4, 8, 12), i32x4.splat(<i32>left))
}

/** The two low f32 lanes as f64. */
@inline export function widenLow(a: v128): v128 { return f64x2.promote_low_f32x4(a) }
/** The two high f32 lanes as f64. */
@inline export function widenHigh(a: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))
}
/** Four f32 lanes from two vectors of f64. */
@inline export function narrow(low: v128, high: v128): v128 {
  const a = f32x4.demote_f64x2_zero(low)
  const b = f32x4.demote_f64x2_zero(high)
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
}
