import { type AnyNode, apply, buffer, GraphError, type Node } from '@eddy/graph'
import { checkOptions, constant, type Initializer, kaimingUniform, type Shape, ValueError } from '@eddy/tensor'
import { logSigmoid, relu } from './activations.ts'
import { add, maximum, mul, sub } from './arithmetic.ts'
import { checkFlags } from './check-values.ts'
import type { CrossEntropy } from './cross-entropy.ts'
import { dense } from './dense.ts'
import { log, neg } from './elementary.ts'
import { hedgeRecord } from './hedge.ts'
import { checkInitializer, type SameShapeLayer, uniqueName, type Values } from './layer.ts'
import type { Loss } from './loss.ts'
import type { Link } from './pair-loss.ts'
import { logSumExp, sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { logSoftmax } from './softmax.ts'
import { stack } from './stack.ts'

/** A loss that a hedged network can have: of one number each. */
export type HedgedLoss = Loss<'mean'> | Loss<'sum'> | CrossEntropy

/** Options of `hedged`. */
export interface HedgedOptions<L extends HedgedLoss> {
  /** Hidden layers, from 1; there is an output after each of them. */
  readonly depths: number
  /** Units of every hidden layer. */
  readonly width: number
  /** The loss of each output: `crossEntropy()`, `binaryCrossEntropyWithLogits()`, `squaredError()`, ... */
  readonly loss: L
  /** Of the hidden layers; default relu. */
  readonly activation?: () => SameShapeLayer
  /** Whether the features themselves have an output, too: depth 0, a linear model. Default true, as in the paper. */
  readonly linear?: boolean
  /** beta: by how much a loss of 1 reduces a weight; above 0, below 1, default 0.99. */
  readonly discount?: number
  /** s: depths share at least this much of the weight, so that each goes on learning; from 0, below 1, default 0.2. */
  readonly smoothing?: number
  /**
   * Whether the losses of an event are shifted and scaled to 0 to 1 before they are weighed, so that one outlier does
   * not decide; a deviation from the paper. Default: for losses of numbers, which have no bound.
   */
  readonly bounded?: boolean
  /** How weights of hidden layers behind the first begin; default `kaimingUniform()`. */
  readonly weight?: Initializer
}

/** What a learner takes: both parts belong together. */
export interface Hedged<L extends HedgedLoss> {
  readonly model: (features: Values<Shape>, outputs: number) => Node<Shape>
  readonly loss: L
}

/** The parts of a hedged network, to be tapped. */
export interface Hedge {
  /** The weight of each depth, shallowest first, [n]: a buffer, as it was before the event. */
  readonly weights: Node<Shape>
  /** The outputs by depth, shallowest first. */
  readonly outputs: readonly Node<Shape>[]
}

const hedges = new WeakMap<AnyNode, Hedge & { readonly owner: object; readonly link: Link }>()

/**
 * A network of any depth for streams, where nobody knows the right depth and it changes: an output after each hidden
 * layer, weighted by how well each has done so far. Early on shallow ones carry it, later deeper ones, and after a
 * change of concept shallow ones again.
 *
 * Formula: h_0 = x, h_k = activation(W_k h_(k-1) + b_k), f_k = V_k h_k + c_k. Prediction: the mean of what the f_k
 * mean, weighted by a: of probabilities for logits, given back as logits. Loss: sum over k of a_k l(f_k, y), so a
 * hidden layer gets the weighted gradients of all outputs behind it. Then, unless the event is rejected,
 * a_k <- max(a_k beta^l_k, s / depths), divided by their sum.
 * Source: Sahoo, Pham, Lu and Hoi 2018, Online Deep Learning, algorithm 1 (hedge backpropagation).
 * Shapes: features [n] or pairs, any target that the loss takes; weights [depths + 1], without `linear` [depths].
 * State/cost: a network of that depth and as many outputs; the weights are a buffer, so part of state, digest and undo.
 * `exportOnnx` writes them down as they are at the moment. A learner's classes may be open: those that were not met
 * have no part in any output.
 * @throws ValueError for options out of range; GraphError for a loss of probabilities or another model's prediction.
 *
 * @example
 * const trips = learner({ ...hedged({ depths: 5, width: 32, loss: squaredError() }), features, target, optimizer })
 * hedgeOf(trips.nodes.prediction).weights.subscribe((weights) => ...)
 * // or on a bare graph
 * const net = hedged({ depths: 3, width: 16, loss: crossEntropy() })
 * const logits = net.model(x, 4)
 * net.loss(logits, y).pipe(minimize(sgd({ learningRate: 0.01 }))).subscribe()
 */
export function hedged<L extends HedgedLoss>(options: HedgedOptions<L>): Hedged<L> {
  check(options)
  const { depths, loss, discount = 0.99, smoothing = 0.2 } = options
  const bounded = options.bounded ?? loss.link === 'identity'
  const owner = {}
  const model = (features: Values<Shape>, outputs: number): Node<Shape> => {
    const all = outputsOf(options, features, outputs)
    const name = uniqueName(all[0]!, 'hedged')
    const weights = buffer({ shape: [all.length], initializer: constant(1 / all.length) }, {
      role: 'depth weights', precision: 'run', ...(name === undefined ? {} : { name: `${name}.weights` }),
    }) as Node<Shape>
    const prediction = mixed(all, weights, loss.link)
    hedges.set(prediction, { weights, outputs: all, owner, link: loss.link })
    return prediction
  }
  const total = (prediction: Values<Shape>, target: Values<Shape>): Node<[]> => {
    const hedge = hedges.get(prediction as AnyNode)
    if (hedge?.owner !== owner) {
      throw new GraphError(
        'the prediction is not that of the model made with this loss, so it has no outputs to weigh', 'hedged',
        'Give a learner both: learner({ ...hedged({ depths, width, loss }), features, target, optimizer })',
      )
    }
    const each = hedge.outputs.map((output) => (loss as Loss)(output, target as never) as Node<Shape>)
    const ports = [stack(each), hedge.weights, prediction as AnyNode] as readonly AnyNode[]
    return apply<[]>(hedgeRecord, ports, { discount, floor: smoothing / depths, bounded })
  }
  const { label, link, targetShape } = loss
  return { model, loss: Object.assign(total, { label, link, targetShape }) as unknown as L }
}

/**
 * The weights and outputs behind a prediction of a hedged network.
 * @throws GraphError for any other node.
 * @example hedgeOf(net.model(x, 3)).weights.subscribe((weights) => console.log(weights.toArray()))
 */
export function hedgeOf(prediction: AnyNode): Hedge {
  const { weights, outputs } = hedges.get(prediction) ?? {}
  if (weights !== undefined && outputs !== undefined) return { weights, outputs }
  throw new GraphError(
    'is no prediction of a hedged network', prediction?.name ?? 'hedgeOf',
    'Give what the model of hedged({ ... }) has returned',
  )
}

/**
 * The prediction of a hedged network whose outputs have places that nobody uses yet: `shown` leaves them out of what
 * each output says, `judged` out of what its loss is of. null for any other node. For those who write learners.
 */
export function limitHedge(
  prediction: AnyNode, shown: (output: AnyNode) => AnyNode, judged: (output: AnyNode) => AnyNode,
): Node<Shape> | null {
  const hedge = hedges.get(prediction)
  if (hedge === undefined) return null
  const each = (limit: (output: AnyNode) => AnyNode): readonly Node<Shape>[] => (
    hedge.outputs.map((output) => limit(output) as Node<Shape>)
  )
  const limited = mixed(each(shown), hedge.weights, hedge.link)
  hedges.set(limited, { ...hedge, outputs: each(judged) })
  return limited
}

/** The outputs by depth. */
function outputsOf(
  { depths, width, activation = relu, linear = true, weight = kaimingUniform() }: HedgedOptions<HedgedLoss>,
  features: Values<Shape>, outputs: number,
): readonly Node<Shape>[] {
  const all: Node<Shape>[] = []
  const take = (hidden: Values<Shape>): void => void all.push(dense(outputs)(hidden) as Node<Shape>)
  let hidden = features
  if (linear) take(hidden)
  for (let depth = 1; depth <= depths; depth++) {
    const layer = depth === 1 ? dense(width) : dense(width, { weight })
    hidden = activation()(layer(hidden) as Values<Shape>)
    take(hidden)
  }
  return all
}

/** What the outputs mean together. */
function mixed(all: readonly Node<Shape>[], weights: Node<Shape>, link: Link): Node<Shape> {
  const column = reshape([all.length, ...all[0]!.shape.map(() => 1)])(weights) as Node<Shape>
  if (link === 'identity') return sum(mul(stack(all), column) as Node<Shape>, { axis: 0 }) as Node<Shape>
  const shares = log(maximum(column, 1e-30) as Node<Shape>) as Node<Shape>
  const together = (logs: readonly Node<Shape>[]): Node<Shape> => (
    logSumExp(add(stack(logs), shares) as Node<Shape>, { axis: 0 }) as Node<Shape>
  )
  if (link === 'softmax') return together(all.map((logits) => logSoftmax()(logits)))
  const yes = together(all.map((logit) => logSigmoid()(logit)))
  return sub(yes, together(all.map((logit) => logSigmoid()(neg(logit) as Node<Shape>)))) as Node<Shape>
}

function check(options: HedgedOptions<HedgedLoss>): void {
  checkOptions('hedged', options ?? {}, [
    'depths', 'width', 'loss', 'activation', 'linear', 'discount', 'smoothing', 'bounded', 'weight',
  ])
  const {
    depths, width, loss, activation = relu, linear, bounded, discount = 0.99, smoothing = 0.2, weight,
  } = options ?? {}
  const demand = (holds: boolean, what: string, got: unknown, wanted: string, hint: string): void => {
    if (!holds) throw new ValueError({ what: `${what} is out of range`, where: 'hedged', got, wanted, hint })
  }
  const count = 'an integer from 1'
  demand(Number.isInteger(depths) && depths > 0, 'depths', depths, count, 'Five hidden layers are a good start.')
  demand(Number.isInteger(width) && width > 0, 'width', width, count, 'It is the units of each hidden layer.')
  demand(discount > 0 && discount < 1, 'discount', discount, 'a number between 0 and 1', 'Leave it out for 0.99.')
  demand(smoothing >= 0 && smoothing < 1, 'smoothing', smoothing, 'from 0 to below 1', 'Leave it out for 0.2.')
  checkFlags('hedged', { linear, bounded })
  checkInitializer(weight, 'hedged')
  const isFactory = typeof activation === 'function'
  demand(isFactory, 'activation', activation, 'a function that makes a layer', 'For example relu, or () => elu(0.5).')
  if (typeof loss?.targetShape !== 'function') {
    throw new ValueError({
      what: 'this is no loss', where: 'hedged', got: loss, wanted: 'one with its options filled in',
      hint: 'For example squaredError(), with its parentheses.',
    })
  }
  if (loss.label !== 'binaryCrossEntropy()') return
  throw new GraphError(
    'outputs are logits, and this loss is for probabilities', 'hedged', 'Take binaryCrossEntropyWithLogits()',
  )
}
