import { apply, denseNode, GraphError, type Node, type Operator, type Scope, type Slot } from '@eddy/graph'
import { reduction as reductionKind } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { checkChoice, checkOptions, sameShape, type Shape, ShapeError } from '@eddy/tensor'
import type { Values } from './layer.ts'
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

/** A loss of elements as its kernel knows it. */
export interface PairLossRow {
  readonly name: string
  /** Its number among the functions of two arguments. */
  readonly f: number
  readonly link?: Link
  /** Of the parameters p and q. */
  readonly defaults?: readonly number[]
  /** The target chooses: it has no gradient. */
  readonly choice?: true
}

/** Parameters given by position, the table's defaults for the rest. */
export function pairLossOptions(
  { defaults = [] }: PairLossRow, given: readonly (number | undefined)[], reduction: Reduction = 'mean',
): PairLossOptions {
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

export function pairLossOperator({ name, f, choice }: PairLossRow): Operator<PairLossOptions, never> {
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
  row: PairLossRow, prediction: Values<Shape>, target: Values<Shape> | undefined, options: PairLossOptions,
): Node<S> {
  return apply(pairLossOperator(row), lossInputs(prediction, target, row.name), options)
}
