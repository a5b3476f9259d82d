import { apply, GraphError, type Node, type Operator, type Scope, type Slot } from '@eddy/graph'
import { reduction as reductionKind } from '@eddy/kernels'
import * as binary from '@eddy/kernels/binary'
import * as op from '@eddy/kernels/op'
import { checkChoice, checkOptions, sameShape, type Shape, ShapeError } from '@eddy/tensor'
import { denseNode, type Values } from './layer.ts'
import { defineRule } from './record.ts'

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
  /** Its number among the functions of two arguments. */
  readonly f: number
  readonly link?: Link
  /** Of the parameters p and q. */
  readonly defaults?: readonly number[]
  /** The target chooses: it has no gradient. */
  readonly choice?: true
}

/** Losses of a prediction and a target of one shape, one element at a time. Formulas: `pair-loss-records.ts`. */
const pairLosses = {
  absoluteError: { f: binary.absoluteError },
  binaryCrossEntropy: { f: binary.binaryCrossEntropy },
  binaryCrossEntropyWithLogits: { f: binary.binaryCrossEntropyWithLogits, link: 'sigmoid' },
  hinge: { f: binary.hinge },
  hingeEmbedding: { f: binary.hingeEmbedding, choice: true, defaults: [1] },
  huber: { f: binary.huber, defaults: [1] },
  klDiv: { f: binary.klDiv, defaults: [0] },
  logCosh: { f: binary.logCosh },
  poissonNll: { f: binary.poissonNll, defaults: [1, 1e-8] },
  smoothL1: { f: binary.smoothL1, defaults: [1] },
  softMargin: { f: binary.softMargin },
  squaredError: { f: binary.squaredError },
} satisfies Partial<Readonly<Record<keyof typeof binary, Row>>>

export type PairLossName = keyof typeof pairLosses

/** Parameters given by position, the table's defaults for the rest. */
export function pairLossOptions(
  name: PairLossName, given: readonly (number | undefined)[], reduction: Reduction = 'mean',
): PairLossOptions {
  const { defaults = [] }: Row = pairLosses[name]
  return { p: given[0] ?? defaults[0] ?? 0, q: given[1] ?? defaults[1] ?? 0, reduction }
}

/** Options of a loss: those of its own, and the reduction. @throws ValueError for an unknown one, or no reduction. */
export function checkLossOptions(
  where: string, options: { readonly reduction?: Reduction }, own: readonly string[] = [],
): void {
  checkOptions(where, options, [...own, 'reduction'])
  checkChoice(where, 'reduction', options.reduction ?? 'mean', ['mean', 'sum', 'none'])
}

interface ReducedOptions {
  readonly reduction: Reduction
}

interface Residual<Own> {
  /** The losses of the elements; the output itself when there is nothing to reduce. */
  readonly each: Slot
  readonly own: Own
}

/** A loss of elements, to be reduced. Inputs 0 and 1 are the prediction and the target. */
interface ElementLoss<Options, Own> {
  readonly name: string
  readonly differentiable?: (port: number) => boolean
  /** Throws when further inputs do not fit. */
  readonly check?: (shapes: readonly Shape[]) => void
  /** Writes the losses of the elements. */
  readonly forward: (scope: Scope, inputs: readonly Slot[], each: Slot, options: Options) => Own
  /** Sets the gradients that are wanted, given those of the losses of the elements. */
  readonly backward: (
    scope: Scope, inputs: readonly Slot[], each: Slot, dEach: Slot, inputGradients: readonly (Slot | null)[],
    options: Options, own: Own,
  ) => void
}

/** The operator of a loss of elements: its mean, its sum, or each for itself. */
export function reducedLoss<Options extends ReducedOptions, Own>(
  { name, differentiable, check, forward, backward }: ElementLoss<Options, Own>,
): Operator<Options, never> {
  return defineRule<Options, Residual<Own>>({
    name,
    shape(shapes, { reduction }) {
      const [x, t] = shapes
      if (!sameShape(x!, t!)) {
        throw new ShapeError({
          what: 'the target has another shape', where: name, got: t!, wanted: x!,
          hint: 'Prediction and target need the same shape: reshape one of them.',
        })
      }
      check?.(shapes)
      return reduction === 'none' ? x! : []
    },
    ...(differentiable && { differentiable }),
    forward(scope, { inputs, output, options }) {
      const n = inputs[0]!.size
      const whole = options.reduction === 'none' || n === 1
      const each = whole ? output : scope.temporary(n)
      const own = forward(scope, inputs, each, options)
      if (!whole) scope.emit(op.REDUCE, reductionKind[options.reduction as 'mean' | 'sum'], each, output, 1, n, 1)
      return { each, own }
    },
    backward(scope, { inputs, output, gradient, inputGradients, options, residual: { each, own } }) {
      const n = inputs[0]!.size
      let dEach = gradient
      if (each !== output && inputGradients.some((slot) => slot !== null)) {
        dEach = scope.temporary(n)
        const kind = reductionKind[options.reduction as 'mean' | 'sum']
        scope.emit(op.REDUCE_BACKWARD, kind, each, output, gradient, dEach, 1, n, 1)
      }
      backward(scope, inputs, each, dEach, inputGradients, options, own)
    },
  })
}

export function pairLossOperator(name: PairLossName): Operator<PairLossOptions, never> {
  const { f, choice }: Row = pairLosses[name]
  return reducedLoss<PairLossOptions, void>({
    name,
    ...(choice && { differentiable: (port: number) => port === 0 }),
    forward(scope, [x, t], each, { p, q }) {
      scope.emit(op.BINARY, f, x!, t!, each, each.size, 0, 0, { f64: p }, { f64: q })
    },
    backward(scope, [x, t], each, dEach, inputGradients, { p, q }) {
      inputGradients.forEach((dx, port) => {
        if (dx === null) return
        scope.emit(op.BINARY_BACKWARD, f, port, x!, t!, each, dEach, dx, dx.size, 0, 0, { f64: p }, { f64: q })
      })
    },
  })
}

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
  return apply(pairLossOperator(name), lossInputs(prediction, target, name), options)
}
