// UNARY and UNARY_BACKWARD: one loop, instantiated for each function of unary-functions.ts.
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

export function unary<T>(f: i32, x: usize, y: usize, n: i32, p: f64, q: f64): void {
  switch (f) {
    case Unary.relu: return values<Relu, T>(x, y, n, p, q)
    case Unary.relu6: return values<Relu6, T>(x, y, n, p, q)
    case Unary.leakyRelu: return values<LeakyRelu, T>(x, y, n, p, q)
    case Unary.elu: return values<Elu, T>(x, y, n, p, q)
    case Unary.selu: return values<Selu, T>(x, y, n, p, q)
    case Unary.celu: return values<Celu, T>(x, y, n, p, q)
    case Unary.gelu: return values<Gelu, T>(x, y, n, p, q)
    case Unary.geluTanh: return values<GeluTanh, T>(x, y, n, p, q)
    case Unary.silu: return values<Silu, T>(x, y, n, p, q)
    case Unary.mish: return values<Mish, T>(x, y, n, p, q)
    case Unary.softplus: return values<Softplus, T>(x, y, n, p, q)
    case Unary.softsign: return values<Softsign, T>(x, y, n, p, q)
    case Unary.hardtanh: return values<Hardtanh, T>(x, y, n, p, q)
    case Unary.hardsigmoid: return values<Hardsigmoid, T>(x, y, n, p, q)
    case Unary.hardswish: return values<Hardswish, T>(x, y, n, p, q)
    case Unary.sigmoid: return values<Sigmoid, T>(x, y, n, p, q)
    case Unary.logSigmoid: return values<LogSigmoid, T>(x, y, n, p, q)
    case Unary.tanh: return values<Tanh, T>(x, y, n, p, q)
    case Unary.tanhshrink: return values<Tanhshrink, T>(x, y, n, p, q)
    case Unary.softshrink: return values<Softshrink, T>(x, y, n, p, q)
    case Unary.hardshrink: return values<Hardshrink, T>(x, y, n, p, q)
    case Unary.exp: return values<Exp, T>(x, y, n, p, q)
    case Unary.expm1: return values<Expm1, T>(x, y, n, p, q)
    case Unary.log: return values<Log, T>(x, y, n, p, q)
    case Unary.log1p: return values<Log1p, T>(x, y, n, p, q)
    case Unary.sqrt: return values<Sqrt, T>(x, y, n, p, q)
    case Unary.rsqrt: return values<Rsqrt, T>(x, y, n, p, q)
    case Unary.abs: return values<Abs, T>(x, y, n, p, q)
    case Unary.neg: return values<Neg, T>(x, y, n, p, q)
    case Unary.reciprocal: return values<Reciprocal, T>(x, y, n, p, q)
    case Unary.sin: return values<Sin, T>(x, y, n, p, q)
    case Unary.cos: return values<Cos, T>(x, y, n, p, q)
    case Unary.atan: return values<Atan, T>(x, y, n, p, q)
    case Unary.erf: return values<Erf, T>(x, y, n, p, q)
    case Unary.square: return values<Square, T>(x, y, n, p, q)
    case Unary.powScalar: return values<PowScalar, T>(x, y, n, p, q)
  }
}

export function unaryBackward<T>(f: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, p: f64, q: f64): void {
  switch (f) {
    case Unary.relu: return gradients<Relu, T>(x, y, dy, dx, n, p, q)
    case Unary.relu6: return gradients<Relu6, T>(x, y, dy, dx, n, p, q)
    case Unary.leakyRelu: return gradients<LeakyRelu, T>(x, y, dy, dx, n, p, q)
    case Unary.elu: return gradients<Elu, T>(x, y, dy, dx, n, p, q)
    case Unary.selu: return gradients<Selu, T>(x, y, dy, dx, n, p, q)
    case Unary.celu: return gradients<Celu, T>(x, y, dy, dx, n, p, q)
    case Unary.gelu: return gradients<Gelu, T>(x, y, dy, dx, n, p, q)
    case Unary.geluTanh: return gradients<GeluTanh, T>(x, y, dy, dx, n, p, q)
    case Unary.silu: return gradients<Silu, T>(x, y, dy, dx, n, p, q)
    case Unary.mish: return gradients<Mish, T>(x, y, dy, dx, n, p, q)
    case Unary.softplus: return gradients<Softplus, T>(x, y, dy, dx, n, p, q)
    case Unary.softsign: return gradients<Softsign, T>(x, y, dy, dx, n, p, q)
    case Unary.hardtanh: return gradients<Hardtanh, T>(x, y, dy, dx, n, p, q)
    case Unary.hardsigmoid: return gradients<Hardsigmoid, T>(x, y, dy, dx, n, p, q)
    case Unary.hardswish: return gradients<Hardswish, T>(x, y, dy, dx, n, p, q)
    case Unary.sigmoid: return gradients<Sigmoid, T>(x, y, dy, dx, n, p, q)
    case Unary.logSigmoid: return gradients<LogSigmoid, T>(x, y, dy, dx, n, p, q)
    case Unary.tanh: return gradients<Tanh, T>(x, y, dy, dx, n, p, q)
    case Unary.tanhshrink: return gradients<Tanhshrink, T>(x, y, dy, dx, n, p, q)
    case Unary.softshrink: return gradients<Softshrink, T>(x, y, dy, dx, n, p, q)
    case Unary.hardshrink: return gradients<Hardshrink, T>(x, y, dy, dx, n, p, q)
    case Unary.exp: return gradients<Exp, T>(x, y, dy, dx, n, p, q)
    case Unary.expm1: return gradients<Expm1, T>(x, y, dy, dx, n, p, q)
    case Unary.log: return gradients<Log, T>(x, y, dy, dx, n, p, q)
    case Unary.log1p: return gradients<Log1p, T>(x, y, dy, dx, n, p, q)
    case Unary.sqrt: return gradients<Sqrt, T>(x, y, dy, dx, n, p, q)
    case Unary.rsqrt: return gradients<Rsqrt, T>(x, y, dy, dx, n, p, q)
    case Unary.abs: return gradients<Abs, T>(x, y, dy, dx, n, p, q)
    case Unary.neg: return gradients<Neg, T>(x, y, dy, dx, n, p, q)
    case Unary.reciprocal: return gradients<Reciprocal, T>(x, y, dy, dx, n, p, q)
    case Unary.sin: return gradients<Sin, T>(x, y, dy, dx, n, p, q)
    case Unary.cos: return gradients<Cos, T>(x, y, dy, dx, n, p, q)
    case Unary.atan: return gradients<Atan, T>(x, y, dy, dx, n, p, q)
    case Unary.erf: return gradients<Erf, T>(x, y, dy, dx, n, p, q)
    case Unary.square: return gradients<Square, T>(x, y, dy, dx, n, p, q)
    case Unary.powScalar: return gradients<PowScalar, T>(x, y, dy, dx, n, p, q)
  }
}
