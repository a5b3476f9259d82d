import type { RunOptions } from '@eddy/graph'
import type { Features } from '../features.ts'
import type { BinaryMetric, MulticlassMetric, RegressionMetric } from '../judges.ts'
import type { ClassPrediction } from '../prediction.ts'
import type { Label, Target } from '../target.ts'
import type { Task } from '../task.ts'

/** Options of `autoModel`; only the target is needed. */
export interface AutoOptions<E, T extends Task = Task, C extends Label = Label>
  extends Pick<RunOptions, 'dtype' | 'seed'> {
  /** Where the label is: the name of a field, or a function of the event. Predicting does not ask for it. */
  readonly target: Target<E>
  /**
   * Default: that of the first label: text is one of several classes, a boolean one of two, a number is a regression.
   * Give it when numbers are classes.
   */
  readonly task?: T
  /**
   * Encoders for fields that should not be read as they look (numbers that are names or times: `categorical`, `date`),
   * features made of others (`cross`) or of what was before (`lag`, `targetMean`, ...), and fields to ignore. Fields
   * that it does not declare are read with `unknown: 'auto'` only. Default: every field is read.
   * @example features({ shop: categorical(), at: date() }, { unknown: 'auto', ignore: ['id'] })
   */
  readonly features?: Features
  /** Classes in the order of their probabilities; of two, the second is the positive one. Default: as they come. */
  readonly classes?: readonly C[]
}

/**
 * What an automatic model predicts: a number, P(positive), or a class with all probabilities. Where `classes` is left
 * out, these end with the probability of a class not met before, and the label is null until a class has been learned.
 */
export type AutoPrediction<T extends Task, C extends Label> =
  T extends 'multiclass' ? ClassPrediction<Label extends C ? C | null : C> : number

/** The metrics of a task. */
export type AutoMetric<T extends Task> =
  T extends 'regression' ? RegressionMetric : T extends 'binary' ? BinaryMetric : MulticlassMetric
