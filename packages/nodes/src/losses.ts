import { pairLoss, type PairLoss } from './loss.ts'

/**
 * Losses of a prediction and a target of the same shape. Each is called in one of two ways:
 * `squaredError(prediction, target, options?)` is a node, `squaredError(options?)` is the loss itself, for a learner.
 * Formulas, gradients and sources stand in the table of `pair-loss.ts`. Options: `reduction`, by default 'mean'.
 * Shapes: [..], [..] -> []; with the reduction 'none' -> [..].
 * Errors: a compile error and a ShapeError for different shapes; GraphError for what is no node, or sparse.
 */

/** Also called L1. @example absoluteError(value([1, 2]), value([2, 4])) // 1.5 */
export const absoluteError: PairLoss<unknown> = /* @__PURE__ */ pairLoss('absoluteError')

/**
 * For predictions that are probabilities. From logits, `binaryCrossEntropyWithLogits` is exact and safer.
 * @example binaryCrossEntropy(value([0.5]), value([1])) // 0.6931472
 */
export const binaryCrossEntropy: PairLoss<unknown> = /* @__PURE__ */ pairLoss('binaryCrossEntropy')

/**
 * For logits; targets are 0, 1 or a probability.
 * @example binaryCrossEntropyWithLogits(value([0]), value([1])) // 0.6931472
 */
export const binaryCrossEntropyWithLogits: PairLoss<unknown> =
  /* @__PURE__ */ pairLoss('binaryCrossEntropyWithLogits')

/** For targets -1 and 1. @example hinge(value([0.25]), value([1])) // 0.75 */
export const hinge: PairLoss<unknown> = /* @__PURE__ */ pairLoss('hinge')

/**
 * Squared for small errors, straight beyond `delta` (default 1), so that an outlier pulls no harder than delta.
 * @example huber(value([0, 5]), value([0.5, 0]), { reduction: 'none' }) // [0.125, 4.5]
 */
export const huber: PairLoss<{ readonly delta?: number }> = /* @__PURE__ */ pairLoss('huber', ({ delta }) => [delta])

/** A smooth relative of the absolute error. @example logCosh(value([1]), value([0])) // 0.4337808 */
export const logCosh: PairLoss<unknown> = /* @__PURE__ */ pairLoss('logCosh')

/** Options of `poissonNll`. */
export interface PoissonOptions {
  /** Whether the prediction is the logarithm of the rate; default true. */
  readonly logInput?: boolean
  /** Added to the rate inside the logarithm when it is not; default 1e-8. */
  readonly epsilon?: number
}

/** For counts. @example poissonNll(value([0]), value([2])) // 1 */
export const poissonNll: PairLoss<PoissonOptions> = /* @__PURE__ */ pairLoss(
  'poissonNll', ({ logInput, epsilon }) => [logInput === undefined ? undefined : Number(logInput), epsilon],
)

/** Huber's loss divided by `beta` (default 1). @example smoothL1(value([3]), value([0])) // 2.5 */
export const smoothL1: PairLoss<{ readonly beta?: number }> =
  /* @__PURE__ */ pairLoss('smoothL1', ({ beta }) => [beta])

/** For targets -1 and 1. @example softMargin(value([0]), value([1])) // 0.6931472 */
export const softMargin: PairLoss<unknown> = /* @__PURE__ */ pairLoss('softMargin')

/** Mean squared error; no factor of one half. @example squaredError(value([1, 2]), value([2, 4])) // 2.5 */
export const squaredError: PairLoss<unknown> = /* @__PURE__ */ pairLoss('squaredError')
