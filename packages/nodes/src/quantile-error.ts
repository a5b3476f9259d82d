import { type AnyNode, apply, constant, type Node } from '@eddy/graph'
import { checkNumber, sameShape, type Shape, ShapeError, sizeOf, tensor, ValueError } from '@eddy/tensor'
import { mul, sub } from './arithmetic.ts'
import { compositeRecord } from './composite.ts'
import { reduceEach } from './composite-losses.ts'
import type { LabelOf } from './cross-entropy.ts'
import { abs } from './elementary.ts'
import type { Values } from './layer.ts'
import type { Loss, LossFacts, Reduced, ReductionOptions } from './loss.ts'
import { less, where } from './masks.ts'
import { checkLossOptions, lossInputs, type Reduction } from './pair-loss.ts'
import { reshape } from './reshape.ts'

type Any = Node<Shape>

const name = 'quantileError'
const reductions = ['mean', 'sum', 'none'] as const

interface RecordOptions {
  /** null: there are several, in the third input. */
  readonly quantile: number | null
  readonly reduction: Reduction
}

/** Targets as they are for one quantile, as a column for rows of several. @throws ShapeError when they do not fit. */
function targetsFor(x: AnyNode, t: AnyNode, isOne: boolean): AnyNode {
  const wanted = isOne ? x.shape : x.shape.slice(0, -1)
  if (sameShape(wanted, t.shape) || !isOne && sizeOf(wanted) === 1 && sizeOf(t.shape) === 1) {
    return isOne ? t : reshape([...wanted, 1])(t)
  }
  throw new ShapeError({
    what: isOne ? 'the target has another shape' : 'there must be one target for each row of outputs',
    where: name, got: t.shape, wanted,
    hint: isOne ? 'Prediction and target need the same shape: reshape one of them.'
      : 'The outputs of a row are the quantiles of one target.',
  })
}

export const quantileErrorRecord = /* @__PURE__ */ compositeRecord<RecordOptions>({
  name,
  docs: {
    summary: 'Pinball loss of a predicted quantile: least where the target stays below it with probability q.',
    formula: 'l = q (t - x) where t >= x, else (1 - q) (x - t)',
    gradient: 'dx = dy -q where x < t, dy (1 - q) where x > t, 0 where x = t; dt = -dx; q has none',
    shapes: 'x, t of one shape, or of K quantiles x [.., K], t [..], q [K] -> [], or the shape of x',
    source: 'Koenker and Bassett 1978',
  },
  build([x, t, q], { quantile, reduction }) {
    const target = targetsFor(x!, t!, quantile !== null)
    const [above, below] = quantile === null ? [q!, sub(1, q!)] : [quantile, 1 - quantile]
    return reduceEach(mul(where(less(target, x!), below, above), abs(sub(x!, target) as Any)) as Any, reduction)
  },
  differentiable: (port) => port < 2,
  samples: () => reductions.flatMap((reduction, k) => [
    ...([[], [1], [5], [2, 3]] as const).map((shape, i) => ({
      options: { quantile: [0.5, 0.1, 0.9, 0.975][(i + k) % 4]!, reduction }, inputs: [{ shape }, { shape }],
      awayBetween: [0],
    })),
    ...([[[1], [], [0.3]], [[3], [1], [0.1, 0.5, 0.9]], [[3, 2], [3], [0.05, 0.95]]] as const).map(([x, t, q]) => ({
      options: { quantile: null, reduction },
      inputs: [{ shape: x }, { shape: t }, { shape: [q.length], data: q, range: [0, 1] as const }],
      apart: true as const,
    })),
  ]),
})

type Quantiles = number | readonly number[]

/** Options of `quantileError`. */
export interface QuantileOptions<Q extends Quantiles = number, R extends Reduction = Reduction>
  extends ReductionOptions<R> {
  /** The share of targets that are to stay below the prediction, between 0 and 1; or one share for each output. */
  readonly quantile: Q
}

/** The loss of several quantiles, which have one target. */
export interface QuantilesError<R extends Reduction = 'mean'> extends LossFacts {
  <S extends Shape>(prediction: Values<S>, target: Values<LabelOf<NoInfer<S>>>): Node<Reduced<S, R>>
}

/** @throws ValueError when there is no such quantile. */
function check(options: QuantileOptions<Quantiles>): void {
  checkLossOptions(name, options, ['quantile'])
  const { quantile } = options
  const hint = 'The median is 0.5; 0.05 and 0.95 are the ends of an interval for nine targets in ten.'
  const several = Array.isArray(quantile)
  if (several && quantile.length === 0) {
    throw new ValueError({ what: 'there is no quantile', where: name, got: quantile, wanted: 'one or more', hint })
  }
  for (const each of several ? quantile : [quantile]) checkNumber(name, 'quantile', each, { above: 0, below: 1 }, hint)
}

function quantileNode(
  prediction: Values<Shape>, target: Values<Shape> | undefined, options: QuantileOptions<Quantiles>,
): Node<Shape> {
  const [x, t] = lossInputs(prediction, target, name)
  check(options)
  const { quantile, reduction = 'mean' } = options
  if (typeof quantile === 'number') return apply(quantileErrorRecord, [x, t], { quantile, reduction })
  if (x.shape.at(-1) !== quantile.length) {
    throw new ShapeError({
      what: 'there must be one output for each quantile', where: name, got: x.shape, wanted: `[.., ${quantile.length}]`,
      hint: `End a network of your own with dense(${quantile.length}); a learner has one output: make one for each.`,
    })
  }
  // In f64, so that a share keeps all its bits in an f64 run.
  const shares = constant(tensor([...quantile], [quantile.length], 'f64'))
  return apply(quantileErrorRecord, [x, t, shares], { quantile: null, reduction })
}

/**
 * Loss of predicted quantiles, also called pinball loss: with `quantile: 0.9` a model learns the value that nine
 * targets in ten stay below. Those for 0.05 and 0.95 are the ends of an interval that holds nine targets in ten.
 * Formula: l = q (t - x) where t >= x, else (1 - q) (x - t), of the target t and the prediction x.
 * Backward: dx = -q where x < t, 1 - q where x > t, 0 where they are equal; divided by the number of elements for the
 * mean. With q = 0.5 it is half of `absoluteError`. Source: Koenker and Bassett 1978. A gradient does not grow with the
 * error, so learning takes long where targets are far from 0 by the learning rate: divide them by their usual size.
 *
 * `quantileError(prediction, target, { quantile })` is a node, `quantileError({ quantile })` the loss itself, for a
 * learner: it has one output, so make a learner for each quantile. A list, `quantile: [0.05, 0.5, 0.95]`, is for a
 * graph of your own, whose network has an output for each quantile of one target. Nothing keeps quantiles in order:
 * where little was learned they may cross. The metric of the same formula is `quantileLoss`.
 * Shapes: x, t of one shape -> []; with K quantiles x [K], t [] or [1] -> [], and x [N, K], t [N] -> [].
 * With the reduction 'none' -> the shape of x.
 * @throws ValueError for a quantile that is not between 0 and 1; ShapeError for shapes that do not fit.
 * @example quantileError(value([1, 5]), value([2, 2]), { quantile: 0.9, reduction: 'none' }) // [0.9, 0.3]
 * @example quantileError(value([1, 2, 4]), value([2]), { quantile: [0.25, 0.5, 0.75], reduction: 'sum' }) // 0.75
 */
export function quantileError<R extends Reduction = 'mean'>(
  options: QuantileOptions<number, R>,
): Loss<R> & { readonly link: 'identity' }
export function quantileError<R extends Reduction = 'mean'>(
  options: QuantileOptions<readonly number[], R>,
): QuantilesError<R>
export function quantileError<S extends Shape, R extends Reduction = 'mean'>(
  prediction: Values<S>, target: Values<NoInfer<S>>, options: QuantileOptions<number, R>,
): Node<Reduced<S, R>>
export function quantileError<S extends Shape, R extends Reduction = 'mean'>(
  prediction: Values<S>, target: Values<LabelOf<NoInfer<S>>>, options: QuantileOptions<readonly number[], R>,
): Node<Reduced<S, R>>
export function quantileError(
  first: Values<Shape> | QuantileOptions<Quantiles>, target?: Values<Shape>, options?: QuantileOptions<Quantiles>,
): unknown {
  if (target !== undefined || 'subscribe' in Object(first)) {
    return quantileNode(first as Values<Shape>, target, options!)
  }
  const filled = first as QuantileOptions<Quantiles>
  check(filled)
  const facts: LossFacts = {
    label: `${name}()`, link: 'identity',
    targetShape: (shape) => (typeof filled.quantile === 'number' ? shape : shape.slice(0, -1)),
  }
  return Object.assign((x: Values<Shape>, t?: Values<Shape>) => quantileNode(x, t, filled), facts)
}
