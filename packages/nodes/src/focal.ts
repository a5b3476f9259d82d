import { apply, type AnyNode, type Node, type Operandish } from '@eddy/graph'
import { sameShape, type Shape, ShapeError, ValueError } from '@eddy/tensor'
import { add, mul, operandNode, sub } from './arithmetic.ts'
import { logSigmoid } from './activations.ts'
import { compositeRecord } from './composite.ts'
import { reduceEach } from './composite-losses.ts'
import type { CrossEntropy, LabelOf } from './cross-entropy.ts'
import { exp, neg } from './elementary.ts'
import { labelInputs, oneHotRows, rowsOf } from './label-losses.ts'
import type { Values } from './layer.ts'
import type { LossFacts, PairLoss, ReductionOptions } from './loss.ts'
import { where } from './masks.ts'
import { checkLossOptions, lossInputs, type Reduction } from './pair-loss.ts'
import { logSumExp, sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { logSoftmax } from './softmax.ts'

type Any = Node<Shape>

const source = 'Lin, Goyal, Girshick, He, Dollar 2017, equations 4 and 5'
const reductions = ['mean', 'sum', 'none'] as const

/** Stands for the logarithm of a share of nothing; exp of any multiple of it that matters is 0, in f32 as in f64. */
const nothing = -1e5

interface BinaryOptions {
  readonly gamma: number
  readonly alpha: number | null
  readonly reduction: Reduction
}

export const binaryFocalRecord = /* @__PURE__ */ compositeRecord<BinaryOptions>({
  name: 'binaryFocalWithLogits',
  docs: {
    summary: 'Binary cross-entropy of logits in which what is told apart well already counts little.',
    formula: 'l = -t a (1 - p)^gamma log(p) - (1 - t) (1 - a) p^gamma log(1 - p), p = sigmoid(x); '
      + 'without alpha 1 stands for a and for 1 - a',
    gradient: 'of the formula', shapes: 'x, t of one shape -> [] or the shape', source,
  },
  build([x, t], { gamma, alpha, reduction }) {
    if (!sameShape(x!.shape, t!.shape)) {
      throw new ShapeError({
        what: 'there must be one target for each logit', where: 'binaryFocalWithLogits', got: t!.shape,
        wanted: x!.shape, hint: 'Prediction and target need the same shape: reshape one of them.',
      })
    }
    const yes = logSigmoid()(x!) as Any
    const no = logSigmoid()(neg(x!)) as Any
    // (1 - p)^gamma is exp(gamma log(1 - p)), which has a gradient wherever p is.
    const part = (own: Any, other: Any, share: AnyNode, weight: number): AnyNode => (
      mul(mul(share, -weight), mul(exp(mul(gamma, other) as Any), own))
    ) as Any
    const ofYes = part(yes, no, t!, alpha ?? 1)
    const ofNo = part(no, yes, sub(1, t!) as Any, alpha === null ? 1 : 1 - alpha)
    return reduceEach(add(ofYes, ofNo) as Any, reduction)
  },
  samples: () => reductions.flatMap((reduction, k) => ([[], [1], [5], [2, 3]] as const).map((shape, i) => ({
    options: { gamma: [0, 0.5, 2, 3.5][(i + k) % 4]!, alpha: k === 1 ? null : 0.25, reduction },
    inputs: [{ shape, range: [-4, 4] as const }, { shape, range: [0, 1] as const }],
  }))),
})

interface SeveralOptions {
  readonly gamma: number
  readonly reduction: Reduction
}

export const focalRecord = /* @__PURE__ */ compositeRecord<SeveralOptions>({
  name: 'focal',
  docs: {
    summary: 'Cross-entropy of logits and labels in which rows that are told apart well already count little.',
    formula: 'l_r = -w_label (1 - p_label)^gamma log(p_label), p = softmax(x_r); the mean is over rows, not weights',
    gradient: 'of the formula; the weight has none', shapes: 'x [.., C], label [..], w [C] (optional) -> [] or [..]',
    source,
  },
  build([scores, label, weight], { gamma, reduction }) {
    const { x, classes } = rowsOf(scores!, label!, 'focal')
    const logs = logSoftmax()(x) as Any
    const hot = oneHotRows(label!, classes, null)
    const own = sum(where(hot, logs, 0) as Any, { axis: 1 }) as Any
    // log(1 - p) as the logarithm of what the other classes have: 1 - p would lose all digits where p is nearly 1.
    const others = logSumExp(where(hot, nothing, logs) as Any, { axis: 1 }) as Any
    const plain = neg(mul(exp(mul(gamma, others) as Any), own) as Any) as Any
    const each = weight === undefined ? plain : (mul(plain, sum(mul(hot, weight) as Any, { axis: 1 })) as Any)
    return reduction === 'none' ? reshape(label!.shape)(each) : reduceEach(each, reduction)
  },
  differentiable: (port) => port === 0,
  samples: () => reductions.flatMap((reduction, k) => ([
    [[3], [], false], [[4, 2], [4], true], [[2, 5], [2], k === 1], [[1, 9], [1], true],
  ] as const).map(([shape, label, weighted], i) => ({
    options: { gamma: [0, 0.5, 2, 3.5][(i + k) % 4]!, reduction },
    inputs: [
      { shape, range: [-4, 4] as const }, { shape: label, below: shape.at(-1)! },
      ...(weighted ? [{ shape: [shape.at(-1)!], range: [0.3, 3] as const }] : []),
    ],
  }))),
})

/** @throws ValueError when a number of a focal loss is out of range. */
function check(where: string, name: string, got: number, most: number): void {
  if (got >= 0 && got <= most) return
  throw new ValueError({
    what: `${name} is out of range`, where, got, wanted: `a number from 0 to ${most}`,
    hint: name === 'gamma' ? 'With 0 it is the cross-entropy; the paper takes 2.' : 'It is the share of target 1.',
  })
}

const gammaMax = 100

/** Options of `binaryFocalWithLogits`. */
export interface BinaryFocalOptions {
  /** How fast what is told apart well is left out, from 0 (cross-entropy itself); default 2. */
  readonly gamma?: number
  /** The weight of target 1, from 0 to 1; target 0 has the rest. Default: both weigh 1. */
  readonly alpha?: number
}

type BinaryFocal = PairLoss<BinaryFocalOptions, { readonly link: 'sigmoid' }>
type BinaryCall = BinaryFocalOptions & ReductionOptions

function checkBinary(options: BinaryCall): void {
  checkLossOptions('binaryFocalWithLogits', options, ['gamma', 'alpha'])
  const { gamma = 2, alpha = 0 } = options
  check('binaryFocalWithLogits', 'gamma', gamma, gammaMax)
  check('binaryFocalWithLogits', 'alpha', alpha, 1)
}

function binaryNode(x: Values<Shape>, t: Values<Shape> | undefined, options: BinaryCall = {}): Node<Shape> {
  checkBinary(options)
  const { gamma = 2, alpha, reduction = 'mean' } = options
  return apply(binaryFocalRecord, lossInputs(x, t, 'binaryFocalWithLogits'), { gamma, alpha: alpha ?? null, reduction })
}

/**
 * Focal loss of one logit: easy events weigh little, so that the many of one class do not drown the few of another.
 * Targets are 0 and 1, of a probability it is the expected loss.
 * Formula: l = -t a (1 - p)^gamma log(p) - (1 - t) (1 - a) p^gamma log(1 - p), p = sigmoid(x); without alpha 1 stands
 * for a and for 1 - a.
 * Source: Lin, Goyal, Girshick, He, Dollar 2017, equations 4 and 5.
 * `binaryFocalWithLogits(logits, targets, options?)` is a node, `binaryFocalWithLogits(options?)` the loss itself, for
 * a learner. With gamma 0 and without alpha it is `binaryCrossEntropyWithLogits`.
 * Shapes: [..], [..] -> []; with the reduction 'none' -> [..].
 * @throws ValueError for gamma below 0, or alpha outside 0 to 1; ShapeError for different shapes.
 * @example binaryFocalWithLogits(value([0]), value([1])) // 0.1732868
 */
export const binaryFocalWithLogits: BinaryFocal = /* @__PURE__ */ (() => {
  const call = (first: Values<Shape> | BinaryCall = {}, target?: Values<Shape>, options?: BinaryCall): unknown => {
    if (target !== undefined || Object(first) !== first || 'subscribe' in first) {
      return binaryNode(first as Values<Shape>, target, options)
    }
    const filled = first as BinaryCall
    checkBinary(filled)
    const facts: LossFacts = { label: 'binaryFocalWithLogits()', link: 'sigmoid', targetShape: (shape) => shape }
    return Object.assign((x: Values<Shape>, t: Values<Shape>) => binaryNode(x, t, filled), facts)
  }
  return call as BinaryFocal
})()

/** Options of `focal`. */
export interface FocalOptions<R extends Reduction = Reduction> {
  /** How fast what is told apart well is left out, from 0 (cross-entropy itself); default 2. */
  readonly gamma?: number
  /** How much each class weighs, [C]; default 1. Unlike that of `crossEntropy` it also acts on a single row. */
  readonly weight?: Operandish
  readonly reduction?: R
}

function checkFocal(options: FocalOptions): void {
  checkLossOptions('focal', options, ['gamma', 'weight'])
  check('focal', 'gamma', options.gamma ?? 2, gammaMax)
}

function focalNode(x: Values<Shape>, label: Values<Shape> | undefined, options: FocalOptions = {}): Node<Shape> {
  checkFocal(options)
  const { gamma = 2, weight, reduction = 'mean' } = options
  const [scores, labels] = lossInputs(x, label, 'focal')
  const ports = labelInputs(scores, labels, weight === undefined ? weight : operandNode(weight, 'focal'), 'focal')
  return apply(focalRecord, ports, { gamma, reduction })
}

/** A loss each for the reduction `none`, else a scalar. */
type FocalShape<R extends Reduction> = [R] extends ['none'] ? Shape : 'none' extends R ? Shape : []

/**
 * Focal loss of logits and the number of the right class: rows that are told apart well already weigh little.
 * Formula: l_r = -w_label (1 - p_label)^gamma log(p_label), p = softmax(x_r); the mean is over rows, not weights.
 * Source: Lin, Goyal, Girshick, He, Dollar 2017, equations 4 and 5.
 * `focal(logits, label, options?)` is a node, `focal(options?)` is the loss itself, for a learner. With gamma 0 it is
 * `crossEntropy`.
 * Shapes: logits [C], label [] or [1] -> []; logits [N, C], label [N] -> [].
 * @throws ValueError for gamma below 0; ShapeError for other shapes. An event whose label is no class is rejected.
 * @example focal(value([0, 0]), value(1)) // 0.1732868
 */
export function focal<R extends Reduction = 'mean'>(options?: FocalOptions<R>): CrossEntropy<R>
export function focal<S extends Shape, R extends Reduction = 'mean'>(
  logits: Values<S>, label: Values<LabelOf<NoInfer<S>>>, options?: FocalOptions<R>,
): Node<FocalShape<R>>
export function focal(
  first: Values<Shape> | FocalOptions = {}, label?: Values<Shape>, options: FocalOptions = {},
): unknown {
  if (label !== undefined || Object(first) !== first || 'subscribe' in first) {
    return focalNode(first as Values<Shape>, label, options)
  }
  const filled = first as FocalOptions
  checkFocal(filled)
  const facts: LossFacts = { label: 'focal()', link: 'softmax', targetShape: (shape) => shape.slice(0, -1) }
  return Object.assign((x: Values<Shape>, t?: Values<Shape>) => focalNode(x, t, filled), facts)
}
