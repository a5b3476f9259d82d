import type { Node, Optimizer, RunOptions } from '@eddy/graph'
import type { CrossEntropy, Loss } from '@eddy/nodes'
import type { Shape } from '@eddy/tensor'
import type { Features } from './features.ts'
import type { ClassWeights } from './imbalance/class-weights.ts'
import type { BinaryMetric, MulticlassMetric, RegressionMetric } from './judges.ts'
import type { ClassPrediction } from './prediction.ts'
import type { LabelScale } from './label-scale.ts'
import type { Judge } from './prequential.ts'
import type { Replay } from './replay/reservoir.ts'
import type { Label, Target } from './target.ts'

/** A loss with its options filled in: `squaredError()`, `crossEntropy()`, ... */
export type LearnerLoss = Loss<'mean'> | Loss<'sum'> | CrossEntropy

/** `dtype` (default 'f32'), `seed` (default 0), `fusion`, `weights`, `onReject` and `queue` are those of a run. */
export interface LearnerOptions<E, L extends LearnerLoss, C extends Label, K extends string> extends RunOptions {
  /** Which fields are features: `features({ ... })`. */
  readonly features: Features
  /** Where the label is: a function of the event, or the name of a field. Predicting does not ask for it. */
  readonly target: Target<E>
  /**
   * From the features, already standardised where their encoders say so, to the output. `outputs` is how many there
   * must be: the number of `classes` of a softmax, `classesMax` when they are open, else 1.
   */
  readonly model: (features: Node<[number]>, outputs: number) => Node<Shape>
  /**
   * Predictions and metrics are of what the output stands for: a probability where the loss takes logits, else the
   * output itself. So `poissonNll()` predicts logarithms of rates; for rates end the model with `softplus()` and take
   * `poissonNll({ logInput: false })`.
   */
  readonly loss: L
  readonly optimizer: Optimizer
  /**
   * Names of the classes, by number; of two, the second is the positive one. 'open': classes are met on the way, each
   * takes the next output, and until then has no part in loss, gradient and prediction; a new class changes no bit of
   * what was learned for others. Default: labels are numbers, booleans.
   */
  readonly classes?: readonly C[] | 'open'
  /**
   * Most classes that are met on the way, from 2; default 32. Each is an output from the start, so that a new one costs
   * no new graph. An event with one class more is rejected, and counted in `refusedClasses`.
   */
  readonly classesMax?: number
  /**
   * How much an event weighs in learning, by its class: 'balanced' (at most 10; `balancedWeights({ limit })` for rarer
   * classes), or numbers by name. Loss and gradient are multiplied by it, metrics are not. Default: all weigh 1.
   */
  readonly classWeights?: ClassWeights
  /**
   * How much an event weighs in learning, from 0 to 1e6: 1 / propensity, or what it is worth. Loss and gradient are
   * multiplied by it, metrics are not. Default: all weigh 1. Not with `replay`, which remembers no events.
   */
  readonly weight?: (event: E) => number
  /**
   * Learns numbers of any unit and size at one pace: y = (label - mean) / deviation, of the labels learned so far and
   * this one; what is predicted is mean + deviation output, of those before. Predictions, metrics, quantiles and
   * what encoders remember are in the label's own unit; `loss`, `nodes`, gradients, and a loss's own delta or beta, are
   * in deviations, which `facts.labelScale()` tells. Each label counts once, whatever it weighs, and for good: one that
   * is a thousand times too large widens the scale for long, so leave it out, or take logarithms. For losses of
   * regression. Default: false.
   */
  readonly standardizeTarget?: boolean
  /**
   * Past events to learn again after each event: `reservoir({ size: 500, per: 1 })`. They are neither scored nor
   * counted as learned; their frames are seen by taps, counted by running statistics, and `step` counts all updates.
   */
  readonly replay?: Replay
  /** Metrics and baselines of your own, instead of those of the task: they are given numbers, or all probabilities. */
  readonly metrics?: () => Judge<never, K>
}

/** What is emitted: a number (for two classes the probability of the positive one), or a choice among classes. */
export type PredictionOf<L, C extends Label> = L extends CrossEntropy ? ClassPrediction<C> : number

/** What a learner was made of. */
export interface LearnerFacts {
  readonly features: Features
  readonly loss: LearnerLoss
  readonly optimizer: Optimizer
  readonly classes: readonly Label[] | 'open' | undefined
  /** What its outputs mean now, with `standardizeTarget`; else null. */
  readonly labelScale: () => LabelScale | null
}

/** Classes that were named beforehand. */
export function listOf<C>(classes: readonly C[] | 'open' | undefined): readonly C[] | undefined {
  return classes === 'open' ? undefined : classes
}

/** Those of a run among a learner's options. */
export function runOptionsOf(
  { dtype, seed, fusion, weights, onReject, queue, pick }: RunOptions,
): RunOptions {
  const given: Readonly<Record<keyof RunOptions, unknown>> = { dtype, seed, fusion, weights, onReject, queue, pick }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Options of a learner whose classes are met on the way. */
export interface OpenLearnerOptions<E, L extends LearnerLoss, K extends string>
  extends Omit<LearnerOptions<E, L, Label, K>, 'classes'> {
  readonly classes: 'open'
}

/** The metrics that a learner has when none were asked for, by the task of its loss. */
export type MetricOf<L> =
  L extends { readonly link: 'softmax' } | CrossEntropy ? MulticlassMetric
    : L extends { readonly link: 'sigmoid' } | { readonly label: 'binaryCrossEntropy()' } ? BinaryMetric
      : L extends { readonly link: 'identity' } ? RegressionMetric : BinaryMetric | RegressionMetric
