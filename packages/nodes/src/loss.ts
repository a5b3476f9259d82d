import type { Node } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'
import type { Values } from './layer.ts'
import {
  applyPairLoss, checkLossOptions, type Link, pairLossOptions, type PairLossRow, type Reduction,
} from './pair-loss.ts'

/** What a loss of elements becomes: a scalar, or with the reduction `none` the shape of the prediction. */
export type Reduced<S extends Shape, R extends Reduction> =
  [R] extends ['none'] ? S : 'none' extends R ? Shape : []

/** What a learner wants to know about a loss besides its value. */
export interface LossFacts {
  readonly label: string
  /** How a prediction is read: a learner reports sigmoid or softmax probabilities for logits. */
  readonly link: Link
  /** The shape of the target that belongs to a prediction of this shape. */
  readonly targetShape: (prediction: Shape) => Shape
}

/** A loss with its options filled in: what a learner takes. */
export interface Loss<R extends Reduction = 'mean'> extends LossFacts {
  <S extends Shape>(prediction: Values<S>, target: Values<NoInfer<S>>): Node<Reduced<S, R>>
}

export interface ReductionOptions<R extends Reduction = Reduction> {
  /** `mean` over all elements (the default), `sum`, or `none`: one loss for each element. */
  readonly reduction?: R
}

/**
 * A loss of a prediction and a target of one shape, in its two ways to be called, told apart by their arguments. Facts
 * are those that types should know: they tell a learner its task.
 */
export interface PairLoss<Own, Facts = { readonly link: 'identity' }> {
  /** The loss itself, for a learner. */
  <R extends Reduction = 'mean'>(options?: Own & ReductionOptions<R>): Loss<R> & Facts
  /** The loss of a prediction, as a node. Shapes must be equal: anything else is a compile error and a ShapeError. */
  <S extends Shape, R extends Reduction = 'mean'>(
    prediction: Values<S>, target: Values<NoInfer<S>>, options?: Own & ReductionOptions<R>,
  ): Node<Reduced<S, R>>
}

/** Reads p and q from the options. */
type ParametersOf = (name: string, own: readonly string[], options: object) => readonly (number | undefined)[]

/** A loss that is not its row under some options: null where it is. */
type Variant<Own> = (
  prediction: Values<Shape>, target: Values<Shape> | undefined, options: Partial<Own> & ReductionOptions,
) => Node<Shape> | null

/**
 * Makes both ways to call a loss out of its row. `own` names its options beside the reduction, `parameters` reads p and
 * q from them, `variant` may answer with another node.
 */
export function pairLoss<Own = unknown, Facts = { readonly link: 'identity' }>(
  row: PairLossRow, own: readonly string[] = [], parameters: ParametersOf = () => [],
  variant: Variant<Own> = () => null,
): PairLoss<Own, Facts> {
  const { name, link = 'identity' } = row
  const call = (
    first: Values<Shape> | Own & ReductionOptions = {} as never, second?: Values<Shape>, last?: Own & ReductionOptions,
  ): unknown => {
    const isLoss = second === undefined && Object(first) === first && !('subscribe' in (first as object))
    const options = (isLoss ? first : last ?? {}) as Own & ReductionOptions
    checkLossOptions(name, options, own)
    const how = pairLossOptions(row, parameters(name, own, options as object), options.reduction)
    const applied = (prediction: Values<Shape>, target: Values<Shape> | undefined): Node<Shape> =>
      variant(prediction, target, options) ?? applyPairLoss(row, prediction, target, how)
    if (!isLoss) return applied(first as Values<Shape>, second)
    const facts: LossFacts = { label: `${name}()`, link, targetShape: (prediction) => prediction }
    return Object.assign(applied, facts)
  }
  return call as PairLoss<Own, Facts>
}
