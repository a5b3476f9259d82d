import { checkDtype, checkOptions } from '../known-options.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'
import { AutoModel } from './auto-model.ts'
import type { AutoOptions } from './auto-options.ts'

/**
 * One model that needs no tuning: an online aggregation of experts over one stream.
 *
 * Numbers: the last label, mean, median, moving average, the label a season ago, the last label of the same key; linear
 * models with AdaGrad, normalised AdaGrad and FTRL; linear models of bins and of pairs of bins; two networks; least
 * squares of features, of their changes and of the series; neighbours. Classes: how often each occurs, what follows the
 * last one, and the same linear models, networks, least squares and neighbours. Linear models and networks are branches
 * of one graph. Every expert is mixed by how well it has predicted; `experts` says how much each contributes.
 *
 * Regret, for any stream of T events: mean log loss is at most that of the best of N experts plus ln(8 N) / T + 0.0001
 * (`ClassMixer`); mean absolute error is close to that of the best fixed mixture of experts, which one of three
 * mixtures reaches up to O(sqrt(ln T / T)) (`NumberMixer`).
 *
 * Every numeric feature is standardised and cut to 10 deviations, every expert for numbers is held near the labels
 * met so far, losses of branches are straight lines far out: no event can make it diverge.
 * @throws GraphError or ValueError for options that do not fit.
 *
 * @example
 * const model = autoModel({ target: 'price' })
 * rows$.pipe(model.train()).subscribe(({ prediction, metrics }) => console.log(prediction, metrics.mae))
 */
export function autoModel<E = object, T extends Task = Task, const C extends Label = Label>(
  options: AutoOptions<E, T, C>,
): AutoModel<E, T, C> {
  checkOptions('autoModel', options, ['target', 'task', 'features', 'classes', 'dtype', 'seed'])
  checkDtype('autoModel', options.dtype)
  return new AutoModel(options)
}
