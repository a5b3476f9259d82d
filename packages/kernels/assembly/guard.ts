// SCAN and GUARD: nothing non-finite gets past. A finite gradient above 2^40 sets control.careful.
import { abs, all, le, loadUpTo, lt, maxLanes } from './lanes'
import { control, fail, valuesOf } from './memory'
import { Fault } from './opcodes'

/** Above this a gradient is still finite, but an update with it could leave the range of f32. */
const large: f64 = 1099511627776

/** Whether all magnitudes are below (or, for a finite bound, at most) the bound. False for a NaN. */
function within<T>(at: usize, n: i32, bound: f64): bool {
  const limit = all<T>(bound)
  const bytes = <isize>n * sizeof<T>()
  let ok = i32x4.splat(-1)
  for (let i: isize = 0; i < bytes; i += 16) {
    const a = abs<T>(loadUpTo<T>(at + i, bytes - i))
    ok = v128.and(ok, bound == Infinity ? lt<T>(a, limit) : le<T>(a, limit))
  }
  return i32x4.all_true(ok)
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
  for (let i: isize = 0; i < bytes; i += 16) top = v128.max<T>(top, abs<T>(loadUpTo<T>(at + i, bytes - i)))
  return maxLanes<T>(top)
}

export function scan<T>(at: usize, n: i32): bool {
  return within<T>(at, n, Infinity) || fail(Fault.nonFinite, firstNonFinite<T>(at, n))
}

export function guardDense<T>(g: usize, n: i32): bool {
  if (within<T>(g, n, large)) return true
  if (!within<T>(g, n, Infinity)) return fail(Fault.nonFinite, firstNonFinite<T>(g, n))
  store<i32>(control, 1, 32)
  return true
}

/** Rounding is monotone: some a_i * b_j is not finite exactly when max|a| * max|b| is not. */
export function guardOuter<T>(a: usize, n: i32, b: usize, m: i32): bool {
  if (n == 0 || m == 0) return true
  const top = maxAbs<T>(a, n) * maxAbs<T>(b, m)
  if (top <= <T>large) return true
  if (!(top < <T>Infinity)) return fail(Fault.nonFinite, -1)
  store<i32>(control, 1, 32)
  return true
}

export function guardRows<T>(dy: usize, width: i32, pairs: usize, capacity: i32): bool {
  return guardOuter<T>(valuesOf(pairs, capacity), load<i32>(pairs), dy, width)
}
