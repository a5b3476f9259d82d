// Gradient descent of a linear layer's weight that waits for the next event of a burst: LINEAR then moves the weight and
// multiplies it in one pass, which reads the weight once instead of twice. The bits are those of UPDATE, then LINEAR.
//
// What waits lies in a block: [waits i32, w, outputs, inputs, rate T at byte 16] x T [inputs] dy T [outputs], each padded
// to 16 bytes.
import { add, all, allOf, keep, loadUpTo, maskUpTo, mul, storeUpTo, sumLanes } from './lanes'
import { storeSums } from './linear'
import { control } from './memory'
import { applied, outerStep } from './outer-step'

/** Whether a burst is running, and updates may wait. */
@inline export function mayWait(): bool { return load<i32>(control, 36) != 0 }
@inline export function letWait(on: bool): void { store<i32>(control, on, 36) }

@inline export function waits(block: usize): bool { return load<i32>(block) != 0 }
@inline function inputsOf(block: usize): usize { return block + 32 }
@inline function gradientOf<T>(block: usize): usize {
  return block + 32 + ((<usize>load<i32>(block, 12) * sizeof<T>() + 15) & ~15)
}

/** Remembers the step w -= rate * (dy_i x). */
export function putOff<T>(
  block: usize, w: usize, outputs: i32, inputs: i32, dy: usize, x: usize, rate: v128,
): void {
  store<i32>(block, 1)
  store<u32>(block, <u32>w, 4)
  store<i32>(block, outputs, 8)
  store<i32>(block, inputs, 12)
  v128.store(block, rate, 16)
  memory.copy(inputsOf(block), x, <usize>inputs * sizeof<T>())
  memory.copy(gradientOf<T>(block), dy, <usize>outputs * sizeof<T>())
}

/** Takes the step that waits, if any. */
export function settle<T>(block: usize): void {
  if (!waits(block)) return
  store<i32>(block, 0)
  const row = <isize>load<i32>(block, 12) * sizeof<T>()
  outerStep<T>(load<u32>(block, 4), gradientOf<T>(block), inputsOf(block), load<i32>(block, 8), row, v128.load(block, 16))
}

/** Takes the step that waits, and y = w x + b with the weight after it. */
export function settleAndMultiply<T>(block: usize, x: usize, w: usize, b: usize, y: usize, inputs: i32, outputs: i32): void {
  store<i32>(block, 0)
  const rate = v128.load(block, 16)
  const old = inputsOf(block)
  let dy = gradientOf<T>(block)
  const row = <isize>inputs * sizeof<T>()
  let o = 0
  for (; o + 4 <= outputs; o += 4) {
    fourRows<T>(x, w, b, y, old, dy, row, rate)
    w += 4 * row
    dy += 4 * sizeof<T>()
    y += 4 * sizeof<T>()
    if (b) b += 4 * sizeof<T>()
  }
  for (; o < outputs; o++) {
    const g = allOf<T>(dy)
    let s = all<T>(0)
    for (let i: isize = 0; i < row; i += 16) s = moved<T>(s, x + i, w + i, old + i, g, rate, row - i)
    const sum = sumLanes<T>(s)
    store<T>(y, b ? sum + load<T>(b) : sum)
    w += row
    dy += sizeof<T>()
    y += sizeof<T>()
    if (b) b += sizeof<T>()
  }
}

/** One vector of a row: the step, and s + x w. */
@inline function moved<T>(s: v128, x: usize, w: usize, old: usize, g: v128, rate: v128, left: isize): v128 {
  const next = applied<T>(v128.load(w), mul<T>(g, v128.load(old)), rate)
  storeUpTo<T>(w, next, left)
  if (left >= 16) return add<T>(s, mul<T>(v128.load(x), next))
  return add<T>(s, mul<T>(loadUpTo<T>(x, left), keep(maskUpTo<T>(left), next)))
}

function fourRows<T>(x: usize, w: usize, b: usize, y: usize, old: usize, dy: usize, row: isize, rate: v128): void {
  const g0 = allOf<T>(dy)
  const g1 = allOf<T>(dy + sizeof<T>())
  const g2 = allOf<T>(dy + 2 * sizeof<T>())
  const g3 = allOf<T>(dy + 3 * sizeof<T>())
  let s0 = all<T>(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  const w1 = w + row
  const w2 = w1 + row
  const w3 = w2 + row
  let i: isize = 0
  for (; i + 32 <= row; i += 32) {
    const p = old + i
    const q = x + i
    const r0 = w + i
    const r1 = w1 + i
    const r2 = w2 + i
    const r3 = w3 + i
    let v = v128.load(p)
    let u = v128.load(q)
    let t = applied<T>(v128.load(r0), mul<T>(g0, v), rate)
    v128.store(r0, t)
    s0 = add<T>(s0, mul<T>(u, t))
    t = applied<T>(v128.load(r1), mul<T>(g1, v), rate)
    v128.store(r1, t)
    s1 = add<T>(s1, mul<T>(u, t))
    t = applied<T>(v128.load(r2), mul<T>(g2, v), rate)
    v128.store(r2, t)
    s2 = add<T>(s2, mul<T>(u, t))
    t = applied<T>(v128.load(r3), mul<T>(g3, v), rate)
    v128.store(r3, t)
    s3 = add<T>(s3, mul<T>(u, t))
    v = v128.load(p, 16)
    u = v128.load(q, 16)
    t = applied<T>(v128.load(r0, 16), mul<T>(g0, v), rate)
    v128.store(r0, t, 16)
    s0 = add<T>(s0, mul<T>(u, t))
    t = applied<T>(v128.load(r1, 16), mul<T>(g1, v), rate)
    v128.store(r1, t, 16)
    s1 = add<T>(s1, mul<T>(u, t))
    t = applied<T>(v128.load(r2, 16), mul<T>(g2, v), rate)
    v128.store(r2, t, 16)
    s2 = add<T>(s2, mul<T>(u, t))
    t = applied<T>(v128.load(r3, 16), mul<T>(g3, v), rate)
    v128.store(r3, t, 16)
    s3 = add<T>(s3, mul<T>(u, t))
  }
  for (; i < row; i += 16) {
    s0 = moved<T>(s0, x + i, w + i, old + i, g0, rate, row - i)
    s1 = moved<T>(s1, x + i, w1 + i, old + i, g1, rate, row - i)
    s2 = moved<T>(s2, x + i, w2 + i, old + i, g2, rate, row - i)
    s3 = moved<T>(s3, x + i, w3 + i, old + i, g3, rate, row - i)
  }
  storeSums<T>(y, b, s0, s1, s2, s3)
}
