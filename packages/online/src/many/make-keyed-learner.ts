import { ValueError } from '@eddy/tensor'
import { checkFeatures } from '../features.ts'
import { checkLearnerOptions } from '../known-options.ts'
import type { LearnerLoss, MetricOf, OpenLearnerOptions, PredictionOf } from '../options.ts'
import type { OpenClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import { KeyedLearner } from './keyed-learner.ts'
import type { Key, KeyedLearnerOptions } from './keyed-options.ts'

/**
 * Makes a learner with one model for each key: for each user, machine, shop, station. All models share one program and
 * one memory; a model costs its parameters, optimizer slots and statistics, and four bytes for each name it knows.
 *
 * Every model starts from the same initial values, those of a `learner` with these options. Names of features belong to
 * the key that brought them: the rows of its tables are its own. So is what encoders remember: `lag()` has the labels
 * of this key, `targetMean('page')` is over its own events; it is saved, evicted and brought back with the model.
 * With `classes: 'open'` each model has the classes of its own events. One that begins to learn having met another
 * number of classes than the model before, or a new one, has the program compiled anew.
 * State/cost: an event for another key than the one before costs two copies of a model more than with a `learner`.
 * Source: keyed state, as in Flink.
 * @throws GraphError when parts do not fit, as `learner` does; ValueError for a capacity that is none.
 *
 * @example
 * const users = keyedLearner({
 *   key: (visit: Visit) => visit.user, capacity: 100_000,
 *   features: features({ hour: numeric(), page: categorical() }), target: (visit: Visit) => visit.seconds,
 *   model: (m) => m.pipe(dense(8), relu(), dense(1)), loss: squaredError(), optimizer: adam({ learningRate: 0.01 }),
 * })
 * visits$.pipe(users.train()).subscribe(({ event, prediction }) => console.log(event.user, prediction))
 * users.evicted$.subscribe(({ key, state }) => archive.set(key, state))
 */
export function keyedLearner<
  E = object, L extends LearnerLoss = LearnerLoss, K extends string = MetricOf<L>, Q extends Key = Key,
>(
  options: OpenLearnerOptions<E, L, K> & Pick<KeyedLearnerOptions<E, L, Label, K, Q>, 'key' | 'capacity'>,
): KeyedLearner<E, OpenClassPrediction, K, Q>
export function keyedLearner<
  E = object, L extends LearnerLoss = LearnerLoss, const C extends Label = number, K extends string = MetricOf<L>,
  Q extends Key = Key,
>(options: KeyedLearnerOptions<E, L, C, K, Q>): KeyedLearner<E, PredictionOf<L, C>, K, Q>
export function keyedLearner(options: unknown): unknown {
  checkLearnerOptions('keyedLearner', options, ['key', 'capacity'])
  checkKey((options as { readonly key?: unknown }).key)
  checkFeatures('keyedLearner', (options as { readonly features?: unknown }).features)
  return new KeyedLearner(options as KeyedLearnerOptions<object, LearnerLoss, Label, string, Key>)
}

function checkKey(key: unknown): void {
  if (typeof key === 'function' || typeof key === 'string') return
  throw new ValueError({
    what: 'there is no key', where: 'keyedLearner', got: key, wanted: 'a function of the event, or the name of a field',
    hint: "For example key: 'user', or key: (event) => event.user.",
  })
}
