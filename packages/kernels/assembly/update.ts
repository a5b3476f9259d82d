// UPDATE: one optimizer step of one parameter.
//
// Usual programs ([apply], or one stateful transform and apply) run as one pass over the parameter that reads the
// factors of the gradient where they lie; FTRL does for a table of one column. Every other program gets the gradient in
// blocks (gradient.ts) and runs each transform over the block before the next. Both are made of the same steps
// (rules.ts), so that they give the same bits.
import { all, allOf, mul, one, storePart, storeUpTo } from './lanes'
import { gathered, scatter } from './column'
import { descendColumns } from './columns'
import { applied, outerStep } from './outer-step'
import { at, indexOf, put, scratch, valuesOf } from './memory'
import { Accumulate, Adadelta, Adamax, Asgd, Ftrl, Nadam, Normalized, Rprop } from './adaptive-rules'
import { cocob } from './cocob'
import { anyRepeated, eachBlock, rowCount, rowOf, twice } from './gradient'
import { Layout, Rule } from './opcodes'
import {
  Adagrad, Adam, ClipValue, Decay, flushed, FoldedAdam, Heavy, Momentum, Nesterov, Plain, PlainRmsprop, Rmsprop, Scale,
} from './rules'

/** Operands: layout w n m gradA gradB extra k, then the transforms [rule, words, slots..., cells]. */
export function update<T>(operands: usize): void {
  const k = load<i32>(operands, 28)
  const first = operands + 32
  const last = first + ((<usize>load<i32>(first, 4)) << 2)
  // f64 is for checking gradients: it does without loops of its own.
  if (sizeof<T>() == 8 || load<i32>(operands) == Layout.touched) return inBlocks<InTurn, T>(operands)
  if (k == 1 && load<i32>(first) == Rule.apply) return descend<T>(operands, first)
  if (k == 2 && load<i32>(last) == Rule.apply && hasPass(first)) {
    return inOnePass<T>(operands, first, last)
  }
  const isColumn = load<i32>(operands) == Layout.rows && load<i32>(operands, 12) == 1
  if (isColumn && k == 2 && load<i32>(first) == Rule.ftrl && load<i32>(last) == Rule.apply && !repeats<T>(operands)) {
    return proximalColumn<T>(operands, first, last)
  }
  inBlocks<InTurn, T>(operands)
}

@inline function inBlocks<C, T>(operands: usize): void {
  eachBlock<C, T>(
    load<i32>(operands), load<i32>(operands, 8), load<i32>(operands, 12), load<u32>(operands, 16),
    load<u32>(operands, 20), load<i32>(operands, 24), operands,
  )
}

/** Slot k of a transform, or 0 when it has none. */
@inline function slot(transform: usize, k: usize): usize { return load<u32>(transform + 8 + (k << 2)) }
@inline function moved(slot: usize, offset: isize): usize { return slot ? slot + offset : 0 }

/** Coefficients as T, eight bytes apart; the learning rate is the last. */
const converted: usize = memory.data(64, 16)

/**
 * Converts the coefficients of transform R. They go through memory because engines move a conversion into the loop that
 * uses it, to be repeated for every vector, but leave a load where it stands.
 */
@inline function convert<R, T>(transform: usize): void {
  const f = changetype<R>(0)
  const cells = cellsOf(transform)
  for (let k: usize = 0; k < f.cells() << 3; k += 8) store<T>(converted + k, <T>load<f64>(cells + k))
}

/** The cells of a transform are its last operand. */
@inline function cellsOf(transform: usize): usize { return slot(transform, load<u32>(transform, 4) - 3) }

/**
 * Brings the bias corrections of adam into its eps and the learning rate of the `apply` right behind it; see
 * FoldedAdam.
 */
@inline function fold<T>(transform: usize): void {
  const cells = cellsOf(transform)
  const r = load<f64>(cells, 48)
  const apply = transform + ((<usize>load<i32>(transform, 4)) << 2)
  store<T>(converted, <T>(load<f64>(cells, 32) / r), 32)
  store<T>(converted, 1, 40)
  store<T>(converted, 1, 48)
  store<T>(converted, <T>(load<f64>(slot(apply, 0)) * load<f64>(cells, 40) / r), 56)
}

/** Whether `fold` is for a transform: adam without AMSGrad, whose r is not 0, right before apply. */
@inline function isFolded(transform: usize): bool {
  return load<i32>(transform) == Rule.adam && !slot(transform, 2) && load<f64>(cellsOf(transform), 48) != 0
    && load<i32>(transform + ((<usize>load<i32>(transform, 4)) << 2)) == Rule.apply
}

@inline function convertRate<T>(apply: usize): v128 {
  store<T>(converted, <T>load<f64>(slot(apply, 0)), 56)
  return cell<T>(7)
}

/** Coefficient k, in all lanes. */
@inline function cell<T>(k: usize): v128 { return allOf<T>(converted + (k << 3)) }

/** Plain gradient descent: the simple layouts straight, the others as any program. */
@inline function descend<T>(operands: usize, apply: usize): void {
  const layout = load<i32>(operands)
  if (layout == Layout.dense) {
    const bytes = <isize>load<i32>(operands, 8) * load<i32>(operands, 12) * sizeof<T>()
    denseStep<T>(load<u32>(operands, 4), load<u32>(operands, 16), bytes, convertRate<T>(apply))
  } else if (sizeof<T>() == 4 && layout == Layout.outer && load<i32>(operands, 12) == 2) {
    const rows = load<i32>(operands, 8)
    pairStep(load<u32>(operands, 4), load<u32>(operands, 16), load<u32>(operands, 20), rows, convertRate<f32>(apply))
  } else if (layout == Layout.outer && load<i32>(operands, 12) * sizeof<T>() >= shortRow) {
    const row = <isize>load<i32>(operands, 12) * sizeof<T>()
    const a: usize = load<u32>(operands, 16)
    const lists: usize = load<u32>(operands, 24)
    if (sizeof<T>() == 4 && lists) {
      const n = load<i32>(operands, 8)
      return descendColumns(load<u32>(operands, 4), a, load<u32>(operands, 20), n, row, lists, convertRate<T>(apply))
    }
    outerStep<T>(load<u32>(operands, 4), a, load<u32>(operands, 20), load<i32>(operands, 8), row, convertRate<T>(apply))
  } else if (layout == Layout.rows && load<i32>(operands, 8) == load<i32>(operands, 12) && !repeats<T>(operands)) {
    const m = load<i32>(operands, 12)
    const pairs: usize = load<u32>(operands, 16)
    const values = valuesOf(pairs, load<i32>(operands, 24))
    const dy: usize = load<u32>(operands, 20)
    const w: usize = load<u32>(operands, 4)
    if (m == 1) columnStep<T>(w, pairs, values, load<T>(dy), <T>load<f64>(slot(apply, 0)))
    else rowsStep<T>(w, pairs, values, dy, <isize>m * sizeof<T>(), convertRate<T>(apply))
  } else inOnePass<T>(operands, apply, apply)
}

@inline function repeats<T>(operands: usize): bool {
  const pairs: usize = load<u32>(operands, 16)
  return anyRepeated<T>(Layout.rows, pairs, load<i32>(pairs))
}

/** w[index_k] -= rate * (v_k g) for distinct indices and rows of one element. */
function columnStep<T>(w: usize, pairs: usize, values: usize, g: T, rate: T): void {
  for (let k = 0, count = load<i32>(pairs); k < count; k++) {
    const index = indexOf(pairs, k)
    put<T>(w, index, at<T>(w, index) - rate * (at<T>(values, k) * g))
  }
}

/** w[index_k] -= rate * (v_k dy) for distinct indices. */
function rowsStep<T>(w: usize, pairs: usize, values: usize, dy: usize, row: isize, rate: v128): void {
  for (let k = 0, count = load<i32>(pairs); k < count; k++) {
    const v = allOf<T>(values + <usize>k * sizeof<T>())
    const wk = w + <usize>indexOf(pairs, k) * row
    let i: isize = 0
    for (; i + 64 <= row; i += 64) {
      const p = wk + i
      const g = dy + i
      v128.store(p, applied<T>(v128.load(p), mul<T>(v, v128.load(g)), rate))
      v128.store(p, applied<T>(v128.load(p, 16), mul<T>(v, v128.load(g, 16)), rate), 16)
      v128.store(p, applied<T>(v128.load(p, 32), mul<T>(v, v128.load(g, 32)), rate), 32)
      v128.store(p, applied<T>(v128.load(p, 48), mul<T>(v, v128.load(g, 48)), rate), 48)
    }
    for (; i < row; i += 16) {
      const u = mul<T>(v, v128.load(dy + i))
      storeUpTo<T>(wk + i, applied<T>(v128.load(wk + i), u, rate), row - i)
    }
  }
}

/** w -= rate * g. */
function denseStep<T>(w: usize, g: usize, bytes: isize, rate: v128): void {
  for (let i: isize = 0; i < bytes; i += 16) {
    storeUpTo<T>(w + i, applied<T>(v128.load(w + i), v128.load(g + i), rate), bytes - i)
  }
}

/** w -= rate * a_i b for rows of two f32, two rows at a time. */
function pairStep(w: usize, a: usize, b: usize, n: i32, rate: v128): void {
  const pair = v128.load64_splat(b)
  for (let left = <isize>n << 3; left > 0; left -= 16) {
    storeUpTo<f32>(w, applied<f32>(v128.load(w), mul<f32>(twice(a), pair), rate), left)
    w += 16
    a += 8
  }
}

/** Rows of fewer bytes are not worth a loop each. */
const shortRow: isize = 32

/** One transform (none when it is apply itself), then apply. */
function inOnePass<T>(operands: usize, transform: usize, apply: usize): void {
  const layout = load<i32>(operands)
  const n = load<i32>(operands, 8)
  const a: usize = load<u32>(operands, 16)
  const b: usize = load<u32>(operands, 20)
  const row = <isize>load<i32>(operands, 12) * sizeof<T>()
  const w: usize = load<u32>(operands, 4)
  if (layout == Layout.dense) return passOf<T>(transform, apply, w, 0, n * row, 1, layout, 0, 0, a, 0)
  if (layout == Layout.outer) {
    // A single column is a row of the same products.
    if (row == sizeof<T>()) return passOf<T>(transform, apply, w, 0, n * row, 1, layout, 0, b, a, 0)
    if (row < shortRow) return inBlocks<AtOnce, T>(operands)
    return passOf<T>(transform, apply, w, 0, row, n, layout, 0, a, b, 0)
  }
  const extra = load<i32>(operands, 24)
  const count = rowCount(layout, a, extra)
  const apart = <isize>n * sizeof<T>()
  if (anyRepeated<T>(layout, a, count)) return inBlocks<AtOnce, T>(operands)
  if (layout == Layout.rows) passOf<T>(transform, apply, w, apart, row, count, layout, a, valuesOf(a, extra), b, 0)
  else passOf<T>(transform, apply, w, apart, row, count, layout, a, 0, b, row)
}

/** A block in scratch: a transform and apply in one pass. */
class AtOnce {
  @inline block<T>(operands: usize, offset: isize, bytes: isize): void {
    const transform = operands + 32
    const apply = load<i32>(operands, 28) == 1 ? transform : transform + ((<usize>load<i32>(transform, 4)) << 2)
    passOf<T>(transform, apply, load<u32>(operands, 4), offset, bytes, 1, load<i32>(operands), 0, 0, scratch, 0)
  }
}

/** Whether a transform has a pass: not momentum's very first step, centred rmsprop or AMSGrad. */
@inline function hasPass(transform: usize): bool {
  const rule = load<i32>(transform)
  if (rule == Rule.momentum) return load<f64>(slot(transform, 1), 24) == 0
  if (rule == Rule.rmsprop) return !slot(transform, 1)
  return rule == Rule.adagrad || isFolded(transform)
}

/** `pass` with the transform that stands on the tape. */
function passOf<T>(
  transform: usize, apply: usize, w: usize, place: isize, row: isize, count: i32,
  layout: i32, source: usize, factors: usize, vectors: usize, stride: isize,
): void {
  const t = transform
  if (sizeof<T>() == 4) switch (load<i32>(transform)) {
    case Rule.momentum:
      if (load<f64>(slot(t, 1), 16) != 0) {
        return pass<Nesterov, T>(t, apply, w, place, row, count, layout, source, factors, vectors, stride)
      }
      return pass<Heavy, T>(t, apply, w, place, row, count, layout, source, factors, vectors, stride)
    case Rule.rmsprop:
      return pass<PlainRmsprop, T>(t, apply, w, place, row, count, layout, source, factors, vectors, stride)
    case Rule.adagrad:
      return pass<Adagrad, T>(t, apply, w, place, row, count, layout, source, factors, vectors, stride)
    case Rule.adam:
      return pass<FoldedAdam, T>(t, apply, w, place, row, count, layout, source, factors, vectors, stride)
  }
  pass<Plain, T>(t, apply, w, place, row, count, layout, source, factors, vectors, stride)
}

/**
 * `count` rows of `row` bytes each. Row k lies at w + place + k * row or, with a `source`, at w + entry k of it *
 * place; its gradient is factor k (1 without `factors`) times the vector at vectors + k * stride.
 */
function pass<R, T>(
  transform: usize, apply: usize, w: usize, place: isize, row: isize, count: i32,
  layout: i32, source: usize, factors: usize, vectors: usize, stride: isize,
): void {
  const f = changetype<R>(0)
  const zero = all<T>(0)
  convert<R, T>(transform)
  let rate = convertRate<T>(apply)
  if (idof<R>() == idof<FoldedAdam>()) {
    fold<T>(transform)
    rate = cell<T>(7)
  }
  const c0 = f.cells() > 0 ? cell<T>(0) : zero
  const c1 = f.cells() > 1 ? cell<T>(1) : zero
  const c2 = f.cells() > 2 ? cell<T>(2) : zero
  const c3 = f.cells() > 3 ? cell<T>(3) : zero
  const c4 = f.cells() > 4 ? cell<T>(4) : zero
  const sparse = layout >= Layout.rows
  const slot0 = f.slots() > 0 ? slot(transform, 0) : 0
  const slot1 = f.slots() > 1 ? slot(transform, 1) : 0
  if (f.slots() > 0 && source && layout == Layout.rows && row == sizeof<T>()) {
    return column<R, T>(transform, w, place, count, source, factors, vectors, rate)
  }
  const whole = row & ~15
  for (let k = 0; k < count; k++) {
    const base = source ? <isize>rowOf<T>(layout, source, k) * place : place + k * row
    const factor = factors ? allOf<T>(factors + <usize>k * sizeof<T>()) : one<T>()
    const wk = w + base
    const s0 = f.slots() > 0 ? slot0 + base : 0
    const s1 = f.slots() > 1 ? slot1 + base : 0
    let i: isize = 0
    for (; i < whole; i += 16) {
      const weight = v128.load(wk + i)
      let u = mul<T>(factor, v128.load(vectors + i))
      u = f.step<T>(u, weight, s0 + i, s1 + i, 0, 16, sparse, c0, c1, c2, c3, c4, zero, zero)
      v128.store(wk + i, applied<T>(weight, u, rate))
    }
    if (i < row) {
      const left = row - i
      const weight = v128.load(wk + i)
      let u = mul<T>(factor, v128.load(vectors + i))
      u = f.step<T>(u, weight, s0 + i, s1 + i, 0, left, sparse, c0, c1, c2, c3, c4, zero, zero)
      storePart<T>(wk + i, applied<T>(weight, u, rate), left)
    }
    vectors += stride
  }
}

/**
 * `pass` over rows of one element: those of several rows share a vector, their slots pass through scratch memory. The
 * coefficients are converted.
 */
function column<R, T>(
  transform: usize, w: usize, apart: isize, count: i32, source: usize, factors: usize, vectors: usize, rate: v128,
): void {
  const f = changetype<R>(0)
  const zero = all<T>(0)
  const c0 = f.cells() > 0 ? cell<T>(0) : zero
  const c1 = f.cells() > 1 ? cell<T>(1) : zero
  const c2 = f.cells() > 2 ? cell<T>(2) : zero
  const c3 = f.cells() > 3 ? cell<T>(3) : zero
  const c4 = f.cells() > 4 ? cell<T>(4) : zero
  const slot0 = slot(transform, 0)
  const slot1 = f.slots() > 1 ? slot(transform, 1) : 0
  const s1 = slot1 ? scratch + 16 : 0
  const g = allOf<T>(vectors)
  const lanes = 16 / <i32>sizeof<T>()
  for (let k = 0; k < count; k += lanes) {
    const n = min<i32>(lanes, count - k)
    const p0 = <usize>indexOf(source, k) * apart
    const p1 = n > 1 ? <usize>indexOf(source, k + 1) * apart : p0
    const p2 = n > 2 ? <usize>indexOf(source, k + 2) * apart : p0
    const p3 = n > 3 ? <usize>indexOf(source, k + 3) * apart : p0
    v128.store(scratch, gathered<T>(slot0, p0, p1, p2, p3))
    if (slot1) v128.store(scratch, gathered<T>(slot1, p0, p1, p2, p3), 16)
    const weight = gathered<T>(w, p0, p1, p2, p3)
    let u = mul<T>(v128.load(factors + <usize>k * sizeof<T>()), g)
    u = f.step<T>(u, weight, scratch, s1, 0, 16, true, c0, c1, c2, c3, c4, zero, zero)
    scatter<T>(slot0, v128.load(scratch), n, p0, p1, p2, p3)
    if (slot1) scatter<T>(slot1, v128.load(scratch, 16), n, p0, p1, p2, p3)
    scatter<T>(w, applied<T>(weight, u, rate), n, p0, p1, p2, p3)
  }
}

/** FTRL of a table of one column, whose rows the event names once: what it is used for most. */
function proximalColumn<T>(operands: usize, transform: usize, apply: usize): void {
  const pairs: usize = load<u32>(operands, 16)
  convert<Ftrl, T>(transform)
  column<Ftrl, T>(
    transform, load<u32>(operands, 4), <isize>load<i32>(operands, 8) * sizeof<T>(), load<i32>(pairs), pairs,
    valuesOf(pairs, load<i32>(operands, 24)), load<u32>(operands, 20), convertRate<T>(apply),
  )
}

/** A block in scratch: each transform over all of it, one after the other. */
class InTurn {
  @inline block<T>(operands: usize, offset: isize, bytes: isize): void { inTurn<T>(operands, offset, bytes) }
}

function inTurn<T>(operands: usize, offset: isize, bytes: isize): void {
  const flush = load<i32>(operands) >= Layout.rows
  const w = <usize>load<u32>(operands, 4) + offset
  let p = operands + 32
  let folded = false
  for (let k = load<i32>(operands, 28); k > 0; k--) {
    switch (load<i32>(p)) {
      case Rule.clipValue: { alone<ClipValue, T>(p, w, offset, bytes, flush); break }
      case Rule.scale: { alone<Scale, T>(p, w, offset, bytes, flush); break }
      case Rule.addDecay:
      case Rule.decoupledDecay: { alone<Decay, T>(p, w, offset, bytes, flush); break }
      case Rule.momentum: { alone<Momentum, T>(p, w, offset, bytes, flush); break }
      case Rule.rmsprop: { alone<Rmsprop, T>(p, w, offset, bytes, flush); break }
      case Rule.adagrad: { alone<Adagrad, T>(p, w, offset, bytes, flush); break }
      case Rule.adam: {
        folded = isFolded(p)
        alone<Adam, T>(p, w, offset, bytes, flush)
        break
      }
      case Rule.accumulate: { alone<Accumulate, T>(p, w, offset, bytes, flush); break }
      case Rule.adadelta: { alone<Adadelta, T>(p, w, offset, bytes, flush); break }
      case Rule.nadam: { alone<Nadam, T>(p, w, offset, bytes, flush); break }
      case Rule.adamax: { alone<Adamax, T>(p, w, offset, bytes, flush); break }
      case Rule.rprop: { alone<Rprop, T>(p, w, offset, bytes, flush); break }
      case Rule.asgd: { alone<Asgd, T>(p, w, offset, bytes, flush); break }
      case Rule.ftrl: { alone<Ftrl, T>(p, w, offset, bytes, flush); break }
      case Rule.normalized: { alone<Normalized, T>(p, w, offset, bytes, flush); break }
      case Rule.cocob: { cocob<T>(p, w, offset, bytes); break }
      case Rule.apply: {
        const rate = folded ? cell<T>(7) : convertRate<T>(p)
        for (let i: isize = 0; i < bytes; i += 16) {
          storeUpTo<T>(w + i, applied<T>(v128.load(w + i), v128.load(scratch + i), rate), bytes - i)
        }
      }
    }
    p += (<usize>load<i32>(p, 4)) << 2
  }
}

function alone<R, T>(transform: usize, w: usize, offset: isize, bytes: isize, flush: bool): void {
  const f = changetype<R>(0)
  const zero = all<T>(0)
  convert<R, T>(transform)
  if (idof<R>() == idof<Adam>() && isFolded(transform)) fold<T>(transform)
  const c0 = f.cells() > 0 ? cell<T>(0) : zero
  const c1 = f.cells() > 1 ? cell<T>(1) : zero
  const c2 = f.cells() > 2 ? cell<T>(2) : zero
  const c3 = f.cells() > 3 ? cell<T>(3) : zero
  const c4 = f.cells() > 4 ? cell<T>(4) : zero
  const c5 = f.cells() > 5 ? cell<T>(5) : zero
  const c6 = f.cells() > 6 ? cell<T>(6) : zero
  const s0 = f.slots() > 0 ? slot(transform, 0) + offset : 0
  const s1 = f.slots() > 1 ? moved(slot(transform, 1), offset) : 0
  const s2 = f.slots() > 2 ? moved(slot(transform, 2), offset) : 0
  for (let i: isize = 0; i < bytes; i += 16) {
    const u = v128.load(scratch + i)
    const weight = v128.load(w + i)
    const next = f.step<T>(
      u, weight, s0 + i, s1 ? s1 + i : 0, s2 ? s2 + i : 0, bytes - i, flush, c0, c1, c2, c3, c4, c5, c6,
    )
    v128.store(scratch + i, next)
  }
}

/** Zeros the magnitudes that `flushed` does. */
export function sweep<T>(at: usize, n: i32): void {
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) storeUpTo<T>(at + i, flushed<T>(v128.load(at + i)), bytes - i)
}
