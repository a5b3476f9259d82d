// LINEAR for one row of inputs and a weight that is stored by column: w is [in, out], so an input that is zero costs
// nothing, in the forward pass and in an update by an outer product.
//
// Order of sums: that of LINEAR (linear.ts), bit for bit. Accumulator j, a vector of all outputs, adds x_i w_i for
// i = j, j + lanes, ...; then the accumulators are added as sumLanes adds lanes; then + b. Leaving out a zero changes no
// bit: a sum that starts at +0 is never -0, so x + 0 w = x for every finite w.
import { add, all, allOf, loadUpTo, mul, storeUpTo } from './lanes'
import { outerStep, twoRows } from './outer-step'

@inline function lanesOf<T>(): i32 { return 16 / <i32>sizeof<T>() }

/** Words of one list of non-zero inputs: a count, the inputs, and one that `collect` may write in vain. */
@inline function listWords(inputs: i32, lanes: i32): i32 { return inputs / lanes + 3 }
/** Bytes of one accumulator. */
@inline function stride<T>(outputs: i32): usize { return (<usize>outputs * sizeof<T>() + 15) & ~15 }

/** The non-zero inputs by lane, each list [count, index...]: lane j has those with i mod lanes = j, ascending. */
function collect<T>(x: usize, lists: usize, inputs: i32): void {
  const lanes = lanesOf<T>()
  const list = (<usize>listWords(inputs, lanes)) << 2
  const zero = all<T>(0)
  const bytes = <isize>inputs * sizeof<T>()
  let p0 = lists + 4
  let p1 = p0 + list
  let p2 = p1 + list
  let p3 = p2 + list
  let i = 0
  for (let at: isize = 0; at < bytes; at += 16, i += lanes) {
    const v = v128.ne<T>(loadUpTo<T>(x + at, bytes - at), zero)
    const found = sizeof<T>() == 4 ? i32x4.bitmask(v) : i64x2.bitmask(v)
    if (!found) continue
    store<i32>(p0, i)
    p0 += (found & 1) << 2
    store<i32>(p1, i + 1)
    p1 += (found & 2) << 1
    if (sizeof<T>() == 4) {
      store<i32>(p2, i + 2)
      p2 += found & 4
      store<i32>(p3, i + 3)
      p3 += (found & 8) >> 1
    }
  }
  store<i32>(lists, <i32>(p0 - lists - 4) >> 2)
  store<i32>(lists + list, <i32>(p1 - lists - list - 4) >> 2)
  if (sizeof<T>() == 4) {
    store<i32>(lists + 2 * list, <i32>(p2 - lists - 2 * list - 4) >> 2)
    store<i32>(lists + 3 * list, <i32>(p3 - lists - 3 * list - 4) >> 2)
  }
}

/**
 * y = transpose of w * x + b. `lists` receives the non-zero inputs, `sums` is room for one accumulator per lane.
 *
 * Sixteen f32 outputs at a time, so that a visit to a row of w is one cache line and the sums stay in registers.
 */
export function linearColumns<T>(
  x: usize, w: usize, b: usize, y: usize, inputs: i32, outputs: i32, lists: usize, sums: usize,
): void {
  collect<T>(x, lists, inputs)
  const lanes = lanesOf<T>()
  const list = (<usize>listWords(inputs, lanes)) << 2
  const row = <isize>outputs * sizeof<T>()
  const size = stride<T>(outputs)
  for (let j = 0; j < lanes; j++) {
    const at = lists + j * list
    const sum = sums + j * size
    let k: isize = 0
    for (; k + 64 <= row; k += 64) fourVectors<T>(x, w + k, at, sum + k, row)
    for (; k < row; k += 16) oneVector<T>(x, w + k, at, sum + k, row)
  }
  const s2 = sums + 2 * size
  const s3 = sums + 3 * size
  for (let i: isize = 0; i < row; i += 16) {
    const s0 = v128.load(sums + i)
    const s1 = v128.load(sums + size + i)
    let sum = sizeof<T>() == 4
      ? add<T>(add<T>(s0, v128.load(s2 + i)), add<T>(s1, v128.load(s3 + i))) : add<T>(s0, s1)
    if (b) sum = add<T>(sum, v128.load(b + i))
    storeUpTo<T>(y + i, sum, row - i)
  }
}

/** sum = ((0 + x_i w_i) + x_j w_j) + ... over the inputs of a list, for four vectors of w's columns. */
function fourVectors<T>(x: usize, w: usize, list: usize, sum: usize, row: isize): void {
  let s0 = all<T>(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  const end = list + 4 + ((<usize>load<i32>(list)) << 2)
  for (list += 4; list < end; list += 4) {
    const i = <usize>load<i32>(list)
    const v = allOf<T>(x + i * sizeof<T>())
    const p = w + i * row
    s0 = add<T>(s0, mul<T>(v, v128.load(p)))
    s1 = add<T>(s1, mul<T>(v, v128.load(p, 16)))
    s2 = add<T>(s2, mul<T>(v, v128.load(p, 32)))
    s3 = add<T>(s3, mul<T>(v, v128.load(p, 48)))
  }
  v128.store(sum, s0)
  v128.store(sum, s1, 16)
  v128.store(sum, s2, 32)
  v128.store(sum, s3, 48)
}

function oneVector<T>(x: usize, w: usize, list: usize, sum: usize, row: isize): void {
  let s = all<T>(0)
  const end = list + 4 + ((<usize>load<i32>(list)) << 2)
  for (list += 4; list < end; list += 4) {
    const i = <usize>load<i32>(list)
    s = add<T>(s, mul<T>(allOf<T>(x + i * sizeof<T>()), v128.load(w + i * row)))
  }
  v128.store(sum, s)
}

/** w_i -= rate * (x_i b) for the inputs of `lists`, two rows at a time. */
export function descendColumns<T>(
  w: usize, x: usize, b: usize, inputs: i32, row: isize, lists: usize, rate: v128,
): void {
  const lanes = lanesOf<T>()
  const list = (<usize>listWords(inputs, lanes)) << 2
  for (let j = 0; j < lanes; j++) {
    let at = lists + j * list
    let left = load<i32>(at)
    for (at += 4; left >= 2; left -= 2, at += 8) {
      const i = <usize>load<i32>(at)
      const k = <usize>load<i32>(at, 4)
      twoRows<T>(
        w + i * row, w + k * row, b, allOf<T>(x + i * sizeof<T>()), allOf<T>(x + k * sizeof<T>()), row, rate,
      )
    }
    if (left > 0) {
      const i = <usize>load<i32>(at)
      outerStep<T>(w + i * row, x + i * sizeof<T>(), b, 1, row, rate)
    }
  }
}

/** dx = dy * w in the order of LINEAR_DX: outputs in groups of four, (g0 + g1) + (g2 + g3), what is left one by one. */
export function linearColumnsDx<T>(dy: usize, w: usize, dx: usize, inputs: i32, outputs: i32): void {
  for (let i = 0; i < inputs; i++) {
    let sum = <T>0
    let o = 0
    for (; o + 4 <= outputs; o += 4) {
      const g = dy + <usize>o * sizeof<T>()
      const p = w + <usize>o * sizeof<T>()
      const low = load<T>(g) * load<T>(p) + load<T>(g, sizeof<T>()) * load<T>(p, sizeof<T>())
      const high = load<T>(g, 2 * sizeof<T>()) * load<T>(p, 2 * sizeof<T>())
        + load<T>(g, 3 * sizeof<T>()) * load<T>(p, 3 * sizeof<T>())
      sum = o > 0 ? sum + (low + high) : low + high
    }
    for (; o < outputs; o++) {
      const product = load<T>(dy + <usize>o * sizeof<T>()) * load<T>(w + <usize>o * sizeof<T>())
      sum = o > 0 ? sum + product : product
    }
    store<T>(dx + <usize>i * sizeof<T>(), sum)
    w += <usize>outputs * sizeof<T>()
  }
}
