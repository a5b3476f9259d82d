// BINARY and BINARY_BACKWARD: one loop, instantiated for each function of binary-functions.ts.
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

export function binary<T>(
  f: i32, a: usize, b: usize, y: usize, n: i32, aScalar: bool, bScalar: bool, p: f64, q: f64,
): void {
  switch (f) {
    case Binary.add: return values<Add, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.sub: return values<Sub, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.mul: return values<Mul, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.div: return values<Div, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.pow: return values<Pow, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.maximum: return values<Maximum, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.minimum: return values<Minimum, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.atan2: return values<Atan2, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.squaredError: return values<SquaredError, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.absoluteError: return values<AbsoluteError, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.huber: return values<Huber, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.smoothL1: return values<SmoothL1, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.binaryCrossEntropy: return values<BinaryCrossEntropy, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.binaryCrossEntropyWithLogits:
      return values<BinaryCrossEntropyWithLogits, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.poissonNll: return values<PoissonNll, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.logCosh: return values<LogCosh, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.softMargin: return values<SoftMargin, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.hinge: return values<Hinge, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.keepIf: return values<KeepIf, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.dropIf: return values<DropIf, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.equal: return values<Equal, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.less: return values<Less, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.klDiv: return values<KlDiv, T>(a, b, y, n, aScalar, bScalar, p, q)
    case Binary.hingeEmbedding: return values<HingeEmbedding, T>(a, b, y, n, aScalar, bScalar, p, q)
  }
}

export function binaryBackward<T>(
  f: i32, port: i32, a: usize, b: usize, y: usize, dy: usize, dx: usize, n: i32,
  aScalar: bool, bScalar: bool, p: f64, q: f64,
): void {
  switch (f) {
    case Binary.add: return gradients<Add, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.sub: return gradients<Sub, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.mul: return gradients<Mul, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.div: return gradients<Div, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.pow: return gradients<Pow, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.maximum: return gradients<Maximum, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.minimum: return gradients<Minimum, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.atan2: return gradients<Atan2, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.squaredError: return gradients<SquaredError, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.absoluteError: return gradients<AbsoluteError, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.huber: return gradients<Huber, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.smoothL1: return gradients<SmoothL1, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.binaryCrossEntropy:
      return gradients<BinaryCrossEntropy, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.binaryCrossEntropyWithLogits:
      return gradients<BinaryCrossEntropyWithLogits, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.poissonNll: return gradients<PoissonNll, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.logCosh: return gradients<LogCosh, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.softMargin: return gradients<SoftMargin, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.hinge: return gradients<Hinge, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.keepIf: return gradients<KeepIf, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.dropIf: return gradients<DropIf, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.equal: return gradients<Equal, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.less: return gradients<Less, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.klDiv: return gradients<KlDiv, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
    case Binary.hingeEmbedding: return gradients<HingeEmbedding, T>(port, a, b, y, dy, dx, n, aScalar, bScalar, p, q)
  }
}
