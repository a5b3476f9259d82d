// Running standardisation. Statistics are f64 cells in both dtypes: a count of f32 would stop at 2^24.
// y = (x - mean) / sqrt(m2 / count), cut to [-limit, limit]; 0 where the variance is not positive. The cut keeps one
// event, in which a quantity moves that has hardly moved before, from ruining what is behind. COMMIT is Welford's step.
import { at, checkPairs, indexOf, put, valuesOf } from './memory'

/** 1 / standard deviation, or 0. */
@inline function rate(m2: f64, count: f64): f64 { return m2 > 0 && count > 0 ? 1 / sqrt<f64>(m2 / count) : 0 }

/** NaN stays NaN. */
@inline function standard(x: f64, mean: f64, m2: f64, count: f64, limit: f64): f64 {
  return m2 > 0 && count > 0 ? min(max((x - mean) / sqrt<f64>(m2 / count), -limit), limit) : x * 0
}

export function standardize<T>(x: usize, mean: usize, m2: usize, count: usize, y: usize, n: i32, limit: f64): void {
  for (let i = 0; i < n; i++) {
    put<T>(y, i, <T>standard(<f64>at<T>(x, i), at<f64>(mean, i), at<f64>(m2, i), at<f64>(count, i), limit))
  }
}

/** 0 where y was cut. */
export function standardizeBackward<T>(
  m2: usize, count: usize, y: usize, dy: usize, dx: usize, n: i32, limit: f64,
): void {
  const most = <T>limit
  for (let i = 0; i < n; i++) {
    const inside = abs<T>(at<T>(y, i)) < most
    put<T>(dx, i, inside ? <T>(<f64>at<T>(dy, i) * rate(at<f64>(m2, i), at<f64>(count, i))) : 0)
  }
}

/** Welford 1962: count, mean and the sum of squared deviations. */
@inline function observe(x: f64, count: usize, mean: usize, m2: usize): void {
  const seen = load<f64>(count) + 1
  const before = load<f64>(mean)
  const after = before + (x - before) / seen
  store<f64>(count, seen)
  store<f64>(mean, after)
  store<f64>(m2, load<f64>(m2) + (x - before) * (x - after))
}

export function standardizeCommit<T>(x: usize, mean: usize, m2: usize, count: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const cell = (<usize>i) << 3
    observe(<f64>at<T>(x, i), count + cell, mean + cell, m2 + cell)
  }
}

/** Stats rows are [flag, count, mean, m2]. */
export function sparseStandardize<T>(
  pairs: usize, out: usize, capacity: i32, stats: usize, rows: i32, limit: f64,
): bool {
  if (!checkPairs(pairs, capacity, rows)) return false
  const count = load<i32>(pairs)
  memory.copy(out, pairs, 16 + ((<usize>count) << 2))
  for (let k = 0; k < count; k++) {
    const row = stats + ((<usize>indexOf(pairs, k)) << 5)
    const x = at<T>(valuesOf(pairs, capacity), k)
    const flagged = load<f64>(row) != 0
    const y = flagged ? <T>standard(<f64>x, load<f64>(row, 16), load<f64>(row, 24), load<f64>(row, 8), limit) : x
    put<T>(valuesOf(out, capacity), k, y)
  }
  return true
}

export function sparseStandardizeCommit<T>(pairs: usize, capacity: i32, stats: usize, rows: i32): bool {
  if (!checkPairs(pairs, capacity, rows)) return false
  for (let k = 0, count = load<i32>(pairs); k < count; k++) {
    const row = stats + ((<usize>indexOf(pairs, k)) << 5)
    if (load<f64>(row) != 0) observe(<f64>at<T>(valuesOf(pairs, capacity), k), row + 8, row + 16, row + 24)
  }
  return true
}
