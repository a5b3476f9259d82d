import { checkFeatures } from './features.ts'
import { checkKeeper, type Keeper, type KeptBy } from './keeper.ts'
import { checkLearnerOptions } from './known-options.ts'
import { Learner } from './learner.ts'
import type { LearnerLoss, LearnerOptions, MetricOf, OpenLearnerOptions, PredictionOf } from './options.ts'
import type { OpenClassPrediction } from './prediction.ts'
import type { Label } from './target.ts'

/**
 * Makes a learner. With `store` it is kept there: what was learned before comes back at once, and `train`, `learnOne`,
 * `predict` and `learn` of what is returned go on from there; see `persist` of `@eddy/store`.
 * @throws ValueError when `store` keeps nothing; StoreError when what was kept cannot be found again.
 * @throws GraphError when parts do not fit: an output of the wrong shape, a label among the features, ...
 *
 * @example
 * const trips = learner({
 *   features: features({ distance: numeric(), hour: numeric(), carrier: categorical() }),
 *   target: (e: Trip) => e.delay,
 *   model: (m) => m.pipe(dense(32), relu(), dense(1)),
 *   loss: squaredError(), optimizer: adam({ learningRate: 1e-3 }), seed: 1,
 * })
 * const topics = learner({
 *   features: features({ title: text() }), target: 'topic', classes: 'open', classesMax: 50,
 *   model: (m, outputs) => m.pipe(dense(outputs)), loss: crossEntropy(), optimizer: adagrad({ learningRate: 0.1 }),
 * })
 * const kept = learner({ ...options, store: openStore(nodeFiles('trips.store')) })
 */
export function learner<
  E = object, L extends LearnerLoss = LearnerLoss, K extends string = MetricOf<L>, S extends Keeper = Keeper,
>(options: OpenLearnerOptions<E, L, K> & { readonly store: S }): KeptBy<S, Learner<E, OpenClassPrediction, K>>
export function learner<
  E = object, L extends LearnerLoss = LearnerLoss, const C extends Label = number, K extends string = MetricOf<L>,
  S extends Keeper = Keeper,
>(options: LearnerOptions<E, L, C, K> & { readonly store: S }): KeptBy<S, Learner<E, PredictionOf<L, C>, K>>
export function learner<E = object, L extends LearnerLoss = LearnerLoss, K extends string = MetricOf<L>>(
  options: OpenLearnerOptions<E, L, K>,
): Learner<E, OpenClassPrediction, K>
export function learner<
  E = object, L extends LearnerLoss = LearnerLoss, const C extends Label = number, K extends string = MetricOf<L>,
>(options: LearnerOptions<E, L, C, K>): Learner<E, PredictionOf<L, C>, K>
export function learner(given: (
  | LearnerOptions<object, LearnerLoss, Label, string> | OpenLearnerOptions<object, LearnerLoss, string>
) & { readonly store?: unknown }): unknown {
  checkLearnerOptions('learner', given, ['store'])
  const { store, ...options } = given
  checkFeatures('learner', options.features)
  if (store === undefined) return new Learner(options)
  checkKeeper(store)
  return store.keep(new Learner(options))
}
