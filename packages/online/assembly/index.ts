/**
 * The two experts of `autoModel` that cost most per event, over f64 in memory that `src/auto/compiled.ts` hands out.
 * Every sum is added up in the order that `least-squares.ts` and `neighbours.ts` state.
 */

/** Where what belongs to least squares stands, in bytes from its block on: P, then x, the gain, the inputs in use. */
@inline function vectorsAt(block: usize, inputs: i32): usize {
  return block + (<usize>inputs * <usize>inputs << 3)
}

/**
 * The gain P x, of the inputs below `size`, and the trace of P, of which only the upper half is kept. Where x is 0,
 * only the columns of others count.
 */
@inline function multiply(block: usize, inputs: i32, size: i32): f64 {
  const x = vectorsAt(block, inputs)
  const gain = x + (<usize>inputs << 3)
  const active = gain + (<usize>inputs << 3)
  let count = 0
  for (let i = 0; i < inputs; i++) {
    store<f64>(gain + (<usize>i << 3), 0)
    if (load<f64>(x + (<usize>i << 3)) === 0) continue
    store<i32>(active + ((<usize>count) << 2), i)
    count++
  }
  let trace: f64 = 0
  let next = 0
  for (let i = 0; i < size; i++) {
    const row = block + (<usize>(i * inputs) << 3)
    const diagonal = load<f64>(row + (<usize>i << 3))
    trace += diagonal
    const value = load<f64>(x + (<usize>i << 3))
    let own: f64 = 0
    if (value === 0) {
      for (let a = next; a < count; a++) {
        const j = <usize>load<i32>(active + (<usize>a << 2)) << 3
        own += load<f64>(row + j) * load<f64>(x + j)
      }
    } else {
      next++
      const values = f64x2.splat(value)
      let sums = f64x2.replace_lane(f64x2.splat(0), 0, diagonal * value)
      let j = i + 1
      for (; j < size - 1; j += 2) {
        const at = <usize>j << 3
        const two = v128.load(row + at)
        sums = f64x2.add(sums, f64x2.mul(two, v128.load(x + at)))
        v128.store(gain + at, f64x2.add(v128.load(gain + at), f64x2.mul(two, values)))
      }
      own = f64x2.extract_lane(sums, 0)
      if (j < size) {
        const at = <usize>j << 3
        own += load<f64>(row + at) * load<f64>(x + at)
        store<f64>(gain + at, load<f64>(gain + at) + load<f64>(row + at) * value)
      }
      own += f64x2.extract_lane(sums, 1)
    }
    store<f64>(gain + (<usize>i << 3), load<f64>(gain + (<usize>i << 3)) + own)
  }
  return trace
}

/** P <- (P - k x' P) wider, k being the gain divided by `spread`. */
@inline function shrink(block: usize, inputs: i32, size: i32, spread: f64, wider: f64): void {
  const gain = vectorsAt(block, inputs) + (<usize>inputs << 3)
  const all = f64x2.splat(wider)
  for (let i = 0; i < size; i++) {
    const step = load<f64>(gain + (<usize>i << 3)) / spread * wider
    if (step === 0 && wider === 1) continue
    const steps = f64x2.splat(step)
    const row = block + (<usize>(i * inputs) << 3)
    let j = i
    for (; j < size - 1; j += 2) {
      const at = <usize>j << 3
      const shrunk = f64x2.sub(f64x2.mul(v128.load(row + at), all), f64x2.mul(steps, v128.load(gain + at)))
      v128.store(row + at, shrunk)
    }
    if (j < size) {
      const at = <usize>j << 3
      store<f64>(row + at, load<f64>(row + at) * wider - step * load<f64>(gain + at))
    }
  }
}

/**
 * Takes the x of a block into its P, and leaves the gain. `noise`: lambda / h; `wider`: 1 / lambda, unless the trace of
 * P is `traceMax` or more already. Returns noise + x' P x.
 */
export function fit(block: usize, inputs: i32, size: i32, noise: f64, wider: f64, traceMax: f64): f64 {
  const trace = multiply(block, inputs, size)
  const x = vectorsAt(block, inputs)
  const gain = x + (<usize>inputs << 3)
  let spread = noise
  for (let i = 0; i < inputs; i++) {
    const value = load<f64>(x + (<usize>i << 3))
    if (value !== 0) spread += load<f64>(gain + (<usize>i << 3)) * value
  }
  shrink(block, inputs, size, spread, trace < traceMax ? wider : 1)
  return spread
}

/** How many neighbours are looked for. */
const near = 7

/** Puts a row among the nearest; returns the distance from which on a row is not among them. */
function insert(row: i32, sum: f64, distances: usize, places: usize): f64 {
  let place = near - 1
  while (place > 0 && load<f64>(distances + (<usize>(place - 1) << 3)) > sum) {
    store<f64>(distances + (<usize>place << 3), load<f64>(distances + (<usize>(place - 1) << 3)))
    store<i32>(places + (<usize>place << 2), load<i32>(places + (<usize>(place - 1) << 2)))
    place--
  }
  store<f64>(distances + (<usize>place << 3), sum)
  store<i32>(places + (<usize>place << 2), row)
  return load<f64>(distances + (<usize>(near - 1) << 3))
}

@inline function product(query: usize, column: usize, at: usize): v128 {
  return f64x2.mul(v128.load64_splat(query), v128.load(column + at))
}

/**
 * The nearest of the first `count` rows to the query, whose square is `own`: their squared distances and their numbers.
 * Rows stand column by column, `window` of them in each; `width` columns, a multiple of 4 and at least 8. Two rows are
 * looked at at once; the second of the last two may be one that is not there.
 */
export function nearest(
  columns: usize, squares: usize, query: usize, window: i32, width: i32, count: i32, own: f64, distances: usize,
  places: usize,
): void {
  for (let k = 0; k < near; k++) store<f64>(distances + (<usize>k << 3), Infinity)
  let worst: f64 = Infinity
  const stride = <usize>window << 3
  const owns = f64x2.splat(own)
  const two = f64x2.splat(2)
  for (let i = 0; i < count; i += 2) {
    const at = <usize>i << 3
    let column = columns
    let sum = f64x2.add(
      f64x2.add(product(query, column, at), product(query + 8, column + stride, at)),
      f64x2.add(product(query + 16, column + 2 * stride, at), product(query + 24, column + 3 * stride, at)),
    )
    column += 4 * stride
    sum = f64x2.add(sum, f64x2.add(
      f64x2.add(product(query + 32, column, at), product(query + 40, column + stride, at)),
      f64x2.add(product(query + 48, column + 2 * stride, at), product(query + 56, column + 3 * stride, at)),
    ))
    for (let j = 8; j < width; j += 4) {
      column += 4 * stride
      const q = query + (<usize>j << 3)
      sum = f64x2.add(sum, f64x2.add(
        f64x2.add(product(q, column, at), product(q + 8, column + stride, at)),
        f64x2.add(product(q + 16, column + 2 * stride, at), product(q + 24, column + 3 * stride, at)),
      ))
    }
    const apart = f64x2.sub(f64x2.add(owns, v128.load(squares + at)), f64x2.mul(two, sum))
    if (!v128.any_true(f64x2.lt(apart, f64x2.splat(worst)))) continue
    const first = f64x2.extract_lane(apart, 0)
    if (first < worst) worst = insert(i, first > 0 ? first : 0, distances, places)
    const second = f64x2.extract_lane(apart, 1)
    if (second < worst && i + 1 < count) worst = insert(i + 1, second > 0 ? second : 0, distances, places)
  }
}
