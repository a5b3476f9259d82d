// NORM_*, MEASURE: the sum of squares of a gradient (or another measure) in an f64 cell, over the elements as
// rounded to T. Order: blocks as in gradient.ts, within a block even and odd elements apart (f32: by element mod 4),
// then the parts are added. CLIP_COEFFICIENT, CLIP_BY, INVERSE_MAX, STEP_LENGTH: coefficients made of norms and
// magnitudes, in f64 cells.
import { abs, add, mul, widenHigh, widenLow, loadUpTo, sumLanes } from './lanes'
import { maxAbs } from './guard'
import { scratch } from './memory'
import { eachBlock } from './gradient'

/** Adds a term of each element, squares or magnitudes, to the cell. */
function addTerms<T>(cell: usize, bytes: isize, squares: bool): void {
  let even = f64x2.splat(0)
  let odd = even
  for (let i: isize = 0; i < bytes; i += 16) {
    const u = loadUpTo<T>(scratch + i, bytes - i)
    if (sizeof<T>() == 8) even = add<f64>(even, squares ? mul<f64>(u, u) : abs<f64>(u))
    else {
      const low = widenLow(u)
      const high = widenHigh(u)
      even = add<f64>(even, squares ? mul<f64>(low, low) : abs<f64>(low))
      odd = add<f64>(odd, squares ? mul<f64>(high, high) : abs<f64>(high))
    }
  }
  store<f64>(cell, load<f64>(cell) + sumLanes<f64>(add<f64>(even, odd)))
}

/** What `Measure` takes; see MEASURE. A variable, so that one set of loops over layouts serves all kinds. */
let measured: i32 = 0

class Measure {
  @inline block<T>(cell: usize, offset: isize, bytes: isize): void {
    if (measured == 2) {
      store<f64>(cell, max<f64>(load<f64>(cell), <f64>maxAbs<T>(scratch, <i32>(bytes / sizeof<T>()))))
    } else addTerms<T>(cell, bytes, measured == 0)
  }
}

export function measure<T>(
  kind: i32, cell: usize, layout: i32, n: i32, m: i32, a: usize, b: usize, extra: i32,
): void {
  measured = kind
  eachBlock<Measure, T>(layout, n, m, a, b, extra, cell)
}

export function norm<T>(cell: usize, layout: i32, n: i32, m: i32, a: usize, b: usize, extra: i32): void {
  measure<T>(0, cell, layout, n, m, a, b, extra)
}

export function clipCoefficient(cell: usize, out: usize, maxNorm: f64): void {
  store<f64>(out, min<f64>(1, maxNorm / (sqrt<f64>(load<f64>(cell)) + 1e-6)))
}

export function clipBy(cell: usize, out: usize, maxNorm: f64): void {
  store<f64>(out, min<f64>(1, maxNorm / (load<f64>(cell) + 1e-6)))
}

export function inverseMax<T>(x: usize, n: i32, out: usize): void {
  const greatest = <f64>maxAbs<T>(x, n)
  store<f64>(out, greatest >= 1e-30 ? 1 / greatest : 0)
}

export function stepLength<T>(cell: usize, loss: usize, out: usize, most: f64, soft: f64): void {
  const squares = load<f64>(cell)
  const excess = <f64>load<T>(loss)
  store<f64>(out, excess > 0 && squares > 0 ? min<f64>(most, excess / (squares + soft)) : 0)
}
