import { apply, type Operandish } from '@eddy/graph'
import { operandNode } from './arithmetic.ts'
import { pairLoss, type PairLoss } from './loss.ts'
import { lossInputs } from './pair-loss.ts'
import { parametersOf } from './pair-loss-parameters.ts'
import * as rows from './pair-loss-rows.ts'
import { posWeighted } from './pos-weight.ts'

/**
 * Losses of a prediction and a target of the same shape. Each is called in one of two ways:
 * `squaredError(prediction, target, options?)` is a node, `squaredError(options?)` is the loss itself, for a learner.
 * Formulas, gradients and sources stand in `pair-loss-records.ts`. Options: `reduction`, by default 'mean'.
 * Shapes: [..], [..] -> []; with the reduction 'none' -> [..].
 * Errors: a compile error and a ShapeError for different shapes; GraphError for what is no node, or sparse.
 */

/**
 * Also called L1.
 * Formula: l = |x - t|. Gradient: dx = dy (sign(x - t), 0 at 0), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * @example absoluteError(value([1, 2]), value([2, 4])) // 1.5
 */
export const absoluteError: PairLoss<unknown> = /* @__PURE__ */ pairLoss(rows.absoluteError)

/**
 * For predictions that are probabilities. From logits, `binaryCrossEntropyWithLogits` is exact and safer.
 * Formula: l = -(t log(x) + (1 - t) log(1 - x)), logarithms no smaller than -100.
 * Gradient: dx = dy ((x - t) / (x (1 - x))), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * Source: PyTorch for the limit of -100.
 * @example binaryCrossEntropy(value([0.5]), value([1])) // 0.6931472
 */
export const binaryCrossEntropy: PairLoss<unknown, { readonly label: 'binaryCrossEntropy()' }> =
  /* @__PURE__ */ pairLoss(rows.binaryCrossEntropy)

/** Options of `binaryCrossEntropyWithLogits`. */
export interface PosWeightOptions {
  /** How much more a target of 1 weighs: a number, or one for each element of the last axes. Default 1. */
  readonly posWeight?: Operandish
}

/** What types know of a loss of logits of one probability. */
type SigmoidFacts = { readonly link: 'sigmoid' }

/**
 * For logits; targets are 0, 1 or a probability.
 * Formula: l = max(x, 0) - x t + log(1 + exp(-|x|)); with `posWeight` w, (1 - t) x + (1 + (w - 1) t) log(1 + exp(-x)).
 * Gradient: dx = dy (sigmoid(x) - t), divided by n for the mean.
 * @example binaryCrossEntropyWithLogits(value([0]), value([1])) // 0.6931472
 */
export const binaryCrossEntropyWithLogits: PairLoss<PosWeightOptions, SigmoidFacts> = /* @__PURE__ */ pairLoss(
  rows.binaryCrossEntropyWithLogits, ['posWeight'], undefined,
  (prediction, target, { posWeight, reduction = 'mean' }) => {
    if (posWeight === undefined) return null
    const inputs = lossInputs(prediction, target, 'binaryCrossEntropyWithLogits')
    return apply(posWeighted, [...inputs, operandNode(posWeight, 'posWeight')], { reduction })
  },
)

/**
 * For targets -1 and 1.
 * Formula: l = max(0, 1 - t x). Gradient: dx = dy (-t where t x < 1, else 0), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * @example hinge(value([0.25]), value([1])) // 0.75
 */
export const hinge: PairLoss<unknown> = /* @__PURE__ */ pairLoss(rows.hinge)

/**
 * For distances x and targets 1 (near) and -1 (far): far ones are to be at least `margin` (default 1).
 * Formula: l = x where t = 1, max(0, margin - x) where t = -1.
 * Gradient: dx = dy (1 where t = 1, else -1 where x < margin), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * Source: PyTorch.
 * @example hingeEmbedding(value([0.5, 0.5]), value([1, -1]), { reduction: 'none' }) // [0.5, 0.5]
 */
export const hingeEmbedding: PairLoss<{ readonly margin?: number }> =
  /* @__PURE__ */ pairLoss(rows.hingeEmbedding, ['margin'], parametersOf)

/**
 * Squared for small errors, straight beyond `delta` (default 1), so that an outlier pulls no harder than delta.
 * Formula: l = (x - t)^2 / 2 where |x - t| <= delta, else delta (|x - t| - delta / 2).
 * Gradient: dx = dy (x - t, limited to [-delta, delta]), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * Source: Huber 1964.
 * @example huber(value([0, 5]), value([0.5, 0]), { reduction: 'none' }) // [0.125, 4.5]
 */
export const huber: PairLoss<{ readonly delta?: number }> =
  /* @__PURE__ */ pairLoss(rows.huber, ['delta'], parametersOf)

/**
 * How far a predicted distribution, given by log probabilities, is from the target. `logTarget`: the target is given
 * by log probabilities, too. The mean is over elements; divide a sum by the number of rows for the divergence of a
 * batch.
 * Formula: l = t (log(t) - x) of a log probability x, 0 where t = 0; exp(t) (t - x) when t is a log probability, too.
 * Gradient: dx = dy (-t, or -exp(t)), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * Source: Kullback and Leibler 1951.
 * @example klDiv(value([0, 0]), value([1, 0]), { reduction: 'sum' }) // 0
 */
export const klDiv: PairLoss<{ readonly logTarget?: boolean }> =
  /* @__PURE__ */ pairLoss(rows.klDiv, ['logTarget'], parametersOf)

/**
 * A smooth relative of the absolute error.
 * Formula: l = log(cosh(x - t)). Gradient: dx = dy (tanh(x - t)), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * @example logCosh(value([1]), value([0])) // 0.4337808
 */
export const logCosh: PairLoss<unknown> = /* @__PURE__ */ pairLoss(rows.logCosh)

/** Options of `poissonNll`. */
export interface PoissonOptions {
  /** Whether the prediction is the logarithm of the rate; default true. */
  readonly logInput?: boolean
  /** Added to the rate inside the logarithm when it is not; default 1e-8. */
  readonly epsilon?: number
}

/**
 * For counts.
 * Formula: l = exp(x) - t x with log rates, else x - t log(x + eps).
 * Gradient: dx = dy (exp(x) - t, or 1 - t / (x + eps)), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * @example poissonNll(value([0]), value([2])) // 1
 */
export const poissonNll: PairLoss<PoissonOptions> =
  /* @__PURE__ */ pairLoss(rows.poissonNll, ['logInput', 'epsilon'], parametersOf)

/**
 * Huber's loss divided by `beta` (default 1).
 * Formula: l = (x - t)^2 / (2 beta) where |x - t| < beta, else |x - t| - beta / 2.
 * Gradient: dx = dy ((x - t) / beta, limited to [-1, 1]), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * Source: Girshick 2015.
 * @example smoothL1(value([3]), value([0])) // 2.5
 */
export const smoothL1: PairLoss<{ readonly beta?: number }> =
  /* @__PURE__ */ pairLoss(rows.smoothL1, ['beta'], parametersOf)

/**
 * For targets -1 and 1.
 * Formula: l = log(1 + exp(-t x)). Gradient: dx = dy (-t sigmoid(-t x)), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * @example softMargin(value([0]), value([1])) // 0.6931472
 */
export const softMargin: PairLoss<unknown> = /* @__PURE__ */ pairLoss(rows.softMargin)

/**
 * Mean squared error; no factor of one half.
 * Formula: l = (x - t)^2. Gradient: dx = dy (2 (x - t)), divided by n for the mean.
 * Shapes: x, t of one shape -> [] (the shape itself without a reduction).
 * @example squaredError(value([1, 2]), value([2, 4])) // 2.5
 */
export const squaredError: PairLoss<unknown> = /* @__PURE__ */ pairLoss(rows.squaredError)
