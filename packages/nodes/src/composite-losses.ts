import { type AnyNode, apply, denseNode, type Node, type Operandish } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'
import { relu } from './activations.ts'
import { add, div, maximum, minimum, mul, operandNode, sub } from './arithmetic.ts'
import { checkFlags, checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { log, sqrt, square } from './elementary.ts'
import type { Values } from './layer.ts'
import type { Reduced, ReductionOptions } from './loss.ts'
import { equal, where } from './masks.ts'
import { normRecord } from './norm.ts'
import { applyPairLoss, checkLossOptions, type Reduction } from './pair-loss.ts'
import { binaryCrossEntropyWithLogits } from './pair-loss-rows.ts'
import { mean, sum } from './reduce.ts'

type Any = Node<Shape>

interface Options {
  readonly reduction: Reduction
}

const reductions = ['mean', 'sum', 'none'] as const

/** The losses themselves, their mean or their sum. */
export function reduceEach(each: AnyNode, reduction: Reduction): AnyNode {
  if (reduction === 'none') return each
  return (reduction === 'sum' ? sum(each) : mean(each)) as Any
}

/** A target of -1 and 1 for the contract suite. */
export const signsOf = (size: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => (i % 3 === 0 ? -1 : 1))

const logits = (x: AnyNode, t: AnyNode): Any =>
  applyPairLoss(binaryCrossEntropyWithLogits, x, t, { p: 0, q: 0, reduction: 'none' })

interface GaussianOptions extends Options {
  readonly full: boolean
  readonly epsilon: number
}

export const gaussianNllRecord = /* @__PURE__ */ compositeRecord<GaussianOptions>({
  name: 'gaussianNll',
  docs: {
    summary: 'How surprised a normal distribution of predicted mean and variance is by the target.',
    formula: 'l = (log(v) + (x - t)^2 / v) / 2, v = max(variance, epsilon), + log(2 pi) / 2 when full',
    gradient: 'of the formula; none to a variance below epsilon',
    shapes: 'x, t, variance of one shape -> [] or the shape',
    source: 'Nix and Weigend 1994',
  },
  build([x, t, variance], { full, epsilon, reduction }) {
    const v = maximum(variance!, epsilon) as Any
    const each = mul(0.5, add(log(v), div(square(sub(x!, t!) as Any), v)))
    return reduceEach((full ? add(each, Math.log(2 * Math.PI) / 2) : each) as Any, reduction)
  },
  samples: () => reductions.flatMap((reduction, k) => ([[], [5], [2, 3]] as const).map((shape) => ({
    options: { reduction, full: k === 1, epsilon: 1e-6 },
    inputs: [{ shape }, { shape }, { shape, range: [0.2, 2] as const }],
  }))),
})

interface MarginOptions extends Options {
  readonly margin: number
}

export const marginRankingRecord = /* @__PURE__ */ compositeRecord<MarginOptions>({
  name: 'marginRanking',
  docs: {
    summary: 'Which of two scores is to be the larger: the first where t = 1, the second where t = -1.',
    formula: 'l = max(0, margin - t (a - b))', gradient: 'of the formula; t has none',
    shapes: 'a, b, t of one shape -> [] or the shape',
  },
  build: ([a, b, t], { margin, reduction }) =>
    reduceEach(relu()(sub(margin, mul(t!, sub(a!, b!))) as Any), reduction),
  differentiable: (port) => port < 2,
  samples: () => reductions.flatMap((reduction) => [1, 5, 11].map((n) => ({
    options: { reduction, margin: 0.3 },
    inputs: [{ shape: [n] }, { shape: [n] }, { shape: [n], data: signsOf(n) }], awayBetween: [0.3],
  }))),
})

export const multilabelSoftMarginRecord = /* @__PURE__ */ compositeRecord<Options>({
  name: 'multilabelSoftMargin',
  docs: {
    summary: 'Binary cross-entropy of the logits of labels that may hold together; the mean over labels.',
    formula: 'l = mean over c of binaryCrossEntropyWithLogits(x_c, t_c)', gradient: 'of the formula',
    shapes: 'x, t of one shape [.., c] -> [] or [..]',
  },
  build: ([x, t], { reduction }) => reduceEach(mean(logits(x!, t!), { axis: -1 }) as Any, reduction),
  differentiable: (port) => port === 0,
  samples: () => reductions.flatMap((reduction) => ([[1], [5], [2, 3]] as const).map((shape) => ({
    options: { reduction }, inputs: [{ shape }, { shape, below: 2 }],
  }))),
})

/** Added to squared lengths so that a vector of zeros has an angle: PyTorch's number. */
const epsilonOfSquares = 1e-12

export const cosineEmbeddingRecord = /* @__PURE__ */ compositeRecord<MarginOptions>({
  name: 'cosineEmbedding',
  docs: {
    summary: 'Whether two vectors are to point the same way (t = 1) or not (t = -1).',
    formula: 'l = 1 - cos where t = 1, max(0, cos - margin) where t = -1; '
      + 'cos = a . b / sqrt((|a|^2 + 1e-12) (|b|^2 + 1e-12))',
    gradient: 'of the formula; t has none', shapes: 'a, b [.., n], t [..] -> [] or [..]', source: 'PyTorch',
  },
  build([a, b, t], { margin, reduction }) {
    const dot = (x: AnyNode, y: AnyNode): Any => sum(mul(x, y), { axis: -1 }) as Any
    const lengths = mul(add(dot(a!, a!), epsilonOfSquares), add(dot(b!, b!), epsilonOfSquares)) as Any
    const cosine = div(dot(a!, b!), sqrt(lengths)) as Any
    const near = sub(1, cosine) as Any
    return reduceEach(where(equal(t!, 1), near, relu()(sub(cosine, margin) as Any)), reduction)
  },
  differentiable: (port) => port < 2,
  samples: () => reductions.flatMap((reduction) => (
    [[[3], []], [[4, 2], [4]], [[2, 5], [2]]] as const
  ).map(([shape, t]) => ({
    options: { reduction, margin: -1 },
    inputs: [{ shape }, { shape }, { shape: t, data: signsOf(t.length === 0 ? 1 : t[0]) }],
  }))),
})

interface TripletOptions extends MarginOptions {
  readonly p: number
  readonly epsilon: number
  readonly swap: boolean
}

export const tripletMarginRecord = /* @__PURE__ */ compositeRecord<TripletOptions>({
  name: 'tripletMargin',
  docs: {
    summary: 'An anchor is to be nearer to the positive than to the negative example, by a margin.',
    formula: 'l = max(0, d(a, p) - d(a, n) + margin), d the p-norm of the difference + epsilon; '
      + 'with swap the smaller of d(a, n) and d(p, n)',
    gradient: 'of the formula', shapes: 'a, p, n of one shape [.., k] -> [] or [..]',
    source: 'Balntas et al. 2016',
  },
  build([anchor, positive, negative], { margin, p, epsilon, swap, reduction }) {
    const distance = (a: AnyNode, b: AnyNode): Any =>
      apply(normRecord, [add(sub(a, b), epsilon) as Any], { p, axis: -1, keepDims: false })
    const away = distance(anchor!, negative!)
    const far = swap ? (minimum(away, distance(positive!, negative!)) as Any) : away
    return reduceEach(relu()(add(sub(distance(anchor!, positive!), far), margin) as Any), reduction)
  },
  samples: () => reductions.flatMap((reduction, k) => ([[3], [2, 5]] as const).map((shape) => ({
    options: { reduction, margin: 4, p: 1 + (k % 2), epsilon: 1e-6, swap: k === 2 },
    inputs: [{ shape }, { shape }, { shape }], apart: true as const,
  }))),
})

/**
 * The losses below are functions of nodes. Options: `reduction`, by default 'mean'; 'none' gives one loss each.
 * Errors: ShapeError for shapes that do not fit; GraphError for what is no node, or sparse.
 */

/**
 * For a predicted mean and variance.
 * Formula: l = (log(v) + (x - t)^2 / v) / 2, v = max(variance, epsilon), + log(2 pi) / 2 when full.
 * Gradient: of the formula; none to a variance below epsilon.
 * Shapes: x, t, variance of one shape -> [] or the shape.
 * Source: Nix and Weigend 1994.
 * @example gaussianNll(value([1]), value([3]), value([1])) // 2
 */
export function gaussianNll<S extends Shape, R extends Reduction = 'mean'>(
  prediction: Values<S>, target: Values<NoInfer<S>>, variance: Operandish,
  options: ReductionOptions<R> & { readonly full?: boolean; readonly epsilon?: number } = {},
): Node<Reduced<S, R>> {
  checkLossOptions('gaussianNll', options, ['full', 'epsilon'])
  checkFlags('gaussianNll', { full: options.full })
  checkNumbers('gaussianNll', { epsilon: options.epsilon }, { least: 0 })
  const inputs = [
    denseNode(prediction, 'gaussianNll'), denseNode(target, 'gaussianNll'), operandNode(variance, 'gaussianNll'),
  ]
  const { full = false, epsilon = 1e-6, reduction = 'mean' } = options
  return apply(gaussianNllRecord, inputs, { full, epsilon, reduction })
}

/**
 * For two scores and a target of 1 or -1.
 * Formula: l = max(0, margin - t (a - b)). Gradient: of the formula; t has none.
 * Shapes: a, b, t of one shape -> [] or the shape.
 * @example marginRanking(value([1]), value([3]), value([1])) // 2
 */
export function marginRanking<S extends Shape, R extends Reduction = 'mean'>(
  a: Values<S>, b: Values<NoInfer<S>>, target: Values<NoInfer<S>>,
  options: ReductionOptions<R> & { readonly margin?: number } = {},
): Node<Reduced<S, R>> {
  checkLossOptions('marginRanking', options, ['margin'])
  checkNumbers('marginRanking', { margin: options.margin })
  const inputs = [a, b, target].map((input) => denseNode(input as Values<Shape>, 'marginRanking'))
  return apply(marginRankingRecord, inputs, { margin: options.margin ?? 0, reduction: options.reduction ?? 'mean' })
}

/**
 * For logits of labels that may hold together, targets 0 and 1.
 * Formula: l = mean over c of binaryCrossEntropyWithLogits(x_c, t_c).
 * Shapes: x, t of one shape [.., c] -> [] or [..].
 * @example multilabelSoftMargin(value([0, 0]), value([1, 0])) // 0.6931472
 */
export function multilabelSoftMargin<S extends Shape>(
  prediction: Values<S>, target: Values<NoInfer<S>>, options: ReductionOptions = {},
): Node<Shape> {
  checkLossOptions('multilabelSoftMargin', options)
  const inputs = [denseNode(prediction, 'multilabelSoftMargin'), denseNode(target, 'multilabelSoftMargin')]
  return apply(multilabelSoftMarginRecord, inputs as readonly AnyNode[], { reduction: options.reduction ?? 'mean' })
}

/**
 * For two vectors and a target of 1 or -1.
 * Formula: l = 1 - cos where t = 1, max(0, cos - margin) where t = -1; cos = a . b / sqrt((|a|^2 + 1e-12) (|b|^2 +
 * 1e-12)).
 * Gradient: of the formula; t has none.
 * Shapes: a, b [.., n], t [..] -> [] or [..].
 * Source: PyTorch.
 * @example cosineEmbedding(value([1, 0]), value([0, 2]), value(1)) // 1
 */
export function cosineEmbedding(
  a: Values<Shape>, b: Values<Shape>, target: Values<Shape>,
  options: ReductionOptions & { readonly margin?: number } = {},
): Node<Shape> {
  checkLossOptions('cosineEmbedding', options, ['margin'])
  checkNumbers('cosineEmbedding', { margin: options.margin })
  const inputs = [a, b, target].map((input) => denseNode(input, 'cosineEmbedding'))
  return apply(cosineEmbeddingRecord, inputs, { margin: options.margin ?? 0, reduction: options.reduction ?? 'mean' })
}

/**
 * For an anchor, a positive and a negative example.
 * Formula: l = max(0, d(a, p) - d(a, n) + margin), d the p-norm of the difference + epsilon; with swap the smaller of
 * d(a, n) and d(p, n).
 * Shapes: a, p, n of one shape [.., k] -> [] or [..].
 * Source: Balntas et al. 2016.
 * @example tripletMargin(value([0]), value([3]), value([1]), { epsilon: 0 }) // 3
 */
export function tripletMargin(
  anchor: Values<Shape>, positive: Values<Shape>, negative: Values<Shape>,
  options: ReductionOptions & Partial<Omit<TripletOptions, 'reduction'>> = {},
): Node<Shape> {
  checkLossOptions('tripletMargin', options, ['margin', 'p', 'epsilon', 'swap'])
  const { margin = 1, p = 2, epsilon = 1e-6, swap = false, reduction = 'mean' } = options
  checkNumbers('tripletMargin', { margin, epsilon }, { least: 0 })
  checkNumbers('tripletMargin', { p }, { least: 1 })
  checkFlags('tripletMargin', { swap })
  const inputs = [anchor, positive, negative].map((input) => denseNode(input, 'tripletMargin'))
  return apply(tripletMarginRecord, inputs, { margin, p, epsilon, swap, reduction })
}
