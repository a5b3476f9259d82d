import { apply, GraphError, type Node, type Slot } from '@eddy/graph'
import { binary, op, reduction as reductionKind } from '@eddy/kernels'
import { formatShape, sameShape, type Shape, ShapeError } from '@eddy/tensor'
import { denseNode, type Values } from './layer.ts'
import { defineRecord, edgeLengths, type NodeRecord, type Sample } from './record.ts'

/** What becomes of the losses of the elements: their mean, their sum, or each for itself. */
export type Reduction = 'mean' | 'sum' | 'none'

/** How a prediction is read: as it stands, as the logit of a probability, or as the logits of classes. */
export type Link = 'identity' | 'sigmoid' | 'softmax'

export interface PairLossOptions {
  readonly p: number
  readonly q: number
  readonly reduction: Reduction
}

interface Row {
  readonly formula: string
  readonly derivative: string
  readonly link?: Link
  /** Ranges of prediction and target in the tests. */
  readonly ranges?: readonly [readonly [number, number], readonly [number, number]]
  /** Kinks of |prediction - target|. */
  readonly kinks?: readonly number[]
  /** Parameters p and q besides the defaults. */
  readonly tested?: readonly { readonly p: number; readonly q?: number; readonly kinks?: readonly number[] }[]
  readonly defaults?: readonly number[]
  /** The target is -1 or 1. */
  readonly signs?: true
  /** The target chooses: it has no gradient. */
  readonly choice?: true
  readonly source?: string
}

const probability = [0.15, 0.85] as const
const anything = [-2, 2] as const

/** Losses of a prediction x and a target t of the same shape, one element at a time. */
export const pairLosses = {
  absoluteError: { formula: '|x - t|', derivative: 'sign(x - t), 0 at 0', kinks: [0] },
  binaryCrossEntropy: {
    formula: '-(t log(x) + (1 - t) log(1 - x)), logarithms no smaller than -100', derivative: '(x - t) / (x (1 - x))',
    ranges: [probability, probability], source: 'PyTorch for the limit of -100',
  },
  binaryCrossEntropyWithLogits: {
    formula: 'max(x, 0) - x t + log(1 + exp(-|x|))', derivative: 'sigmoid(x) - t', link: 'sigmoid',
    ranges: [[-4, 4], [0, 1]],
  },
  hinge: { formula: 'max(0, 1 - t x)', derivative: '-t where t x < 1, else 0', signs: true },
  hingeEmbedding: {
    formula: 'x where t = 1, max(0, margin - x) where t = -1', derivative: '1 where t = 1, else -1 where x < margin',
    signs: true, choice: true, defaults: [1], tested: [{ p: 0.4 }], source: 'PyTorch',
  },
  huber: {
    formula: '(x - t)^2 / 2 where |x - t| <= delta, else delta (|x - t| - delta / 2)',
    derivative: 'x - t, limited to [-delta, delta]', defaults: [1], kinks: [1], tested: [{ p: 0.4, kinks: [0.4] }],
    source: 'Huber 1964',
  },
  klDiv: {
    formula: 't (log(t) - x) of a log probability x, 0 where t = 0; exp(t) (t - x) when t is a log probability, too',
    derivative: '-t, or -exp(t)', ranges: [[-4, -0.1], [0.2, 0.95]], defaults: [0], tested: [{ p: 1 }],
    source: 'Kullback and Leibler 1951',
  },
  logCosh: { formula: 'log(cosh(x - t))', derivative: 'tanh(x - t)' },
  poissonNll: {
    formula: 'exp(x) - t x with log rates, else x - t log(x + eps)', derivative: 'exp(x) - t, or 1 - t / (x + eps)',
    defaults: [1, 1e-8], ranges: [[0.2, 2], [0, 3]], tested: [{ p: 0, q: 1e-8 }],
  },
  smoothL1: {
    formula: '(x - t)^2 / (2 beta) where |x - t| < beta, else |x - t| - beta / 2',
    derivative: '(x - t) / beta, limited to [-1, 1]', defaults: [1], kinks: [1], tested: [{ p: 0.6, kinks: [0.6] }],
    source: 'Girshick 2015',
  },
  softMargin: { formula: 'log(1 + exp(-t x))', derivative: '-t sigmoid(-t x)', signs: true },
  squaredError: { formula: '(x - t)^2', derivative: '2 (x - t)' },
} satisfies Partial<Readonly<Record<keyof typeof binary, Row>>>

export type PairLossName = keyof typeof pairLosses

/** Parameters given by position, the table's defaults for the rest. */
export function pairLossOptions(
  name: PairLossName, given: readonly (number | undefined)[], reduction: Reduction = 'mean',
): PairLossOptions {
  const defaults = (pairLosses[name] as Row).defaults ?? []
  return { p: given[0] ?? defaults[0] ?? 0, q: given[1] ?? defaults[1] ?? 0, reduction }
}

function samplesOf(name: PairLossName, row: Row): readonly Sample<PairLossOptions>[] {
  const sample = (
    shape: Shape, reduction: Reduction, given: readonly (number | undefined)[] = [], kinks = row.kinks,
  ): Sample<PairLossOptions> => ({
    options: pairLossOptions(name, given, reduction),
    inputs: [
      { shape, range: row.ranges?.[0] ?? anything, ...(row.signs === true ? { away: [-1, 1] } : {}) },
      row.signs === true
        ? { shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 3 === 0 ? -1 : 1)) }
        : { shape, range: row.ranges?.[1] ?? anything },
    ],
    ...(kinks === undefined ? {} : { awayBetween: kinks }),
  })
  return [
    ...(['mean', 'sum', 'none'] as const).flatMap((reduction) =>
      [[], [2, 3], ...edgeLengths.map((length) => [length])]
        // The mean of nothing is no number.
        .filter(([length]) => length !== 0 || reduction !== 'mean')
        .map((shape) => sample(shape, reduction))),
    ...(row.tested ?? []).map(({ p, q, kinks }) => sample([5], 'mean', [p, q], kinks)),
  ]
}

/** The losses of the elements; the output itself when there is nothing to reduce. */
interface Residual {
  readonly each: Slot
}

function pairLossRecord(name: PairLossName): NodeRecord<PairLossOptions> {
  const f = binary[name]
  const row: Row = pairLosses[name]
  return defineRecord<PairLossOptions, Residual>({
    name,
    docs: {
      summary: 'A loss of prediction x and target t; the mean over elements unless another reduction is asked for.',
      formula: `l = ${row.formula}`, gradient: `dx = dy (${row.derivative}), divided by n for the mean`,
      shapes: 'x, t of one shape -> [] (the shape itself without a reduction)',
      ...(row.source === undefined ? {} : { source: row.source }),
    },
    shape([x, t], { reduction }) {
      if (sameShape(x!, t!)) return reduction === 'none' ? x! : []
      throw new ShapeError({
        what: `the target has shape ${formatShape(t!)}`, where: name, got: t!, wanted: x!,
        hint: 'Prediction and target need the same shape: reshape one of them.',
      })
    },
    ...(row.choice === true ? { differentiable: (port: number) => port === 0 } : {}),
    forward(scope, { inputs: [x, t], output, options: { p, q, reduction } }) {
      const n = x!.size
      const whole = reduction === 'none' || n === 1
      const each = whole ? output : scope.temporary(n)
      scope.emit(op.BINARY, f, x!, t!, each, n, 0, 0, { f64: p }, { f64: q })
      if (!whole) scope.emit(op.REDUCE, reductionKind[reduction], each, output, 1, n, 1)
      return { each }
    },
    backward(scope, { inputs, output, gradient, inputGradients, options: { p, q, reduction }, residual: { each } }) {
      const n = inputs[0]!.size
      const [x, t] = inputs as [Slot, Slot]
      let dEach = gradient
      if (each !== output && inputGradients.some((slot) => slot !== null)) {
        dEach = scope.temporary(n)
        const kind = reductionKind[reduction === 'sum' ? 'sum' : 'mean']
        scope.emit(op.REDUCE_BACKWARD, kind, each, output, gradient, dEach, 1, n, 1)
      }
      inputGradients.forEach((dx, port) => {
        if (dx !== null) scope.emit(op.BINARY_BACKWARD, f, port, x, t, each, dEach, dx, n, 0, 0, { f64: p }, { f64: q })
      })
    },
    samples: samplesOf(name, row),
  })
}

export const pairLossRecords = /* @__PURE__ */ Object.fromEntries(
  (Object.keys(pairLosses) as PairLossName[]).map((name) => [name, pairLossRecord(name)]),
) as Readonly<Record<PairLossName, NodeRecord<PairLossOptions>>>

/** How a prediction under this loss is read. */
export function linkOf(name: PairLossName): Link {
  return (pairLosses[name] as Row).link ?? 'identity'
}

/** @throws GraphError when only one of the two was given. */
export function lossInputs<S extends Shape, T extends Shape>(
  prediction: Values<S>, target: Values<T> | undefined, name: string,
): readonly [Node<S>, Node<T>] {
  if (target === undefined) {
    throw new GraphError('got a prediction without a target', name, `Write ${name}(prediction, target), or ${name}()`)
  }
  return [denseNode(prediction, name), denseNode(target, name)]
}

export function applyPairLoss<S extends Shape>(
  name: PairLossName, prediction: Values<Shape>, target: Values<Shape> | undefined, options: PairLossOptions,
): Node<S> {
  return apply(pairLossRecords[name], lossInputs(prediction, target, name), options)
}
