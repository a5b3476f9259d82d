import { type AnyNode, apply, denseNode, type Node, type Operandish } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { checkChoice, type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { relu } from './activations.ts'
import { add, div, mul, operandNode, sub } from './arithmetic.ts'
import { checkNumbers } from './check-values.ts'
import { compositeRecord } from './composite.ts'
import { reduceEach } from './composite-losses.ts'
import { neg, square } from './elementary.ts'
import type { Values } from './layer.ts'
import { dropIfRecord } from './masks.ts'
import { checkLossOptions, type Reduction } from './pair-loss.ts'
import { defineRecord } from './record.ts'
import { sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { logSoftmax } from './softmax.ts'

type Any = Node<Shape>

interface OneHotOptions {
  readonly classes: number
  /** A label that belongs to no class and makes a row of zeros. */
  readonly ignoreIndex: number | null
}

export const oneHotRecord = /* @__PURE__ */ defineRecord<OneHotOptions>({
  name: 'oneHot',
  docs: {
    summary: 'A row of zeros with a one at the place of its label.', formula: 'y_rc = [c = label_r]', gradient: 'none',
    shapes: 'label [..] -> [.., classes]. A label is an integer from 0 to classes - 1, or the ignored one',
  },
  shape: ([label], { classes }) => [...label!, classes],
  differentiable: () => false,
  forward(scope, { inputs: [label], output, options: { classes, ignoreIndex } }) {
    scope.emit(op.ONE_HOT, label!, output, label!.size, classes, { f64: ignoreIndex ?? Number.NaN })
  },
  backward() {},
  samples: () => ([[[], 1], [[], 3], [[1], 5], [[5], 2], [[2, 3], 4], [[0], 2]] as const).map(([shape, classes]) => ({
    options: { classes, ignoreIndex: -1 }, inputs: [{ shape, below: classes }],
  })),
})

/** Rows of scores [rows, classes] for labels, one each. @throws ShapeError when they do not fit. */
export function rowsOf(
  scores: AnyNode, label: AnyNode, where: string,
): { readonly x: Any; readonly classes: number } {
  const { shape } = scores
  const [lead, classes] = [shape.slice(0, -1), shape.at(-1)]
  if (classes !== undefined && sizeOf(lead) === sizeOf(label.shape)) {
    return { x: reshape([sizeOf(lead), classes])(scores), classes }
  }
  throw new ShapeError({
    what: 'there must be one label for each row of scores', where, got: label.shape, wanted: lead,
    hint: 'A label is the number of its class, not a vector of zeros and a one.',
  })
}

export const oneHotRows = (label: AnyNode, classes: number, ignoreIndex: number | null): Any =>
  apply(oneHotRecord, [reshape([sizeOf(label.shape)])(label)], { classes, ignoreIndex })

interface NllOptions {
  readonly ignoreIndex: number | null
  readonly labelSmoothing: number
  readonly reduction: Reduction
}

const sumRows = (x: AnyNode, keepDims = false): Any => sum(x, { axis: 1, keepDims }) as Any

/** The losses of log probabilities, weighted by class, labels smoothed. */
function buildNll(inputs: readonly AnyNode[], options: NllOptions, isLogit: boolean, where: string): AnyNode {
  const [scores, label, weight] = inputs as [AnyNode, AnyNode, AnyNode?]
  const { ignoreIndex, labelSmoothing, reduction } = options
  const { x, classes } = rowsOf(scores, label, where)
  const logProbabilities = isLogit ? logSoftmax()(x) : x
  const hot = oneHotRows(label, classes, ignoreIndex)
  const weighted = weight === undefined ? hot : (mul(hot, weight) as Any)
  const target = labelSmoothing === 0
    ? weighted : smoothed(hot, weighted, weight, labelSmoothing / classes, labelSmoothing)
  const each = neg(sumRows(mul(target, logProbabilities) as Any))
  if (reduction === 'none') return reshape(label.shape)(each)
  return reduction === 'sum' ? (sum(each) as Any) : (div(sum(each), sum(weighted)) as Any)
}

/** A share of the weight of each class beside the rest of the label's; nothing in rows that are ignored. */
function smoothed(hot: Any, weighted: Any, weight: AnyNode | undefined, share: number, smoothing: number): Any {
  const seen = mul(share, sumRows(hot, true)) as Any
  const everywhere = add(seen, mul(0, hot)) as Any
  return add(mul(1 - smoothing, weighted), weight === undefined ? everywhere : mul(everywhere, weight)) as Any
}

const reductions = ['mean', 'sum', 'none'] as const

const labelSamples = (range: readonly [number, number]) => reductions.flatMap((reduction, k) => ([
  [[3], [], false], [[4, 2], [4], true], [[2, 5], [2], k === 1], [[1, 9], [1], true],
] as const).map(([scores, label, weighted]) => ({
  options: { reduction, ignoreIndex: k === 2 ? 0 : null, labelSmoothing: k === 1 ? 0.2 : 0 },
  inputs: [
    { shape: scores, range }, { shape: label, below: scores.at(-1)! },
    ...(weighted ? [{ shape: [scores.at(-1)!], range: [0.3, 3] as const }] : []),
  ],
})))

const isScore = (port: number): boolean => port === 0

export const nllLossRecord = /* @__PURE__ */ compositeRecord<NllOptions>({
  name: 'nllLoss',
  docs: {
    summary: 'Minus the log probability of the label; the mean over rows, weighted by class.',
    formula: 'l_r = -sum over c of t_rc x_rc, t = w_c [c = label], smoothed: (1 - s) w_c [c = label] + s w_c / C; '
      + 'mean: sum of l_r / sum of w_label; a row with the ignored label counts nowhere',
    gradient: 'dx_rc = -dl_r t_rc', shapes: 'x [.., C], label [..], w [C] (optional) -> [] or [..]',
  },
  build: (inputs, options) => buildNll(inputs, options, false, 'nllLoss'),
  differentiable: isScore,
  samples: () => labelSamples([-4, -0.1]),
})

export const weightedCrossEntropyRecord = /* @__PURE__ */ compositeRecord<NllOptions>({
  name: 'weightedCrossEntropy',
  docs: {
    summary: 'Cross-entropy of logits and labels, weighted by class, labels smoothed.',
    formula: 'nllLoss(logSoftmax(x), label)', gradient: 'of the formula',
    shapes: 'x [.., C], label [..], w [C] (optional) -> [] or [..]', source: 'Szegedy et al. 2016 for the smoothing',
  },
  build: (inputs, options) => buildNll(inputs, options, true, 'crossEntropy'),
  differentiable: isScore,
  samples: () => labelSamples([-4, 4]),
})

interface SoftOptions {
  readonly reduction: Reduction
  readonly labelSmoothing: number
}

export const softCrossEntropyRecord = /* @__PURE__ */ compositeRecord<SoftOptions>({
  name: 'softCrossEntropy',
  docs: {
    summary: 'Cross-entropy of logits and a probability for each class; the mean over rows.',
    formula: 'l_r = -sum over c of w_c ((1 - s) t_rc + s / C) logSoftmax(x)_rc',
    gradient: 'of the formula; the weight has none',
    shapes: 'x, t [.., C], w [C] (optional) -> [] or [..]',
  },
  build([x, t, weight], { reduction, labelSmoothing }) {
    const classes = x!.shape.at(-1)!
    const target = labelSmoothing === 0 ? t! : (add(mul(1 - labelSmoothing, t!), labelSmoothing / classes) as Any)
    const weighted = weight === undefined ? target : (mul(target, weight) as Any)
    const each = neg(sum(mul(weighted, logSoftmax()(x!)), { axis: -1 }) as Any)
    return reduceEach(each, reduction)
  },
  differentiable: (port) => port < 2,
  samples: () => reductions.flatMap((reduction, k) => ([[3], [2, 5]] as const).map((shape) => ({
    options: { reduction, labelSmoothing: k === 1 ? 0.1 : 0 },
    inputs: [
      { shape, range: [-4, 4] as const }, { shape, range: [0, 1] as const },
      ...(k === 2 ? [{ shape: shape.slice(-1), range: [0.3, 3] as const }] : []),
    ],
  }))),
})

interface MultiMarginOptions {
  readonly p: 1 | 2
  readonly margin: number
  readonly reduction: Reduction
}

export const multiMarginRecord = /* @__PURE__ */ compositeRecord<MultiMarginOptions>({
  name: 'multiMargin',
  docs: {
    summary: 'The score of the right class is to exceed all others by a margin.',
    formula: 'l_r = (sum over c != label of max(0, margin - x_label + x_c)^p) w_label / C', gradient: 'of the formula',
    shapes: 'x [.., C], label [..], w [C] (optional) -> [] or [..]', source: 'Crammer and Singer 2001',
  },
  build([scores, label, weight], { p, margin, reduction }) {
    const { x, classes } = rowsOf(scores!, label!, 'multiMargin')
    const hot = oneHotRows(label!, classes, null)
    const own = sumRows(mul(hot, x) as Any, true)
    const short = relu()(add(sub(x, own), margin) as Any)
    const others = apply<Shape>(dropIfRecord, [p === 1 ? short : square(short), hot], null)
    const each = mul(sumRows(others), 1 / classes) as Any
    const weighted = weight === undefined ? each : (mul(each, sumRows(mul(hot, weight) as Any)) as Any)
    return reduction === 'none' ? reshape(label!.shape)(weighted) : reduceEach(weighted, reduction)
  },
  differentiable: isScore,
  samples: () => reductions.flatMap((reduction, k) => ([
    [[3], []], [[4, 2], [4]], [[2, 5], [2]],
  ] as const).map(([shape, label]) => ({
    // The margin is beyond any difference of scores, where there is no kink.
    options: { reduction, p: k === 1 ? 2 as const : 1 as const, margin: 4.1 },
    inputs: [{ shape }, { shape: label, below: shape.at(-1)! }, ...(k === 2 ? [{ shape: shape.slice(-1) }] : [])],
  }))),
})

/** What losses of labels have in common. */
export interface LabelOptions {
  /** How much each class weighs, [C]; default 1. */
  readonly weight?: Operandish
  readonly reduction?: Reduction
}

export interface NllLossOptions extends LabelOptions {
  /** Rows with this label do not count; default: every label must be a class. */
  readonly ignoreIndex?: number
}

/**
 * For log probabilities and labels; from logits use `crossEntropy`.
 * Formula: l_r = -sum over c of t_rc x_rc, t = w_c [c = label], smoothed: (1 - s) w_c [c = label] + s w_c / C; mean:
 * sum of l_r / sum of w_label; a row with the ignored label counts nowhere.
 * Gradient: dx_rc = -dl_r t_rc.
 * Shapes: x [.., C], label [..], w [C] (optional) -> [] or [..].
 * Errors: ShapeError when there is not one label for each row. An event whose label is no class is rejected.
 * @example nllLoss(value([-1, -2]), value(1)) // 2
 */
export function nllLoss(
  logProbabilities: Values<Shape>, label: Values<Shape>, options: NllLossOptions = {},
): Node<Shape> {
  checkLossOptions('nllLoss', options, ['weight', 'ignoreIndex'])
  checkLabelOptions('nllLoss', options)
  const { weight, ignoreIndex = null, reduction = 'mean' } = options
  const inputs = labelInputs(logProbabilities, label, weight, 'nllLoss')
  return apply(nllLossRecord, inputs, { ignoreIndex, labelSmoothing: 0, reduction })
}

/**
 * Softmax cross-entropy of logits and a probability for each class.
 * Formula: l_r = -sum over c of w_c ((1 - s) t_rc + s / C) logSoftmax(x)_rc.
 * Gradient: of the formula; the weight has none.
 * Shapes: logits and probabilities [.., C] -> [].
 * @throws ShapeError when the shapes differ.
 * @example softCrossEntropy(value([0, 0]), value([0.5, 0.5])) // 0.6931472
 */
export function softCrossEntropy<S extends Shape>(
  logits: Values<S>, probabilities: Values<NoInfer<S>>,
  options: LabelOptions & { readonly labelSmoothing?: number } = {},
): Node<Shape> {
  checkLossOptions('softCrossEntropy', options, ['weight', 'labelSmoothing'])
  checkLabelOptions('softCrossEntropy', options)
  const { weight, labelSmoothing = 0, reduction = 'mean' } = options
  const inputs = labelInputs(logits as Values<Shape>, probabilities as Values<Shape>, weight, 'softCrossEntropy')
  return apply(softCrossEntropyRecord, inputs, { labelSmoothing, reduction })
}

export interface MultiMarginLossOptions extends LabelOptions {
  /** Default 1. */
  readonly margin?: number
  /** The exponent, 1 (the default) or 2. */
  readonly p?: 1 | 2
}

/**
 * For scores and labels.
 * Formula: l_r = (sum over c != label of max(0, margin - x_label + x_c)^p) w_label / C.
 * Shapes: x [.., C], label [..], w [C] (optional) -> [] or [..].
 * Source: Crammer and Singer 2001.
 * Errors: ShapeError when there is not one label for each row. An event whose label is no class is rejected.
 * @example multiMargin(value([0, 1]), value(0)) // 1
 */
export function multiMargin(
  scores: Values<Shape>, label: Values<Shape>, options: MultiMarginLossOptions = {},
): Node<Shape> {
  checkLossOptions('multiMargin', options, ['weight', 'margin', 'p'])
  const { weight, margin = 1, p = 1, reduction = 'mean' } = options
  checkNumbers('multiMargin', { margin })
  checkChoice('multiMargin', 'exponent p', p, [1, 2])
  return apply(multiMarginRecord, labelInputs(scores, label, weight, 'multiMargin'), { margin, p, reduction })
}

/** @throws ValueError for numbers out of range. */
export function checkLabelOptions(
  where: string, { ignoreIndex, labelSmoothing }: { readonly ignoreIndex?: number; readonly labelSmoothing?: number },
): void {
  checkNumbers(where, { ignoreIndex }, { integer: true })
  checkNumbers(where, { labelSmoothing }, { least: 0, most: 1 })
}

/** The ports of a loss of labels. */
export function labelInputs(
  scores: Values<Shape>, label: Values<Shape>, weight: Operandish | undefined, name: string,
): readonly AnyNode[] {
  const inputs = [denseNode(scores, name), denseNode(label, name)]
  return weight === undefined ? inputs : [...inputs, operandNode(weight, name)]
}
