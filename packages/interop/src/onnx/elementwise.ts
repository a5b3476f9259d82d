import type { GraphBuilder } from './graph-builder.ts'
import type { Exporter, Use } from './value.ts'

/** One function of one argument, as nodes of ONNX; p and q are its parameters. */
type Unary = (g: GraphBuilder, x: string, p: number, q: number) => string

const half = Math.SQRT1_2
const seluScale = 1.0507009873554805
const seluAlpha = 1.6732632423543772
/** Up to here e^x - 1 and log(1 + x) lose digits when they are taken as they are written. */
const near = 1

const add = (g: GraphBuilder, a: string, b: string): string => g.op('Add', [a, b])
const mul = (g: GraphBuilder, a: string, b: string): string => g.op('Mul', [a, b])
const times = (g: GraphBuilder, x: string, factor: number): string => mul(g, x, g.scalar(factor))
const plus = (g: GraphBuilder, x: string, term: number): string => add(g, x, g.scalar(term))
const positive = (g: GraphBuilder, x: string): string => g.op('Greater', [x, g.scalar(0)])
const choose = (g: GraphBuilder, where: string, a: string, b: string): string => g.op('Where', [where, a, b])
const isNear = (g: GraphBuilder, x: string): string => g.op('Less', [g.op('Abs', [x]), g.scalar(near)])

/**
 * e^x - 1. Formula near 0: with u = e^x, (u - 1) x / log(u), whose errors cancel; x itself where u is 1.
 * Source: Kahan, in Higham 2002, section 1.14.1.
 */
const expm1: Unary = (g, x) => {
  const u = g.op('Exp', [x])
  const less = plus(g, u, -1)
  const exact = g.op('Div', [mul(g, less, x), g.op('Log', [u])])
  const isOne = g.op('Equal', [u, g.scalar(1)])
  return choose(g, isNear(g, x), choose(g, isOne, x, exact), less)
}

/** log(1 + x). Formula near 0: with u = 1 + x, log(u) x / (u - 1); x itself where u is 1. Source: as `expm1`. */
const log1p: Unary = (g, x) => {
  const u = plus(g, x, 1)
  const log = g.op('Log', [u])
  const exact = g.op('Div', [mul(g, log, x), plus(g, u, -1)])
  const isOne = g.op('Equal', [u, g.scalar(1)])
  return choose(g, isNear(g, x), choose(g, isOne, x, exact), log)
}

/** log(1 + e^x) without overflow: max(x, 0) + log(1 + e^-|x|). */
const softplusOf: Unary = (g, x) => add(
  g, g.op('Relu', [x]), log1p(g, g.op('Exp', [g.op('Neg', [g.op('Abs', [x])])]), 0, 0),
)

const clip = (g: GraphBuilder, x: string, low: number, high: number): string => (
  g.op('Clip', [x, g.scalar(low), g.scalar(high)])
)

/** x where positive, else `below`. */
const branch = (g: GraphBuilder, x: string, below: string): string => choose(g, positive(g, x), x, below)

/** A node of ONNX whose parameters are attributes, which have 32 bits; in f64 the formula. */
const native = (op: string, attributes: (p: number) => Record<string, number>, formula: Unary): Unary => (
  (g, x, p, q) => (g.dtype === 'f64' ? formula(g, x, p, q) : g.op(op, [x], Object.fromEntries(
    Object.entries(attributes(p)).map(([name, value]) => [name, { float: value }]),
  )))
)

const named = (op: string): Unary => (g, x) => g.op(op, [x])
const none = (): Record<string, number> => ({})

const functions: Readonly<Record<string, Unary>> = {
  abs: named('Abs'),
  atan: named('Atan'),
  celu: (g, x, alpha) => add(
    g, g.op('Relu', [x]), g.op('Min', [times(g, expm1(g, times(g, x, 1 / alpha), 0, 0), alpha), g.scalar(0)]),
  ),
  // Runtimes have the sine in both types, the cosine in f32 alone.
  cos: (g, x) => (g.dtype === 'f32' ? g.op('Cos', [x]) : g.op('Sin', [plus(g, x, Math.PI / 2)])),
  elu: native('Elu', (alpha) => ({ alpha }), (g, x, alpha) => branch(g, x, times(g, expm1(g, x, 0, 0), alpha))),
  erf: named('Erf'),
  exp: named('Exp'),
  expm1,
  gelu: (g, x) => mul(g, times(g, x, 0.5), plus(g, g.op('Erf', [times(g, x, half)]), 1)),
  geluTanh: (g, x) => {
    const cube = times(g, mul(g, x, mul(g, x, x)), 0.044715)
    return mul(g, times(g, x, 0.5), plus(g, g.op('Tanh', [times(g, add(g, x, cube), Math.sqrt(2 / Math.PI))]), 1))
  },
  hardshrink: (g, x, lambda) => (
    choose(g, g.op('Greater', [g.op('Abs', [x]), g.scalar(lambda)]), x, g.scalar(0))
  ),
  hardsigmoid: (g, x) => clip(g, plus(g, times(g, x, 1 / 6), 0.5), 0, 1),
  hardswish: (g, x) => mul(g, x, clip(g, plus(g, times(g, x, 1 / 6), 0.5), 0, 1)),
  hardtanh: (g, x, low, high) => clip(g, x, low, high),
  leakyRelu: native('LeakyRelu', (alpha) => ({ alpha }), (g, x, slope) => branch(g, x, times(g, x, slope))),
  log: named('Log'),
  log1p,
  logSigmoid: (g, x) => g.op('Neg', [softplusOf(g, g.op('Neg', [x]), 0, 0)]),
  mish: (g, x) => mul(g, x, g.op('Tanh', [softplusOf(g, x, 0, 0)])),
  neg: named('Neg'),
  powScalar: (g, x, exponent) => g.op('Pow', [x, g.scalar(exponent)]),
  reciprocal: named('Reciprocal'),
  relu: named('Relu'),
  relu6: (g, x) => clip(g, x, 0, 6),
  rsqrt: (g, x) => g.op('Reciprocal', [g.op('Sqrt', [x])]),
  selu: native('Selu', none, (g, x) => (
    times(g, branch(g, x, times(g, expm1(g, x, 0, 0), seluAlpha)), seluScale)
  )),
  sigmoid: named('Sigmoid'),
  // In f64 without a sigmoid: runtimes merge it with the product into a node that they have in f32 alone.
  silu: (g, x) => (g.dtype === 'f32' ? mul(g, x, g.op('Sigmoid', [x]))
    : g.op('Div', [x, plus(g, g.op('Exp', [g.op('Neg', [x])]), 1)])),
  sin: named('Sin'),
  softplus: (g, x, beta, threshold) => {
    const scaled = times(g, x, beta)
    const soft = times(g, softplusOf(g, scaled, 0, 0), 1 / beta)
    return choose(g, g.op('Greater', [scaled, g.scalar(threshold)]), x, soft)
  },
  softshrink: (g, x, lambda) => (
    mul(g, g.op('Sign', [x]), g.op('Relu', [plus(g, g.op('Abs', [x]), -lambda)]))
  ),
  softsign: (g, x) => g.op('Div', [x, plus(g, g.op('Abs', [x]), 1)]),
  sqrt: named('Sqrt'),
  square: (g, x) => mul(g, x, x),
  tanh: named('Tanh'),
  tanhshrink: (g, x) => g.op('Sub', [x, g.op('Tanh', [x])]),
}

/** The angle of the point (b, a): the arctangent of a / b, moved by half a turn where b is negative; 0 at (0, 0). */
function atan2(g: GraphBuilder, a: string, b: string): string {
  const zero = g.scalar(0)
  const angle = g.op('Atan', [g.op('Div', [a, b])])
  const turned = choose(g, g.op('Less', [a, zero]), plus(g, angle, -Math.PI), plus(g, angle, Math.PI))
  const whole = choose(g, g.op('Less', [b, zero]), turned, angle)
  const isOrigin = g.op('And', [g.op('Equal', [a, zero]), g.op('Equal', [b, zero])])
  return choose(g, isOrigin, zero, whole)
}

const binary = (op: string): Exporter => ({ graph, x }: Use) => graph.op(op, [...x])
/** A comparison as 1 and 0. */
const comparison = (op: string): Exporter => ({ graph, x }: Use) => graph.cast(graph.op(op, [...x]), graph.type)

/** The elements where the mask is, or is not, 0. */
const masked = (keeps: boolean): Exporter => ({ graph, x: [x, mask] }: Use) => {
  const isSet = graph.cast(mask!, 'bool')
  const zero = graph.scalar(0)
  return graph.op('Where', keeps ? [isSet, x!, zero] : [isSet, zero, x!])
}

/** Exporters of operations that work element by element. */
export const elementwiseExporters: Readonly<Record<string, Exporter>> = {
  ...Object.fromEntries(Object.entries(functions).map(([name, f]) => [
    name, ({ graph, x, options: { p, q } }: Use<{ readonly p: number; readonly q: number }>) => f(graph, x[0]!, p, q),
  ])),
  add: binary('Add'),
  atan2: ({ graph, x: [a, b] }: Use) => atan2(graph, a!, b!),
  div: binary('Div'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  mul: binary('Mul'),
  pow: binary('Pow'),
  sub: binary('Sub'),
  dropIf: masked(false),
  equal: comparison('Equal'),
  keepIf: masked(true),
  less: comparison('Less'),
}
