// Single elements at up to four places (two for f64), handled as one vector. Places are byte offsets.

@inline export function gathered<T>(base: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let v = sizeof<T>() == 4 ? v128.load32_zero(base + a) : v128.load64_zero(base + a)
  v = v128.load_lane<T>(base + b, v, 1)
  if (sizeof<T>() == 8) return v
  return v128.load_lane<f32>(base + d, v128.load_lane<f32>(base + c, v, 2), 3)
}

/** Stores the first n lanes. */
@inline export function scatter<T>(base: usize, v: v128, n: i32, a: usize, b: usize, c: usize, d: usize): void {
  v128.store_lane<T>(base + a, v, 0)
  if (n > 1) v128.store_lane<T>(base + b, v, 1)
  if (sizeof<T>() == 8) return
  if (n > 2) v128.store_lane<f32>(base + c, v, 2)
  if (n > 3) v128.store_lane<f32>(base + d, v, 3)
}
