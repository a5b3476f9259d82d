// LINEAR and its gradients. w is [out, in], row-major, no padding between rows.
//
// Order of sums. y: lane j of a row's accumulator adds x_i w_i for i = j, j + lanes, ...; then sumLanes; then + b.
// dx: outputs in order, in groups of four: dx + ((g0 + g1) + (g2 + g3)), what is left over one by one; the first sets.
// dw: rows of the batch in order; the first sets, so for one row it is exactly dy_i * x_j.
import { add, all, allOf, keep, loadUpTo, maskUpTo, mul, storeUpTo, sumLanes } from './lanes'

export function linear<T>(x: usize, w: usize, b: usize, y: usize, rows: i32, inputs: i32, outputs: i32): void {
  for (let r = 0; r < rows; r++) {
    if (sizeof<T>() == 4 && inputs == 2) linearPairs(x, w, b, y, outputs)
    else linearRow<T>(x, w, b, y, inputs, outputs)
    x += <usize>inputs * sizeof<T>()
    y += <usize>outputs * sizeof<T>()
  }
}

/** Two inputs of f32: the eight weights of four outputs are two vectors. (x0 w0) + (x1 w1), then + b. */
function linearPairs(x: usize, w: usize, b: usize, y: usize, outputs: i32): void {
  const v = v128.load64_splat(x)
  const end = y + (<usize>outputs << 2)
  while (y < end) {
    const low = f32x4.mul(v, v128.load(w))
    const high = f32x4.mul(v, v128.load(w, 16))
    const even = i8x16.shuffle(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
    const odd = i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
    let sum = f32x4.add(even, odd)
    if (b) {
      sum = f32x4.add(sum, v128.load(b))
      b += 16
    }
    storeUpTo<f32>(y, sum, end - y)
    w += 32
    y += 16
  }
}

/** Four rows of w at a time, so that x is loaded once for four products. */
function linearRow<T>(x: usize, w: usize, b: usize, y: usize, inputs: i32, outputs: i32): void {
  const stride = <usize>inputs * sizeof<T>()
  const whole = stride & ~15
  const left = <isize>(stride - whole)
  const tail = left ? loadUpTo<T>(x + whole, left) : all<T>(0)
  const mask = left ? maskUpTo<T>(left) : all<T>(0)
  let o = 0
  for (; sizeof<T>() == 4 && o + 4 <= outputs; o += 4) {
    let s0 = all<T>(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    const w1 = w + stride
    const w2 = w1 + stride
    const w3 = w2 + stride
    let i: usize = 0
    for (; i + 32 <= whole; i += 32) {
      const xi = x + i
      const p0 = w + i
      const p1 = w1 + i
      const p2 = w2 + i
      const p3 = w3 + i
      const v = v128.load(xi)
      s0 = add<T>(s0, mul<T>(v, v128.load(p0)))
      s1 = add<T>(s1, mul<T>(v, v128.load(p1)))
      s2 = add<T>(s2, mul<T>(v, v128.load(p2)))
      s3 = add<T>(s3, mul<T>(v, v128.load(p3)))
      const u = v128.load(xi, 16)
      s0 = add<T>(s0, mul<T>(u, v128.load(p0, 16)))
      s1 = add<T>(s1, mul<T>(u, v128.load(p1, 16)))
      s2 = add<T>(s2, mul<T>(u, v128.load(p2, 16)))
      s3 = add<T>(s3, mul<T>(u, v128.load(p3, 16)))
    }
    if (i < whole) {
      const v = v128.load(x + i)
      s0 = add<T>(s0, mul<T>(v, v128.load(w + i)))
      s1 = add<T>(s1, mul<T>(v, v128.load(w1 + i)))
      s2 = add<T>(s2, mul<T>(v, v128.load(w2 + i)))
      s3 = add<T>(s3, mul<T>(v, v128.load(w3 + i)))
    }
    if (left) {
      s0 = add<T>(s0, mul<T>(tail, keep(mask, v128.load(w + whole))))
      s1 = add<T>(s1, mul<T>(tail, keep(mask, v128.load(w1 + whole))))
      s2 = add<T>(s2, mul<T>(tail, keep(mask, v128.load(w2 + whole))))
      s3 = add<T>(s3, mul<T>(tail, keep(mask, v128.load(w3 + whole))))
    }
    storeSums<T>(y, b, s0, s1, s2, s3)
    w = w3 + stride
    y += 4 * sizeof<T>()
    if (b) b += 4 * sizeof<T>()
  }
  for (; o < outputs; o++) {
    let s = all<T>(0)
    for (let i: usize = 0; i < whole; i += 16) s = add<T>(s, mul<T>(v128.load(x + i), v128.load(w + i)))
    if (left) s = add<T>(s, mul<T>(tail, keep(mask, v128.load(w + whole))))
    const sum = sumLanes<T>(s)
    store<T>(y, b ? sum + load<T>(b) : sum)
    w += stride
    y += sizeof<T>()
    if (b) b += sizeof<T>()
  }
}

/** y[0..3] = sumLanes of four accumulators, + b: a transpose and adds in the order of sumLanes. */
@inline function storeSums<T>(y: usize, b: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  if (sizeof<T>() == 4) {
    const low01 = i8x16.shuffle(s0, s1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
    const low23 = i8x16.shuffle(s2, s3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
    const high01 = i8x16.shuffle(s0, s1, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
    const high23 = i8x16.shuffle(s2, s3, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
    const p01 = f32x4.add(low01, high01)
    const p23 = f32x4.add(low23, high23)
    const even = i8x16.shuffle(p01, p23, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
    const odd = i8x16.shuffle(p01, p23, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
    const sum = f32x4.add(even, odd)
    v128.store(y, b ? f32x4.add(sum, v128.load(b)) : sum)
    return
  }
  const sum01 = pairSums(s0, s1)
  const sum23 = pairSums(s2, s3)
  v128.store(y, b ? f64x2.add(sum01, v128.load(b)) : sum01)
  v128.store(y + 16, b ? f64x2.add(sum23, v128.load(b + 16)) : sum23)
}

@inline function pairSums(a: v128, b: v128): v128 {
  return f64x2.add(
    i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
    i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31),
  )
}

export function linearDx<T>(dy: usize, w: usize, dx: usize, rows: i32, inputs: i32, outputs: i32): void {
  const stride = <isize>inputs * sizeof<T>()
  if (outputs == 0) memory.fill(dx, 0, <usize>rows * stride)
  for (let r = 0; r < rows; r++) {
    let at = w
    let o = 0
    for (; o + 4 <= outputs; o += 4) {
      fourRows<T>(dy + <usize>o * sizeof<T>(), at, dx, stride, o > 0)
      at += 4 * stride
    }
    for (; o < outputs; o++) {
      const g = allOf<T>(dy + <usize>o * sizeof<T>())
      for (let i: isize = 0; i < stride; i += 16) {
        const product = mul<T>(g, v128.load(at + i))
        storeUpTo<T>(dx + i, o > 0 ? add<T>(v128.load(dx + i), product) : product, stride - i)
      }
      at += stride
    }
    dy += <usize>outputs * sizeof<T>()
    dx += stride
  }
}

/** dx = or += (g0 w0 + g1 w1) + (g2 w2 + g3 w3) for four rows of w. */
function fourRows<T>(dy: usize, w: usize, dx: usize, stride: isize, adding: bool): void {
  const g0 = allOf<T>(dy)
  const g1 = allOf<T>(dy + sizeof<T>())
  const g2 = allOf<T>(dy + 2 * sizeof<T>())
  const g3 = allOf<T>(dy + 3 * sizeof<T>())
  const w1 = w + stride
  const w2 = w1 + stride
  const w3 = w2 + stride
  let i: isize = 0
  if (adding) {
    for (; i + 32 <= stride; i += 32) {
      const xi = dx + i
      const p0 = w + i
      const p1 = w1 + i
      const p2 = w2 + i
      const p3 = w3 + i
      const a = add<T>(mul<T>(g0, v128.load(p0)), mul<T>(g1, v128.load(p1)))
      const b = add<T>(mul<T>(g2, v128.load(p2)), mul<T>(g3, v128.load(p3)))
      v128.store(xi, add<T>(v128.load(xi), add<T>(a, b)))
      const c = add<T>(mul<T>(g0, v128.load(p0, 16)), mul<T>(g1, v128.load(p1, 16)))
      const d = add<T>(mul<T>(g2, v128.load(p2, 16)), mul<T>(g3, v128.load(p3, 16)))
      v128.store(xi, add<T>(v128.load(xi, 16), add<T>(c, d)), 16)
    }
  }
  for (; i < stride; i += 16) {
    const low = add<T>(mul<T>(g0, v128.load(w + i)), mul<T>(g1, v128.load(w1 + i)))
    const high = add<T>(mul<T>(g2, v128.load(w2 + i)), mul<T>(g3, v128.load(w3 + i)))
    const sum = add<T>(low, high)
    storeUpTo<T>(dx + i, adding ? add<T>(v128.load(dx + i), sum) : sum, stride - i)
  }
}

export function linearDw<T>(dy: usize, x: usize, dw: usize, rows: i32, inputs: i32, outputs: i32): void {
  const stride = <isize>inputs * sizeof<T>()
  if (rows == 0) memory.fill(dw, 0, <usize>outputs * stride)
  for (let r = 0; r < rows; r++) {
    let at = dw
    for (let o = 0; o < outputs; o++) {
      const g = allOf<T>(dy)
      for (let i: isize = 0; i < stride; i += 16) {
        const product = mul<T>(g, v128.load(x + i))
        storeUpTo<T>(at + i, r > 0 ? add<T>(v128.load(at + i), product) : product, stride - i)
      }
      dy += sizeof<T>()
      at += stride
    }
    x += stride
  }
}

export function linearDb<T>(dy: usize, db: usize, rows: i32, outputs: i32): void {
  const stride = <isize>outputs * sizeof<T>()
  for (let i: isize = 0; i < stride; i += 16) {
    let sum = rows ? v128.load(dy + i) : all<T>(0)
    for (let r = 1; r < rows; r++) sum = add<T>(sum, v128.load(dy + r * stride + i))
    storeUpTo<T>(db + i, sum, stride - i)
  }
}
