// LAYER_NORM over the last axis of [outer, n]: xhat = (x - mean) / sqrt(var + eps), y = xhat * w + b. Two passes for
// the variance (biased). Sums: lane j adds j, j + lanes, ... then sumLanes.
import { add, all, keep, loadUpTo, maskUpTo, mul, storeUpTo, sub, sumLanes } from './lanes'
import { rowSum } from './reduce'

export function layerNorm<T>(x: usize, w: usize, b: usize, y: usize, stats: usize, outer: i32, n: i32, eps: f64): void {
  const row = <isize>n * sizeof<T>()
  for (let o = 0; o < outer; o++) {
    const mean = rowSum<T>(x, n) / <T>n
    const m = v128.splat<T>(mean)
    let squares = all<T>(0)
    for (let i: isize = 0; i < row; i += 16) {
      const d = keep(maskUpTo<T>(row - i), sub<T>(v128.load(x + i), m))
      squares = add<T>(squares, mul<T>(d, d))
    }
    const rate = <T>1 / sqrt<T>(sumLanes<T>(squares) / <T>n + <T>eps)
    const r = v128.splat<T>(rate)
    for (let i: isize = 0; i < row; i += 16) {
      let v = mul<T>(sub<T>(v128.load(x + i), m), r)
      if (w) v = mul<T>(v, v128.load(w + i))
      if (b) v = add<T>(v, v128.load(b + i))
      storeUpTo<T>(y + i, v, row - i)
    }
    store<T>(stats, mean)
    store<T>(stats + sizeof<T>(), rate)
    stats += 2 * sizeof<T>()
    x += row
    y += row
  }
}

/** dx = rate (g - mean(g) - xhat mean(g xhat)), g = dy w. */
export function layerNormDx<T>(x: usize, w: usize, dy: usize, stats: usize, dx: usize, outer: i32, n: i32): void {
  const row = <isize>n * sizeof<T>()
  for (let o = 0; o < outer; o++) {
    const m = v128.load_splat<T>(stats)
    const r = v128.load_splat<T>(stats + sizeof<T>())
    let sum = all<T>(0)
    let product = all<T>(0)
    for (let i: isize = 0; i < row; i += 16) {
      let g = loadUpTo<T>(dy + i, row - i)
      if (w) g = mul<T>(g, loadUpTo<T>(w + i, row - i))
      sum = add<T>(sum, g)
      product = add<T>(product, mul<T>(g, mul<T>(sub<T>(loadUpTo<T>(x + i, row - i), m), r)))
    }
    const gMean = v128.splat<T>(sumLanes<T>(sum) / <T>n)
    const pMean = v128.splat<T>(sumLanes<T>(product) / <T>n)
    for (let i: isize = 0; i < row; i += 16) {
      const g = w ? mul<T>(v128.load(dy + i), v128.load(w + i)) : v128.load(dy + i)
      const xhat = mul<T>(sub<T>(v128.load(x + i), m), r)
      storeUpTo<T>(dx + i, mul<T>(r, sub<T>(sub<T>(g, gMean), mul<T>(xhat, pMean))), row - i)
    }
    stats += 2 * sizeof<T>()
    x += row
    dy += row
    dx += row
  }
}

/** dw = sum over rows, in order, of dy xhat. */
export function layerNormDw<T>(x: usize, dy: usize, stats: usize, dw: usize, outer: i32, n: i32): void {
  const row = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < row; i += 16) {
    let sum = all<T>(0)
    for (let o = 0; o < outer; o++) {
      const m = v128.load_splat<T>(stats + o * 2 * sizeof<T>())
      const r = v128.load_splat<T>(stats + o * 2 * sizeof<T>() + sizeof<T>())
      const xhat = mul<T>(sub<T>(v128.load(x + o * row + i), m), r)
      sum = add<T>(sum, mul<T>(v128.load(dy + o * row + i), xhat))
    }
    storeUpTo<T>(dw + i, sum, row - i)
  }
}
