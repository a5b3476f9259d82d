import { checkClassCount } from './baselines/class-count.ts'
import { classPrior } from './baselines/class-prior.ts'
import { lastClass } from './baselines/last-class.ts'
import { meanBaseline } from './baselines/mean.ts'
import { medianBaseline } from './baselines/median.ts'
import { noChange } from './baselines/no-change.ts'
import { checkMade } from './known-options.ts'
import { accuracy } from './metrics/accuracy.ts'
import { f1, macroF1, weightedF1 } from './metrics/f1.ts'
import { kappa } from './metrics/kappa.ts'
import { logLoss } from './metrics/log-loss.ts'
import { mae } from './metrics/mae.ts'
import type { Baseline } from './metrics/metric.ts'
import type { Probabilities } from './metrics/probabilities.ts'
import { r2 } from './metrics/r2.ts'
import { rmse } from './metrics/rmse.ts'
import { rocAuc } from './metrics/roc-auc.ts'
import { type Judge, Prequential } from './prequential.ts'
import type { Task } from './task.ts'

/** What a learner reports for numbers, for two classes, and for several. */
export type RegressionMetric = 'mae' | 'rmse' | 'r2'
export type BinaryMetric = 'accuracy' | 'rocAuc' | 'logLoss' | 'f1' | 'macroF1' | 'kappa'
export type MulticlassMetric = 'accuracy' | 'logLoss' | 'f1' | 'macroF1' | 'kappa'

/** For numbers: mae, rmse, r2, beside noChange (the last label), mean and median. */
export function regressionMetrics(): Prequential<number, RegressionMetric> {
  return new Prequential<number, RegressionMetric>({ mae, rmse, r2 }, baselinesOf('regression'))
}

/**
 * For P(positive): accuracy, rocAuc, logLoss, f1 of the positive class, macroF1, kappa, beside noChange (last label)
 * and majority (share of positives).
 */
export function binaryMetrics(): Prequential<number, BinaryMetric> {
  return new Prequential<number, BinaryMetric>(
    { accuracy, rocAuc, logLoss, f1, macroF1, kappa }, baselinesOf('binary'),
  )
}

/**
 * For the probabilities of several classes: accuracy, logLoss, f1 (mean over events of that of their class), macroF1
 * (mean over classes), kappa, beside noChange (last class) and majority (shares). There may be more classes later.
 * @throws ValueError when `classes` is no number of classes.
 */
export function multiclassMetrics(classes = 1): Prequential<ArrayLike<number>, MulticlassMetric> {
  checkClassCount('multiclassMetrics', classes)
  return new Prequential<ArrayLike<number>, MulticlassMetric>(
    { accuracy, logLoss, f1: weightedF1, macroF1, kappa }, baselinesOf('multiclass', classes),
  )
}

/**
 * What judges a model: what its option `metrics` makes, or else the metrics of its task.
 * @throws ValueError when the option makes none.
 */
export function judgeFrom<K extends string>(
  metrics: (() => unknown) | undefined, task: Task, outputs: number,
): Judge<Probabilities, K> {
  // What is judged, and by which names, is what the task and the type of the option say.
  if (metrics === undefined) return metricsOf(task, outputs) as Judge<Probabilities, K>
  const hint = 'For example metrics: () => new Prequential({ mae }, { mean: meanBaseline }).'
  checkMade('learner({ metrics })', 'maker of metrics', metrics, [], hint)
  const judge = metrics()
  checkMade('learner({ metrics })', 'judge', judge, ['update', 'report', 'state', 'check', 'restore'], hint)
  return judge as Judge<Probabilities, K>
}

/** The metrics and baselines of a task; `outputs` is the number of classes when there are several. */
export function metricsOf(task: Task, outputs: number): unknown {
  if (task === 'multiclass') return multiclassMetrics(outputs)
  return task === 'binary' ? binaryMetrics() : regressionMetrics()
}

/** What every model of a task is judged beside. */
export function baselinesOf(task: 'multiclass', classes?: number): Record<string, () => Baseline<ArrayLike<number>>>
export function baselinesOf(task: 'binary' | 'regression'): Record<string, () => Baseline<number>>
export function baselinesOf(task: Task, classes = 1): Record<string, unknown> {
  if (task === 'regression') return { noChange, mean: meanBaseline, median: medianBaseline }
  if (task === 'binary') return { noChange, majority: meanBaseline }
  return { noChange: () => lastClass(classes), majority: () => classPrior(classes) }
}
