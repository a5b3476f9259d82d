// UPDATE: one optimizer step of one parameter. The gradient comes in blocks (gradient.ts); each transform of the program
// runs over the block before the next one does (rules.ts).
import { mul, storeUpTo } from './lanes'
import { scratch } from './memory'
import { eachBlock } from './gradient'
import { Layout, Rule } from './opcodes'
import { adagrad, adam, applied, cell, clipValue, decay, flushed, momentum, rmsprop } from './rules'

/** Operands: layout w n m gradA gradB extra k, then the transforms. */
export function update<T>(operands: usize): void {
  const layout = load<i32>(operands)
  eachBlock<Transforms, T>(
    layout, load<i32>(operands, 8), load<i32>(operands, 12), load<u32>(operands, 16), load<u32>(operands, 20), load<i32>(operands, 24),
    operands,
  )
}

class Transforms {
  @inline block<T>(operands: usize, offset: isize, bytes: isize): void { transform<T>(operands, offset, bytes) }
}

function transform<T>(operands: usize, offset: isize, bytes: isize): void {
  const flush = load<i32>(operands) >= Layout.rows
  const w = <usize>load<u32>(operands, 4) + offset
  let p = operands + 32
  for (let k = load<i32>(operands, 28); k > 0; k--) {
    one<T>(p, w, offset, bytes, flush)
    p += (<usize>load<i32>(p, 4)) << 2
  }
}

/** The address of slot k of a transform, or 0 when it has none. */
@inline function slot(p: usize, k: usize, offset: isize): usize {
  const at = <usize>load<u32>(p + 8 + (k << 2))
  return at ? at + offset : 0
}
@inline function cellsOf(p: usize, slots: usize): usize { return load<u32>(p + 8 + (slots << 2)) }

function one<T>(p: usize, w: usize, offset: isize, bytes: isize, flush: bool): void {
  const u = scratch
  switch (load<i32>(p)) {
    case Rule.clipValue: {
      const limit = cell<T>(cellsOf(p, 0), 0)
      for (let i: isize = 0; i < bytes; i += 16) v128.store(u + i, clipValue<T>(v128.load(u + i), limit))
      return
    }
    case Rule.scale: {
      const factor = cell<T>(cellsOf(p, 0), 0)
      for (let i: isize = 0; i < bytes; i += 16) v128.store(u + i, mul<T>(v128.load(u + i), factor))
      return
    }
    case Rule.addDecay:
    case Rule.decoupledDecay: {
      const rate = cell<T>(cellsOf(p, 0), 0)
      for (let i: isize = 0; i < bytes; i += 16) v128.store(u + i, decay<T>(v128.load(u + i), v128.load(w + i), rate))
      return
    }
    case Rule.momentum: {
      const buf = slot(p, 0, offset)
      const c = cellsOf(p, 1)
      const mu = cell<T>(c, 0)
      const fresh = cell<T>(c, 1)
      const nesterov = load<f64>(c, 16) != 0
      const first = load<f64>(c, 24) != 0
      for (let i: isize = 0; i < bytes; i += 16) {
        v128.store(u + i, momentum<T>(v128.load(u + i), buf + i, bytes - i, flush, first, nesterov, mu, fresh))
      }
      return
    }
    case Rule.rmsprop: {
      const squares = slot(p, 0, offset)
      const mean = slot(p, 1, offset)
      const c = cellsOf(p, 2)
      const alpha = cell<T>(c, 0)
      const fresh = cell<T>(c, 1)
      const eps = cell<T>(c, 2)
      for (let i: isize = 0; i < bytes; i += 16) {
        const g = mean ? mean + i : 0
        v128.store(u + i, rmsprop<T>(v128.load(u + i), squares + i, g, bytes - i, flush, alpha, fresh, eps))
      }
      return
    }
    case Rule.adagrad: {
      const sum = slot(p, 0, offset)
      const eps = cell<T>(cellsOf(p, 1), 0)
      for (let i: isize = 0; i < bytes; i += 16) v128.store(u + i, adagrad<T>(v128.load(u + i), sum + i, bytes - i, eps))
      return
    }
    case Rule.adam: {
      const m = slot(p, 0, offset)
      const v = slot(p, 1, offset)
      const vmax = slot(p, 2, offset)
      const c = cellsOf(p, 3)
      const b1 = cell<T>(c, 0)
      const fresh1 = cell<T>(c, 1)
      const b2 = cell<T>(c, 2)
      const fresh2 = cell<T>(c, 3)
      const eps = cell<T>(c, 4)
      const unbias1 = cell<T>(c, 5)
      const unbias2 = cell<T>(c, 6)
      for (let i: isize = 0; i < bytes; i += 16) {
        const top = vmax ? vmax + i : 0
        const left = bytes - i
        const g = v128.load(u + i)
        v128.store(u + i, adam<T>(g, m + i, v + i, top, left, flush, b1, fresh1, b2, fresh2, eps, unbias1, unbias2))
      }
      return
    }
    case Rule.apply: {
      const rate = cell<T>(cellsOf(p, 0), 0)
      for (let i: isize = 0; i < bytes; i += 16) {
        storeUpTo<T>(w + i, applied<T>(v128.load(w + i), v128.load(u + i), rate), bytes - i)
      }
      return
    }
  }
}

/** Zeros the magnitudes that `flushed` does. */
export function sweep<T>(at: usize, n: i32): void {
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) storeUpTo<T>(at + i, flushed<T>(v128.load(at + i)), bytes - i)
}
