import * as eddy from 'eddy'
import type { AnyNode, SameShapeLayer } from 'eddy'
import { type Builder, number, owned } from './case.ts'

/** A layer of x with the named arguments of PyTorch, by position. */
const layer = (make: (...given: number[]) => SameShapeLayer, ...names: readonly string[]): Builder =>
  ({ x, args }) => x.pipe(make(...names.map((name) => number(args[name]))))

const map = (f: (x: AnyNode) => AnyNode): Builder => ({ x }) => f(x)

export const pair = (f: (a: AnyNode, b: AnyNode) => AnyNode): Builder => ({ all }) => f(all['a']!, all['b']!)

/** Functions of each element, or of each pair of elements. */
export const elementwise: Readonly<Record<string, Builder>> = {
  relu: layer(eddy.relu),
  relu6: layer(eddy.relu6),
  leaky_relu: layer(eddy.leakyRelu, 'negative_slope'),
  elu: layer(eddy.elu, 'alpha'),
  selu: layer(eddy.selu),
  celu: layer(eddy.celu, 'alpha'),
  gelu: layer(() => eddy.gelu()),
  gelu_tanh: layer(() => eddy.gelu({ approximate: 'tanh' })),
  silu: layer(eddy.silu),
  mish: layer(eddy.mish),
  softplus: layer(eddy.softplus, 'beta', 'threshold'),
  softsign: layer(eddy.softsign),
  hardtanh: layer(eddy.hardtanh, 'min_val', 'max_val'),
  hardsigmoid: layer(eddy.hardsigmoid),
  hardswish: layer(eddy.hardswish),
  sigmoid: layer(eddy.sigmoid),
  log_sigmoid: layer(eddy.logSigmoid),
  tanh: layer(eddy.tanh),
  tanhshrink: layer(eddy.tanhshrink),
  softshrink: layer(eddy.softshrink, 'lambd'),
  hardshrink: layer(eddy.hardshrink, 'lambd'),
  exp: map(eddy.exp),
  expm1: map(eddy.expm1),
  log: map(eddy.log),
  log1p: map(eddy.log1p),
  sqrt: map(eddy.sqrt),
  rsqrt: map(eddy.rsqrt),
  abs: map(eddy.abs),
  neg: map(eddy.neg),
  reciprocal: map(eddy.reciprocal),
  sin: map(eddy.sin),
  cos: map(eddy.cos),
  atan: map(eddy.atan),
  erf: map(eddy.erf),
  square: map(eddy.square),
  pow_scalar: ({ x, args }) => eddy.pow(x, number(args['exponent'])),
  add: pair(eddy.add),
  sub: pair(eddy.sub),
  mul: pair(eddy.mul),
  div: pair(eddy.div),
  pow: pair(eddy.pow),
  maximum: pair(eddy.maximum),
  minimum: pair(eddy.minimum),
  atan2: pair(eddy.atan2),
  clamp: layer(eddy.clamp, 'min', 'max'),
  prelu({ x, recorded, tensor }) {
    const node = x.pipe(eddy.prelu(recorded['weight']!.shape[0]!, { weight: tensor('weight') }))
    return owned(node, { weight: 'weight' })
  },
  where: ({ all }) => eddy.where(all['mask']!, all['a']!, all['b']!),
  masked_fill: ({ x, all, args }) => eddy.maskedFill(x, all['mask']!, number(args['value'])),
}
