import { classPrior } from './baselines/class-prior.ts'
import { lastClass } from './baselines/last-class.ts'
import { meanBaseline } from './baselines/mean.ts'
import { medianBaseline } from './baselines/median.ts'
import { noChange } from './baselines/no-change.ts'
import { accuracy } from './metrics/accuracy.ts'
import { logLoss } from './metrics/log-loss.ts'
import { mae } from './metrics/mae.ts'
import { r2 } from './metrics/r2.ts'
import { rmse } from './metrics/rmse.ts'
import { rocAuc } from './metrics/roc-auc.ts'
import { Prequential } from './prequential.ts'
import type { Task } from './task.ts'

/** For numbers: mae, rmse, r2, beside noChange (the last label), mean and median. */
export function regressionMetrics(): Prequential<number, 'mae' | 'rmse' | 'r2'> {
  return new Prequential({ mae, rmse, r2 }, { noChange, mean: meanBaseline, median: medianBaseline })
}

/** For P(positive): accuracy, logLoss, rocAuc, beside noChange (last label) and majority (share of positives). */
export function binaryMetrics(): Prequential<number, 'accuracy' | 'logLoss' | 'rocAuc'> {
  return new Prequential({ accuracy, logLoss, rocAuc }, { noChange, majority: meanBaseline })
}

/** For the probabilities of several classes: accuracy, logLoss, beside noChange (last class) and majority (shares). */
export function multiclassMetrics(classes: number): Prequential<ArrayLike<number>, 'accuracy' | 'logLoss'> {
  return new Prequential(
    { accuracy, logLoss }, { noChange: () => lastClass(classes), majority: () => classPrior(classes) },
  )
}

/** The metrics and baselines of a task; `outputs` is the number of classes when there are several. */
export function metricsOf(task: Task, outputs: number): unknown {
  if (task === 'multiclass') return multiclassMetrics(outputs)
  return task === 'binary' ? binaryMetrics() : regressionMetrics()
}
