// UNARY and UNARY_BACKWARD: one loop over the functions of unary-functions.ts. It is instantiated for those that most
// models use; all others share an instance that chooses by a switch for every vector, which keeps the module small.
import { all, storeUpTo } from './lanes'
import { Unary } from './opcodes'
import {
  Abs, Atan, Celu, Cos, Elu, Erf, Exp, Expm1, Gelu, GeluTanh, Hardshrink, Hardsigmoid, Hardswish, Hardtanh, LeakyRelu,
  Log, Log1p, LogSigmoid, Mish, Neg, PowScalar, Reciprocal, Relu, Relu6, Rsqrt, Selu, Sigmoid, Silu, Sin, Softplus,
  Softshrink, Softsign, Sqrt, Square, Tanh, Tanhshrink,
} from './unary-functions'

function values<F, T>(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  const f = changetype<F>(0)
  const vp = all<T>(p)
  const vq = all<T>(q)
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) storeUpTo<T>(y + i, f.value<T>(v128.load(x + i), vp, vq), bytes - i)
}

function gradients<F, T>(x: usize, y: usize, dy: usize, dx: usize, n: i32, p: f64, q: f64): void {
  const f = changetype<F>(0)
  const vp = all<T>(p)
  const vq = all<T>(q)
  const bytes = <isize>n * sizeof<T>()
  for (let i: isize = 0; i < bytes; i += 16) {
    const g = f.gradient<T>(v128.load(x + i), v128.load(y + i), v128.load(dy + i), vp, vq)
    storeUpTo<T>(dx + i, g, bytes - i)
  }
}

/** The number of the function that `Chosen` stands for. */
let chosen: i32 = 0

class Chosen {
  @inline value<T>(x: v128, p: v128, q: v128): v128 { return valueOf<T>(chosen, x, p, q) }
  @inline gradient<T>(x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
    return gradientOf<T>(chosen, x, y, dy, p, q)
  }
}

function valueOf<T>(f: i32, x: v128, p: v128, q: v128): v128 {
  switch (f) {
    case Unary.relu6: return changetype<Relu6>(0).value<T>(x, p, q)
    case Unary.leakyRelu: return changetype<LeakyRelu>(0).value<T>(x, p, q)
    case Unary.elu: return changetype<Elu>(0).value<T>(x, p, q)
    case Unary.selu: return changetype<Selu>(0).value<T>(x, p, q)
    case Unary.celu: return changetype<Celu>(0).value<T>(x, p, q)
    case Unary.gelu: return changetype<Gelu>(0).value<T>(x, p, q)
    case Unary.geluTanh: return changetype<GeluTanh>(0).value<T>(x, p, q)
    case Unary.silu: return changetype<Silu>(0).value<T>(x, p, q)
    case Unary.mish: return changetype<Mish>(0).value<T>(x, p, q)
    case Unary.softplus: return changetype<Softplus>(0).value<T>(x, p, q)
    case Unary.softsign: return changetype<Softsign>(0).value<T>(x, p, q)
    case Unary.hardtanh: return changetype<Hardtanh>(0).value<T>(x, p, q)
    case Unary.hardsigmoid: return changetype<Hardsigmoid>(0).value<T>(x, p, q)
    case Unary.hardswish: return changetype<Hardswish>(0).value<T>(x, p, q)
    case Unary.logSigmoid: return changetype<LogSigmoid>(0).value<T>(x, p, q)
    case Unary.tanhshrink: return changetype<Tanhshrink>(0).value<T>(x, p, q)
    case Unary.softshrink: return changetype<Softshrink>(0).value<T>(x, p, q)
    case Unary.hardshrink: return changetype<Hardshrink>(0).value<T>(x, p, q)
    case Unary.exp: return changetype<Exp>(0).value<T>(x, p, q)
    case Unary.expm1: return changetype<Expm1>(0).value<T>(x, p, q)
    case Unary.log: return changetype<Log>(0).value<T>(x, p, q)
    case Unary.log1p: return changetype<Log1p>(0).value<T>(x, p, q)
    case Unary.sqrt: return changetype<Sqrt>(0).value<T>(x, p, q)
    case Unary.rsqrt: return changetype<Rsqrt>(0).value<T>(x, p, q)
    case Unary.abs: return changetype<Abs>(0).value<T>(x, p, q)
    case Unary.neg: return changetype<Neg>(0).value<T>(x, p, q)
    case Unary.reciprocal: return changetype<Reciprocal>(0).value<T>(x, p, q)
    case Unary.sin: return changetype<Sin>(0).value<T>(x, p, q)
    case Unary.cos: return changetype<Cos>(0).value<T>(x, p, q)
    case Unary.atan: return changetype<Atan>(0).value<T>(x, p, q)
    case Unary.erf: return changetype<Erf>(0).value<T>(x, p, q)
    case Unary.square: return changetype<Square>(0).value<T>(x, p, q)
    case Unary.powScalar: return changetype<PowScalar>(0).value<T>(x, p, q)
    default: return x
  }
}

function gradientOf<T>(f: i32, x: v128, y: v128, dy: v128, p: v128, q: v128): v128 {
  switch (f) {
    case Unary.relu6: return changetype<Relu6>(0).gradient<T>(x, y, dy, p, q)
    case Unary.leakyRelu: return changetype<LeakyRelu>(0).gradient<T>(x, y, dy, p, q)
    case Unary.elu: return changetype<Elu>(0).gradient<T>(x, y, dy, p, q)
    case Unary.selu: return changetype<Selu>(0).gradient<T>(x, y, dy, p, q)
    case Unary.celu: return changetype<Celu>(0).gradient<T>(x, y, dy, p, q)
    case Unary.gelu: return changetype<Gelu>(0).gradient<T>(x, y, dy, p, q)
    case Unary.geluTanh: return changetype<GeluTanh>(0).gradient<T>(x, y, dy, p, q)
    case Unary.silu: return changetype<Silu>(0).gradient<T>(x, y, dy, p, q)
    case Unary.mish: return changetype<Mish>(0).gradient<T>(x, y, dy, p, q)
    case Unary.softplus: return changetype<Softplus>(0).gradient<T>(x, y, dy, p, q)
    case Unary.softsign: return changetype<Softsign>(0).gradient<T>(x, y, dy, p, q)
    case Unary.hardtanh: return changetype<Hardtanh>(0).gradient<T>(x, y, dy, p, q)
    case Unary.hardsigmoid: return changetype<Hardsigmoid>(0).gradient<T>(x, y, dy, p, q)
    case Unary.hardswish: return changetype<Hardswish>(0).gradient<T>(x, y, dy, p, q)
    case Unary.logSigmoid: return changetype<LogSigmoid>(0).gradient<T>(x, y, dy, p, q)
    case Unary.tanhshrink: return changetype<Tanhshrink>(0).gradient<T>(x, y, dy, p, q)
    case Unary.softshrink: return changetype<Softshrink>(0).gradient<T>(x, y, dy, p, q)
    case Unary.hardshrink: return changetype<Hardshrink>(0).gradient<T>(x, y, dy, p, q)
    case Unary.exp: return changetype<Exp>(0).gradient<T>(x, y, dy, p, q)
    case Unary.expm1: return changetype<Expm1>(0).gradient<T>(x, y, dy, p, q)
    case Unary.log: return changetype<Log>(0).gradient<T>(x, y, dy, p, q)
    case Unary.log1p: return changetype<Log1p>(0).gradient<T>(x, y, dy, p, q)
    case Unary.sqrt: return changetype<Sqrt>(0).gradient<T>(x, y, dy, p, q)
    case Unary.rsqrt: return changetype<Rsqrt>(0).gradient<T>(x, y, dy, p, q)
    case Unary.abs: return changetype<Abs>(0).gradient<T>(x, y, dy, p, q)
    case Unary.neg: return changetype<Neg>(0).gradient<T>(x, y, dy, p, q)
    case Unary.reciprocal: return changetype<Reciprocal>(0).gradient<T>(x, y, dy, p, q)
    case Unary.sin: return changetype<Sin>(0).gradient<T>(x, y, dy, p, q)
    case Unary.cos: return changetype<Cos>(0).gradient<T>(x, y, dy, p, q)
    case Unary.atan: return changetype<Atan>(0).gradient<T>(x, y, dy, p, q)
    case Unary.erf: return changetype<Erf>(0).gradient<T>(x, y, dy, p, q)
    case Unary.square: return changetype<Square>(0).gradient<T>(x, y, dy, p, q)
    case Unary.powScalar: return changetype<PowScalar>(0).gradient<T>(x, y, dy, p, q)
    default: return dy
  }
}

export function unary<T>(f: i32, x: usize, y: usize, n: i32, p: f64, q: f64): void {
  if (f == Unary.relu) return values<Relu, T>(x, y, n, p, q)
  if (f == Unary.sigmoid) return values<Sigmoid, T>(x, y, n, p, q)
  if (f == Unary.tanh) return values<Tanh, T>(x, y, n, p, q)
  chosen = f
  values<Chosen, T>(x, y, n, p, q)
}

export function unaryBackward<T>(f: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, p: f64, q: f64): void {
  if (f == Unary.relu) return gradients<Relu, T>(x, y, dy, dx, n, p, q)
  if (f == Unary.sigmoid) return gradients<Sigmoid, T>(x, y, dy, dx, n, p, q)
  if (f == Unary.tanh) return gradients<Tanh, T>(x, y, dy, dx, n, p, q)
  chosen = f
  gradients<Chosen, T>(x, y, dy, dx, n, p, q)
}
