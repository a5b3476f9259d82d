// SCAN and GUARD: nothing non-finite gets past. A finite gradient above 2^40 sets control.careful.
//
// Every check is first done quickly: whole vectors against a limit, foreign lanes of the last one included. Only when
// that fails are the elements looked at exactly.
import { abs, all, eq, le, loadUpTo, maxLanes } from './lanes'
import { control, fail, valuesOf } from './memory'
import { Fault } from './opcodes'

/** Above this a gradient is still finite, but an update with it could leave the range of f32. */
const large: f64 = 1099511627776
/** Products of two factors up to this are not large. */
const modest: f64 = 1048576

@inline function greatest<T>(): f64 { return sizeof<T>() == 4 ? 3.4028234663852886e38 : 1.7976931348623157e308 }

/** Whether all magnitudes are at most the limit; false for a NaN, and possibly for what stands behind the elements. */
@inline function quickly<T>(at: usize, n: i32, limit: f64): bool {
  const bound = all<T>(limit)
  const end = at + <usize>n * sizeof<T>()
  let ok = i32x4.splat(-1)
  for (; at < end; at += 16) ok = v128.and(ok, le<T>(abs<T>(v128.load(at)), bound))
  return i32x4.all_true(ok)
}

@inline function magnitude<T>(x: T): T { return x < 0 ? -x : x }

/** Whether all magnitudes are at most the limit; false for a NaN. */
function within<T>(at: usize, n: i32, limit: f64): bool {
  for (let i = 0; i < n; i++) if (!(magnitude<T>(load<T>(at + <usize>i * sizeof<T>())) <= <T>limit)) return false
  return true
}

export function firstNonFinite<T>(at: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const x = load<T>(at + <usize>i * sizeof<T>())
    if (x - x != 0) return i
  }
  return -1
}

/** The greatest magnitude; NaN when an element is NaN; 0 of nothing. */
export function maxAbs<T>(at: usize, n: i32): T {
  const bytes = <isize>n * sizeof<T>()
  let top = all<T>(0)
  let known = i32x4.splat(-1)
  for (let i: isize = 0; i < bytes; i += 16) {
    const a = abs<T>(loadUpTo<T>(at + i, bytes - i))
    top = v128.pmax<T>(top, a)
    known = v128.and(known, eq<T>(a, a))
  }
  return i32x4.all_true(known) ? maxLanes<T>(top) : <T>NaN
}

/** Where the values of pairs begin. */
@inline function firstOf(at: usize, n: i32): usize { return n < 0 ? valuesOf(at, -n) : at }
/** How many values there are. */
@inline function countOf(at: usize, n: i32): i32 { return n < 0 ? <i32>min<u32>(load<u32>(at), -n) : n }

export function scan<T>(region: usize, size: i32): bool {
  const at = firstOf(region, size)
  const n = countOf(region, size)
  if (quickly<T>(at, n, greatest<T>())) return true
  const found = firstNonFinite<T>(at, n)
  return found < 0 || fail(Fault.nonFinite, found)
}

export function guardDense<T>(g: usize, n: i32): bool {
  if (quickly<T>(g, n, large) || within<T>(g, n, large)) return true
  if (!scan<T>(g, n)) return false
  store<i32>(control, 1, 32)
  return true
}

/** Rounding is monotone: some a_i * b_j is not finite exactly when max|a| * max|b| is not. */
export function guardOuter<T>(a: usize, n: i32, b: usize, m: i32): bool {
  if (quickly<T>(a, n, modest) && quickly<T>(b, m, modest)) return true
  if (n == 0 || m == 0) return true
  const top = maxAbs<T>(a, n) * maxAbs<T>(b, m)
  if (top <= <T>large) return true
  if (!(top <= <T>greatest<T>())) return fail(Fault.nonFinite, -1)
  store<i32>(control, 1, 32)
  return true
}

export function guardRows<T>(dy: usize, width: i32, pairs: usize, capacity: i32): bool {
  return guardOuter<T>(valuesOf(pairs, capacity), load<i32>(pairs), dy, width)
}

/** Whether all of k regions [address, count] are so small that no check of them or of their products can fail. */
export function allModest<T>(k: i32, regions: usize): bool {
  const bound = all<T>(modest)
  let ok = i32x4.splat(-1)
  for (; k > 0; k--) {
    const region: usize = load<u32>(regions)
    const size = load<i32>(regions, 4)
    let at = firstOf(region, size)
    const end = at + <usize>countOf(region, size) * sizeof<T>()
    for (; at < end; at += 16) ok = v128.and(ok, le<T>(abs<T>(v128.load(at)), bound))
    regions += 8
  }
  return i32x4.all_true(ok)
}
