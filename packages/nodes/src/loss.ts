import type { Node } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'
import type { Values } from './layer.ts'
import {
  applyPairLoss, type Link, linkOf, type PairLossName, pairLossOptions, type Reduction,
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

type PairArguments<Own> =
  | readonly [(Own & ReductionOptions)?]
  | readonly [prediction: Values<Shape>, target: Values<Shape>, options?: Own & ReductionOptions]

/** A loss that is not its row under some options: null where it is. */
type Variant<Own> = (
  prediction: Values<Shape>, target: Values<Shape> | undefined, options: Partial<Own> & ReductionOptions,
) => Node<Shape> | null

/**
 * Makes both ways to call a loss out of its row; `parameters` reads p and q from the options, `variant` may answer with
 * another node.
 */
export function pairLoss<Own = unknown, Facts = { readonly link: 'identity' }>(
  name: PairLossName, parameters: (options: Partial<Own>) => readonly (number | undefined)[] = () => [],
  variant: Variant<Own> = () => null,
): PairLoss<Own, Facts> {
  const applied = (
    prediction: Values<Shape>, target: Values<Shape> | undefined, options: Partial<Own> & ReductionOptions = {},
  ): Node<Shape> => variant(prediction, target, options) ??
    applyPairLoss(name, prediction, target, pairLossOptions(name, parameters(options), options.reduction))
  const call = (...given: PairArguments<Own>): unknown => {
    const [first = {}, target, last] = given
    if (target !== undefined || Object(first) !== first || 'subscribe' in first) {
      return applied(first as Values<Shape>, target, last)
    }
    const options = first as (Own & ReductionOptions) | undefined
    const facts: LossFacts = { label: `${name}()`, link: linkOf(name), targetShape: (prediction) => prediction }
    return Object.assign(
      (prediction: Values<Shape>, wanted: Values<Shape>) => applied(prediction, wanted, options), facts,
    )
  }
  return call as PairLoss<Own, Facts>
}
