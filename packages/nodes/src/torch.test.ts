import { type AnyNode, constant, type Leaf, type Node, parameter } from '@eddy/graph'
import { type Shape, type Tensor, tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import cases from './fixtures/torch-ops.json' with { type: 'json' }
import * as nodes from './index.ts'
import { evaluate, leafOf } from './testing/evaluate.ts'

/**
 * PyTorch 1.13, float64, on CPU: values, and gradients of the sum of output times grad_output. Recorded once; the cases
 * lie on a grid of 1e-4, away from ties and kinks.
 */
interface Recorded {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

interface Arguments {
  readonly x: Node<Shape>
  readonly all: Readonly<Record<string, Leaf>>
  readonly fixed: Readonly<Record<string, AnyNode>>
  readonly args: Readonly<Record<string, never>>
}

/** The node, and the leaves that stand for inputs that a layer owns. */
type Built = AnyNode | { readonly node: AnyNode; readonly leaves: Readonly<Record<string, AnyNode>> }

const given = ({ all }: Arguments, name: string): Tensor<never> => all[name]!.initial as Tensor<never>

const pair = (f: (a: AnyNode, b: AnyNode) => AnyNode) => ({ all }: Arguments): Built => f(all['a']!, all['b']!)

type AnyLoss = (prediction: AnyNode, target: AnyNode, options: object) => AnyNode

const loss = (f: unknown, rename: (args: Arguments['args']) => object = () => ({})) =>
  ({ all, fixed, args }: Arguments): Built =>
    (f as AnyLoss)(all['input']!, all['target'] ?? fixed['target']!, { reduction: args['reduction'], ...rename(args) })

const reducing = (f: typeof nodes.sum) => ({ x, args }: Arguments): Built =>
  f(x, { axis: args['dim'], keepDims: args['keepdim'] ?? false })

const plain = (layer: nodes.SameShapeLayer) => ({ x }: Arguments): Built => x.pipe(layer)

const build: Readonly<Record<string, (given: Arguments) => Built>> = {
  relu: plain(nodes.relu()),
  relu6: plain(nodes.relu6()),
  leaky_relu: ({ x, args }) => x.pipe(nodes.leakyRelu(args['negative_slope'])),
  elu: ({ x, args }) => x.pipe(nodes.elu(args['alpha'])),
  selu: plain(nodes.selu()),
  celu: ({ x, args }) => x.pipe(nodes.celu(args['alpha'])),
  gelu: plain(nodes.gelu()),
  gelu_tanh: plain(nodes.gelu({ approximate: 'tanh' })),
  silu: plain(nodes.silu()),
  mish: plain(nodes.mish()),
  softplus: ({ x, args }) => x.pipe(nodes.softplus(args['beta'], args['threshold'])),
  softsign: plain(nodes.softsign()),
  hardtanh: ({ x, args }) => x.pipe(nodes.hardtanh(args['min_val'], args['max_val'])),
  hardsigmoid: plain(nodes.hardsigmoid()),
  hardswish: plain(nodes.hardswish()),
  sigmoid: plain(nodes.sigmoid()),
  log_sigmoid: plain(nodes.logSigmoid()),
  tanh: plain(nodes.tanh()),
  tanhshrink: plain(nodes.tanhshrink()),
  softshrink: ({ x, args }) => x.pipe(nodes.softshrink(args['lambd'])),
  hardshrink: ({ x, args }) => x.pipe(nodes.hardshrink(args['lambd'])),
  exp: ({ x }) => nodes.exp(x),
  expm1: ({ x }) => nodes.expm1(x),
  log: ({ x }) => nodes.log(x),
  log1p: ({ x }) => nodes.log1p(x),
  sqrt: ({ x }) => nodes.sqrt(x),
  rsqrt: ({ x }) => nodes.rsqrt(x),
  abs: ({ x }) => nodes.abs(x),
  neg: ({ x }) => nodes.neg(x),
  reciprocal: ({ x }) => nodes.reciprocal(x),
  sin: ({ x }) => nodes.sin(x),
  cos: ({ x }) => nodes.cos(x),
  atan: ({ x }) => nodes.atan(x),
  erf: ({ x }) => nodes.erf(x),
  square: ({ x }) => nodes.square(x),
  pow_scalar: ({ x, args }) => nodes.pow(x, Number(args['exponent'])),
  add: pair((a, b) => nodes.add(a, b)),
  sub: pair((a, b) => nodes.sub(a, b)),
  mul: pair((a, b) => nodes.mul(a, b)),
  div: pair((a, b) => nodes.div(a, b)),
  pow: pair((a, b) => nodes.pow(a, b)),
  maximum: pair((a, b) => nodes.maximum(a, b)),
  minimum: pair((a, b) => nodes.minimum(a, b)),
  atan2: pair((a, b) => nodes.atan2(a, b)),
  matmul: pair((a, b) => nodes.matmul(a, b)),
  bmm: pair((a, b) => nodes.matmul(a, b)),
  linear(from) {
    const [outputs, inputs] = from.all['weight']!.shape as [number, number]
    const node = nodes.linear(inputs, outputs, { weight: given(from, 'weight'), bias: false })(from.x as never)
    return { node, leaves: { weight: leafOf(node, 'weight') } }
  },
  embedding(from) {
    const [count, width] = from.all['weight']!.shape as [number, number]
    const node = from.fixed['index']!.pipe(nodes.embedding(count, width, { weight: given(from, 'weight') }))
    return { node, leaves: { weight: leafOf(node, 'weight') } }
  },
  layer_norm(from) {
    const [weight, bias] = [given(from, 'weight'), given(from, 'bias')]
    const node = nodes.layerNorm(from.args['normalized_shape'], { epsilon: from.args['eps'], weight, bias })(from.x)
    return { node, leaves: { weight: leafOf(node, 'weight'), bias: leafOf(node, 'bias') } }
  },
  softmax: ({ x, args }) => x.pipe(nodes.softmax(args['dim'])),
  log_softmax: ({ x, args }) => x.pipe(nodes.logSoftmax(args['dim'])),
  logsumexp: reducing(nodes.logSumExp as typeof nodes.sum),
  sum: reducing(nodes.sum),
  mean: reducing(nodes.mean as typeof nodes.sum),
  max: reducing(nodes.max as typeof nodes.sum),
  min: reducing(nodes.min as typeof nodes.sum),
  prod: reducing(nodes.prod as typeof nodes.sum),
  sum_all: ({ x }) => nodes.sum(x),
  mean_dims: reducing(nodes.mean as typeof nodes.sum),
  cat: ({ all, args }) => nodes.concat(Object.values(all), { axis: args['dim'] }),
  slice: ({ x, args }) => x.pipe(nodes.slice(args['start'], args['end'], { axis: args['dim'], step: args['step'] })),
  mse_loss: loss(nodes.squaredError),
  l1_loss: loss(nodes.absoluteError),
  smooth_l1_loss: loss(nodes.smoothL1, ({ beta }) => ({ beta })),
  huber_loss: loss(nodes.huber, ({ delta }) => ({ delta })),
  binary_cross_entropy: loss(nodes.binaryCrossEntropy),
  poisson_nll_loss: loss(nodes.poissonNll, ({ log_input, eps }) => ({ logInput: log_input, epsilon: eps })),
  log_cosh_loss: loss(nodes.logCosh),
  binary_cross_entropy_with_logits: loss(nodes.binaryCrossEntropyWithLogits),
  soft_margin_loss: loss(nodes.softMargin),
  mlp_chain(from) {
    const { all, fixed } = from
    const [hidden, inputs] = all['w1']!.shape as [number, number]
    const outputs = all['w2']!.shape[0]!
    const first = nodes.linear(inputs, hidden, { weight: given(from, 'w1'), bias: given(from, 'b1') })(from.x as never)
    const norm = nodes.layerNorm(hidden, { weight: given(from, 'g'), bias: given(from, 'b') })(first as AnyNode)
    const second = nodes.linear(hidden, outputs, { weight: given(from, 'w2'), bias: given(from, 'b2') })(
      norm.pipe(nodes.gelu()) as never)
    const [w1, b1] = first.inputs.slice(1)
    const [g, b] = norm.inputs.slice(1)
    const [w2, b2] = second.inputs.slice(1)
    const leaves = { w1: w1!, b1: b1!, g: g!, b: b!, w2: w2!, b2: b2! }
    return { node: nodes.crossEntropy(second as AnyNode, fixed['target']!), leaves }
  },
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]))
}

const toTensor = ({ shape, data }: Recorded): Tensor => tensor([...data], [...shape], 'f64')

/** PyTorch 1.13 rounds 1/6 and 1/alpha to f32 in these two gradients; finite differences side with us. */
const roundedThere: Readonly<Record<string, number>> = { celu: 1e-7, hardsigmoid: 1e-7 }

function expectClose(got: ArrayLike<number>, wanted: Recorded, what: string, tolerance = 1e-12): void {
  expect(got.length).toBe(wanted.data.length)
  wanted.data.forEach((x, i) => {
    const error = Math.abs(got[i]! - x) / Math.max(1, Math.abs(x))
    expect(error, `${what}, element ${i}: got ${got[i]}, wanted ${x}`).toBeLessThanOrEqual(tolerance)
  })
}

describe('values and gradients agree with PyTorch float64 to 1e-12', () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const all = mapValues(one.inputs as unknown as Record<string, Recorded>, (t) => parameter(toTensor(t)) as Leaf)
    const fixed = mapValues(one.constants as unknown as Record<string, Recorded>, (t) => constant(toTensor(t)))
    const x = (all['x'] ?? Object.values(all)[0]) as Node<Shape>
    const built = build[one.op]!({ x, all, fixed, args: one.args as unknown as Arguments['args'] })
    const { node, leaves } = 'node' in built ? built : { node: built, leaves: {} as Record<string, AnyNode> }
    expect(node.shape).toEqual(one.output.shape)
    const { value, gradients } = evaluate(node)
    expectClose(value, one.output, 'output')
    const found = gradients(one.grad_output.data)
    for (const [name, wanted] of Object.entries(one.grads as unknown as Record<string, Recorded>)) {
      expectClose(found.get(leaves[name] ?? all[name]!)!, wanted, `gradient of ${name}`, roundedThere[one.op])
    }
  })
})
