import { apply, type Node, type Slot } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { type Shape, ShapeError, sizeOf } from '@eddy/tensor'
import { checkLabelOptions, labelInputs, type NllLossOptions, weightedCrossEntropyRecord } from './label-losses.ts'
import type { Values } from './layer.ts'
import type { LossFacts } from './loss.ts'
import { checkLossOptions, lossInputs, type Reduction } from './pair-loss.ts'
import { defineRecord, edgeLengths } from './record.ts'

export const crossEntropyRecord = /* @__PURE__ */ defineRecord<null, { readonly probabilities: Slot }>({
  name: 'crossEntropy',
  docs: {
    summary: 'How surprised a softmax over the logits is by the label; the mean over rows.',
    formula: 'l = mean over rows of log(sum over c of exp(x_c)) - x_label',
    gradient: 'dx_c = dy (softmax(x)_c - [c = label]) / rows',
    shapes: 'logits [C], label [] or [1] -> []; logits [N, C], label [N] -> []. A label is an integer from 0 to C - 1',
  },
  shape([logits, label]) {
    const [x, t] = [logits!, label!]
    const rows = sizeOf(x.slice(0, -1))
    if (x.length < 1 || x.length > 2) {
      throw new ShapeError({
        what: 'the logits are neither one row nor a list of rows', where: 'crossEntropy', got: x,
        wanted: '[C] or [N, C]', hint: 'The last axis is the classes: reshape the logits.',
      })
    }
    if (t.length < 2 && sizeOf(t) === rows && (x.length === 1 || t.length === 1)) return []
    throw new ShapeError({
      what: 'there must be one label for each row of logits', where: 'crossEntropy', got: t,
      wanted: x.length === 1 ? '[] or [1]' : [rows],
      hint: 'A label is the number of its class, not a vector of zeros and a one.',
    })
  },
  differentiable: (port) => port === 0,
  forward(scope, { inputs: [logits, label], output }) {
    const probabilities = scope.temporary(logits!.size)
    const classes = logits!.shape.at(-1)!
    scope.emit(op.CROSS_ENTROPY, logits!, label!, output, probabilities, logits!.size / classes, classes)
    return { probabilities }
  },
  backward(scope, { inputs: [logits, label], gradient, inputGradients: [dx], residual: { probabilities } }) {
    const classes = logits!.shape.at(-1)!
    if (dx == null) return
    scope.emit(op.CROSS_ENTROPY_BACKWARD, probabilities, label!, gradient, dx, logits!.size / classes, classes)
  },
  samples: () => ([
    [[3], []], [[1], []], [[10], [1]], [[2, 3], [2]], [[1, 5], [1]], [[4, 9], [4]],
    ...edgeLengths.slice(1).map((n) => [[2, n], [2]] as const),
  ] as readonly (readonly [readonly number[], readonly number[]])[]).map(([logits, label]) => ({
    options: null, inputs: [{ shape: logits, range: [-4, 4] }, { shape: label, below: logits.at(-1)! }],
  })),
})

/** The shapes of the labels that belong to logits. */
export type LabelOf<S extends Shape> =
  number extends S['length'] ? Shape : S extends readonly [number] ? [] | [1]
    : S extends readonly [infer N extends number, number] ? [N] : never

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions<R extends Reduction = Reduction> extends NllLossOptions {
  /** The share of every label that is spread over all classes; default 0. */
  readonly labelSmoothing?: number
  readonly reduction?: R
}

/** A loss each for the reduction `none`, else a scalar. */
type CrossEntropyShape<R extends Reduction> = [R] extends ['none'] ? Shape : 'none' extends R ? Shape : []

/** Cross-entropy as a learner takes it. */
export interface CrossEntropy<R extends Reduction = 'mean'> extends LossFacts {
  <S extends Shape>(logits: Values<S>, label: Values<LabelOf<NoInfer<S>>>): Node<CrossEntropyShape<R>>
}

/** @throws ValueError for options out of range. */
function check(options: CrossEntropyOptions): void {
  checkLossOptions('crossEntropy', options, ['weight', 'ignoreIndex', 'labelSmoothing'])
  checkLabelOptions('crossEntropy', options)
}

/** The loss of logits for labels: one kernel without options. */
function crossEntropyNode(
  logits: Values<Shape>, label: Values<Shape> | undefined, options: CrossEntropyOptions,
): Node<Shape> {
  const [x, t] = lossInputs(logits, label, 'crossEntropy')
  const { weight, ignoreIndex = null, labelSmoothing = 0, reduction = 'mean' } = options
  const ports = labelInputs(x, t, weight, 'crossEntropy')
  const plain = weight === undefined && ignoreIndex === null && labelSmoothing === 0 && reduction === 'mean'
  if (plain) return apply(crossEntropyRecord, ports, null)
  return apply(weightedCrossEntropyRecord, ports, { ignoreIndex, labelSmoothing, reduction })
}

/**
 * Softmax cross-entropy of logits and the number of the right class. For a probability for each class in place of a
 * label: `softCrossEntropy`.
 * Formula: l = mean over rows of log(sum over c of exp(x_c)) - x_label. Gradient: dx_c = dy (softmax(x)_c -
 * [c = label]) / rows. With options: `nllLoss` of the log softmax.
 * `crossEntropy(logits, label, options?)` is a node, `crossEntropy(options?)` is the loss itself, for a learner.
 * Shapes: logits [C], label [] or [1] -> []; logits [N, C], label [N] -> [].
 * Errors: a compile error and a ShapeError for other shapes. An event whose label is no class is rejected.
 * @example crossEntropy(value([1, 2, 3]), value(2)) // 0.4076059
 */
export function crossEntropy<R extends Reduction = 'mean'>(options?: CrossEntropyOptions<R>): CrossEntropy<R>
export function crossEntropy<S extends Shape, R extends Reduction = 'mean'>(
  logits: Values<S>, label: Values<LabelOf<NoInfer<S>>>, options?: CrossEntropyOptions<R>,
): Node<CrossEntropyShape<R>>
export function crossEntropy(
  first: Values<Shape> | CrossEntropyOptions = {}, label?: Values<Shape>, options: CrossEntropyOptions = {},
): unknown {
  if (label !== undefined || Object(first) !== first || 'subscribe' in first) {
    check(options)
    return crossEntropyNode(first as Values<Shape>, label, options)
  }
  const filled = first as CrossEntropyOptions
  check(filled)
  const facts: LossFacts = { label: 'crossEntropy()', link: 'softmax', targetShape: (shape) => shape.slice(0, -1) }
  return Object.assign((x: Values<Shape>, t?: Values<Shape>) => crossEntropyNode(x, t, filled), facts)
}
