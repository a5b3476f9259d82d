// BINARY and BINARY_BACKWARD: one loop over the functions of binary-functions.ts and choice-functions.ts. It is
// instantiated for those that most models use; all others share an instance that chooses by a switch for every vector,
// which keeps the module small.
import { add, all, allOf, keep, maskUpTo, storeUpTo, sumLanes } from './lanes'
import { Binary } from './opcodes'
import {
  AbsoluteError, Add, Atan2, BinaryCrossEntropy, BinaryCrossEntropyWithLogits, Div, Hinge, Huber, LogCosh, Maximum,
  Minimum, Mul, PoissonNll, Pow, SmoothL1, SoftMargin, SquaredError, Sub,
} from './binary-functions'
import { DropIf, Equal, HingeEmbedding, KeepIf, KlDiv, Less } from './choice-functions'

function values<F, T>(a: usize, b: usize, y: usize, n: i32, aScalar: bool, bScalar: bool, p: f64, q: f64): void {
  const f = changetype<F>(0)
  const vp = all<T>(p)
  const vq = all<T>(q)
  const a0 = allOf<T>(a)
  const b0 = allOf<T>(b)
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) {
    const va = aScalar ? a0 : v128.load(a + i)
    const vb = bScalar ? b0 : v128.load(b + i)
    storeUpTo<T>(y + i, f.value<T>(va, vb, vp, vq), bytes - i)
  }
}

/**
 * The gradient to one port; of a scalar port the sum: lane j adds the elements j, j + lanes, ... in order, then
 * sumLanes.
 */
function gradients<F, T>(
  port: i32, a: usize, b: usize, y: usize, dy: usize, dx: usize, n: i32, aScalar: bool, bScalar: bool, p: f64, q: f64,
): void {
  const f = changetype<F>(0)
  const vp = all<T>(p)
  const vq = all<T>(q)
  const a0 = allOf<T>(a)
  const b0 = allOf<T>(b)
  const summed = port ? bScalar : aScalar
  const bytes = <isize>n * sizeof<T>()
  let sum = all<T>(0)
  for (let i: isize = 0; i < bytes; i += 16) {
    const va = aScalar ? a0 : v128.load(a + i)
    const vb = bScalar ? b0 : v128.load(b + i)
    const vy = v128.load(y + i)
    const vd = v128.load(dy + i)
    const g = port ? f.toB<T>(va, vb, vy, vd, vp, vq) : f.toA<T>(va, vb, vy, vd, vp, vq)
    if (summed) sum = add<T>(sum, keep(maskUpTo<T>(bytes - i), g))
    else storeUpTo<T>(dx + i, g, bytes - i)
  }
  if (summed) store<T>(dx, sumLanes<T>(sum))
}

/** The number of the function that `Chosen` stands for. */
let chosen: i32 = 0

class Chosen {
  @inline value<T>(a: v128, b: v128, p: v128, q: v128): v128 { return valueOf<T>(chosen, a, b, p, q) }
  @inline toA<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return toA<T>(chosen, a, b, y, dy, p, q)
  }
  @inline toB<T>(a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return toB<T>(chosen, a, b, y, dy, p, q)
  }
}

function valueOf<T>(f: i32, a: v128, b: v128, p: v128, q: v128): v128 {
  switch (f) {
    case Binary.div: return changetype<Div>(0).value<T>(a, b, p, q)
    case Binary.pow: return changetype<Pow>(0).value<T>(a, b, p, q)
    case Binary.maximum: return changetype<Maximum>(0).value<T>(a, b, p, q)
    case Binary.minimum: return changetype<Minimum>(0).value<T>(a, b, p, q)
    case Binary.atan2: return changetype<Atan2>(0).value<T>(a, b, p, q)
    case Binary.absoluteError: return changetype<AbsoluteError>(0).value<T>(a, b, p, q)
    case Binary.huber: return changetype<Huber>(0).value<T>(a, b, p, q)
    case Binary.smoothL1: return changetype<SmoothL1>(0).value<T>(a, b, p, q)
    case Binary.binaryCrossEntropy: return changetype<BinaryCrossEntropy>(0).value<T>(a, b, p, q)
    case Binary.poissonNll: return changetype<PoissonNll>(0).value<T>(a, b, p, q)
    case Binary.logCosh: return changetype<LogCosh>(0).value<T>(a, b, p, q)
    case Binary.softMargin: return changetype<SoftMargin>(0).value<T>(a, b, p, q)
    case Binary.hinge: return changetype<Hinge>(0).value<T>(a, b, p, q)
    case Binary.keepIf: return changetype<KeepIf>(0).value<T>(a, b, p, q)
    case Binary.dropIf: return changetype<DropIf>(0).value<T>(a, b, p, q)
    case Binary.equal: return changetype<Equal>(0).value<T>(a, b, p, q)
    case Binary.less: return changetype<Less>(0).value<T>(a, b, p, q)
    case Binary.klDiv: return changetype<KlDiv>(0).value<T>(a, b, p, q)
    case Binary.hingeEmbedding: return changetype<HingeEmbedding>(0).value<T>(a, b, p, q)
    default: return a
  }
}

function toA<T>(f: i32, a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
  switch (f) {
    case Binary.div: return changetype<Div>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.pow: return changetype<Pow>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.maximum: return changetype<Maximum>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.minimum: return changetype<Minimum>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.atan2: return changetype<Atan2>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.absoluteError: return changetype<AbsoluteError>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.huber: return changetype<Huber>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.smoothL1: return changetype<SmoothL1>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.binaryCrossEntropy: return changetype<BinaryCrossEntropy>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.poissonNll: return changetype<PoissonNll>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.logCosh: return changetype<LogCosh>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.softMargin: return changetype<SoftMargin>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.hinge: return changetype<Hinge>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.keepIf: return changetype<KeepIf>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.dropIf: return changetype<DropIf>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.klDiv: return changetype<KlDiv>(0).toA<T>(a, b, y, dy, p, q)
    case Binary.hingeEmbedding: return changetype<HingeEmbedding>(0).toA<T>(a, b, y, dy, p, q)
    default: return all<T>(0)
  }
}

function toB<T>(f: i32, a: v128, b: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
  switch (f) {
    case Binary.div: return changetype<Div>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.pow: return changetype<Pow>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.maximum: return changetype<Maximum>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.minimum: return changetype<Minimum>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.atan2: return changetype<Atan2>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.binaryCrossEntropy: return changetype<BinaryCrossEntropy>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.poissonNll: return changetype<PoissonNll>(0).toB<T>(a, b, y, dy, p, q)
    case Binary.klDiv: return changetype<KlDiv>(0).toB<T>(a, b, y, dy, p, q)
    // Losses that depend on a and b in the same way.
    case Binary.absoluteError:
    case Binary.huber:
    case Binary.smoothL1:
    case Binary.logCosh:
    case Binary.softMargin:
    case Binary.hinge: return toA<T>(f, b, a, y, dy, p, q)
    default: return all<T>(0)
  }
}

export function binary<T>(
  f: i32, a: usize, b: usize, y: usize, n: i32, aScalar: bool, bScalar: bool, p: f64, q: f64,
): void {
  switch (f) {
    case Binary.add: return values<Add, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.sub: return values<Sub, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.mul: return values<Mul, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.squaredError: return values<SquaredError, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.binaryCrossEntropyWithLogits:
      return values<BinaryCrossEntropyWithLogits, T>(a, b, y, n, aScalar, bScalar, p, q)
  }
  chosen = f
  values<Chosen, T>(a, b, y, n, aScalar, bScalar, p, q)
}

export function binaryBackward<T>(
  f: i32, port: i32, a: usize, b: usize, y: usize, dy: usize, dx: usize, n: i32,
  aScalar: bool, bScalar: bool, p: f64, q: f64,
): void {
  switch (f) {
    case Binary.add: return gradients<Add, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.sub: return gradients<Sub, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.mul: return gradients<Mul, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.squaredError: return gradients<SquaredError, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.binaryCrossEntropyWithLogits:
      return gradients<BinaryCrossEntropyWithLogits, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
  }
  chosen = f
  gradients<Chosen, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
}
