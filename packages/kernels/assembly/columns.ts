// LINEAR for one row of f32 inputs and a weight that is stored by column: w is [in, out], so a zero input costs
// nothing, in the forward pass and in an update by an outer product.
//
// Order of sums: that of LINEAR (linear.ts), bit for bit. Accumulator j, a vector of all outputs, adds x_i w_i for
// i = j, j + lanes, ...; then the accumulators are added as sumLanes adds lanes; then + b. Leaving out a zero changes
// no bit: a sum that starts at +0 is never -0, so x + 0 w = x for every finite w.
import { add, all, allOf, loadUpTo, mul, storeUpTo } from './lanes'
import { outerStep, twoRows } from './outer-step'

const lanes: i32 = 4

/** Words of one list of non-zero inputs: a count, the inputs, and one that `collect` may write in vain. */
@inline function listWords(inputs: i32): i32 { return inputs / lanes + 3 }
/** Bytes of one accumulator. */
@inline function stride(outputs: i32): usize { return ((<usize>outputs << 2) + 15) & ~15 }

/** The non-zero inputs by lane, each list [count, index...]: lane j has those with i mod lanes = j, ascending. */
function collect(x: usize, lists: usize, inputs: i32): void {
  const list = (<usize>listWords(inputs)) << 2
  const zero = all<f32>(0)
  const bytes = <isize>inputs * 4
  let p0 = lists + 4
  let p1 = p0 + list
  let p2 = p1 + list
  let p3 = p2 + list
  let i = 0
  for (let at: isize = 0; at < bytes; at += 16, i += lanes) {
    const v = v128.ne<f32>(loadUpTo<f32>(x + at, bytes - at), zero)
    const found = i32x4.bitmask(v)
    if (!found) continue
    store<i32>(p0, i)
    p0 += (found & 1) << 2
    store<i32>(p1, i + 1)
    p1 += (found & 2) << 1
    store<i32>(p2, i + 2)
    p2 += found & 4
    store<i32>(p3, i + 3)
    p3 += (found & 8) >> 1
  }
  store<i32>(lists, <i32>(p0 - lists - 4) >> 2)
  store<i32>(lists + list, <i32>(p1 - lists - list - 4) >> 2)
  store<i32>(lists + 2 * list, <i32>(p2 - lists - 2 * list - 4) >> 2)
  store<i32>(lists + 3 * list, <i32>(p3 - lists - 3 * list - 4) >> 2)
}

/**
 * y = transpose of w * x + b. `lists` receives the non-zero inputs, `sums` is room for one accumulator per lane.
 *
 * Sixteen f32 outputs at a time, so that a visit to a row of w is one cache line and the sums stay in registers.
 */
export function linearColumns(
  x: usize, w: usize, b: usize, y: usize, inputs: i32, outputs: i32, lists: usize, sums: usize,
): void {
  collect(x, lists, inputs)
  const list = (<usize>listWords(inputs)) << 2
  const row = <isize>outputs * 4
  const size = stride(outputs)
  for (let j = 0; j < lanes; j++) {
    const at = lists + j * list
    const sum = sums + j * size
    let k: isize = 0
    for (; k + 64 <= row; k += 64) fourVectors(x, w + k, at, sum + k, row)
    for (; k < row; k += 16) oneVector(x, w + k, at, sum + k, row)
  }
  const s2 = sums + 2 * size
  const s3 = sums + 3 * size
  for (let i: isize = 0; i < row; i += 16) {
    const s0 = v128.load(sums + i)
    const s1 = v128.load(sums + size + i)
    let sum = add<f32>(add<f32>(s0, v128.load(s2 + i)), add<f32>(s1, v128.load(s3 + i)))
    if (b) sum = add<f32>(sum, v128.load(b + i))
    storeUpTo<f32>(y + i, sum, row - i)
  }
}

/** sum = ((0 + x_i w_i) + x_j w_j) + ... over the inputs of a list, for four vectors of w's columns. */
function fourVectors(x: usize, w: usize, list: usize, sum: usize, row: isize): void {
  let s0 = all<f32>(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  const end = list + 4 + ((<usize>load<i32>(list)) << 2)
  for (list += 4; list < end; list += 4) {
    const i = <usize>load<i32>(list)
    const v = allOf<f32>(x + i * 4)
    const p = w + i * row
    s0 = add<f32>(s0, mul<f32>(v, v128.load(p)))
    s1 = add<f32>(s1, mul<f32>(v, v128.load(p, 16)))
    s2 = add<f32>(s2, mul<f32>(v, v128.load(p, 32)))
    s3 = add<f32>(s3, mul<f32>(v, v128.load(p, 48)))
  }
  v128.store(sum, s0)
  v128.store(sum, s1, 16)
  v128.store(sum, s2, 32)
  v128.store(sum, s3, 48)
}

function oneVector(x: usize, w: usize, list: usize, sum: usize, row: isize): void {
  let s = all<f32>(0)
  const end = list + 4 + ((<usize>load<i32>(list)) << 2)
  for (list += 4; list < end; list += 4) {
    const i = <usize>load<i32>(list)
    s = add<f32>(s, mul<f32>(allOf<f32>(x + i * 4), v128.load(w + i * row)))
  }
  v128.store(sum, s)
}

/** w_i -= rate * (x_i b) for the inputs of `lists`, two rows at a time. */
export function descendColumns(
  w: usize, x: usize, b: usize, inputs: i32, row: isize, lists: usize, rate: v128,
): void {
  const list = (<usize>listWords(inputs)) << 2
  for (let j = 0; j < lanes; j++) {
    let at = lists + j * list
    let left = load<i32>(at)
    for (at += 4; left >= 2; left -= 2, at += 8) {
      const i = <usize>load<i32>(at)
      const k = <usize>load<i32>(at, 4)
      twoRows<f32>(
        w + i * row, w + k * row, b, allOf<f32>(x + i * 4), allOf<f32>(x + k * 4), row, rate,
      )
    }
    if (left > 0) {
      const i = <usize>load<i32>(at)
      outerStep<f32>(w + i * row, x + i * 4, b, 1, row, rate)
    }
  }
}

/** dx = dy * w in the order of LINEAR_DX: outputs in groups of four, (g0 + g1) + (g2 + g3), what is left one by one. */
export function linearColumnsDx(dy: usize, w: usize, dx: usize, inputs: i32, outputs: i32): void {
  for (let i = 0; i < inputs; i++) {
    let sum = <f32>0
    let o = 0
    for (; o + 4 <= outputs; o += 4) {
      const g = dy + <usize>o * 4
      const p = w + <usize>o * 4
      const low = load<f32>(g) * load<f32>(p) + load<f32>(g, 4) * load<f32>(p, 4)
      const high = load<f32>(g, 2 * 4) * load<f32>(p, 2 * 4)
        + load<f32>(g, 3 * 4) * load<f32>(p, 3 * 4)
      sum = o > 0 ? sum + (low + high) : low + high
    }
    for (; o < outputs; o++) {
      const product = load<f32>(dy + <usize>o * 4) * load<f32>(w + <usize>o * 4)
      sum = o > 0 ? sum + product : product
    }
    store<f32>(dx + <usize>i * 4, sum)
    w += (<usize>outputs << 2)
  }
}
