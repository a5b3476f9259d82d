import { ValueError } from '@eddy/tensor'
import { checkFeatures } from '../features.ts'
import { checkLearnerOptions, checkOptions } from '../known-options.ts'
import type { LearnerLoss, MetricOf, OpenLearnerOptions, PredictionOf } from '../options.ts'
import type { OpenClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import { Ensemble } from './ensemble.ts'
import type { EnsembleOptions } from './ensemble-options.ts'

/**
 * Makes several models that learn the same events, and whose predictions become one. A member says what it does
 * otherwise than the options: its model, loss, optimizer or seed.
 *
 * Members with the same model and loss, and with optimizers that differ in their numbers alone, share one program and
 * take turns in it: a thousand learning rates are made in milliseconds. Their features are read once for each event.
 * What encoders remember (`lag`, `targetMean`, ...) they have together, too, until one of them rejects an event that
 * others learn: that one goes on with memories of its own, which do not have the event. With `classes: 'open'` each
 * has the classes of the events that it has learned; combined, and for the metrics, classes go by their names.
 * State/cost: a member costs its parameters, optimizer slots and statistics; an event what it costs each member alone,
 * and two copies of its model where it shares a program. A lens that answers later, or not at all, has no place here.
 * @throws GraphError when there are no members, or parts do not fit; ValueError for a combination that makes no sense.
 *
 * @example
 * const rates = ensemble({
 *   features: features({ distance: numeric() }), target: (trip: Trip) => trip.delay,
 *   model: (m) => m.pipe(dense(8), relu(), dense(1)), loss: squaredError(), optimizer: adam({ learningRate: 1e-3 }),
 *   members: grid({ learningRate: [1e-4, 1e-3, 1e-2], seed: [1, 2] }, ({ learningRate, seed }) => (
 *     { optimizer: adam({ learningRate }), seed }
 *   )),
 *   combine: 'best',
 * })
 * labelled$.pipe(rates.train()).subscribe(({ prediction }) => console.log(prediction, rates.best))
 */
export function ensemble<E = object, L extends LearnerLoss = LearnerLoss, K extends string = MetricOf<L>>(
  options: OpenLearnerOptions<E, L, K>
    & Pick<EnsembleOptions<E, L, Label, K, OpenClassPrediction>, 'members' | 'combine'>,
): Ensemble<E, OpenClassPrediction, K>
export function ensemble<
  E = object, L extends LearnerLoss = LearnerLoss, const C extends Label = number, K extends string = MetricOf<L>,
>(options: EnsembleOptions<E, L, C, K, PredictionOf<L, C>>): Ensemble<E, PredictionOf<L, C>, K>
export function ensemble(options: unknown): unknown {
  checkLearnerOptions('ensemble', options, ['members', 'combine'])
  const { features, members } = options as { readonly features?: unknown; readonly members?: unknown }
  checkFeatures('ensemble', features)
  checkMembers(members)
  return new Ensemble(options as EnsembleOptions<object, LearnerLoss, Label, string, unknown>)
}

function checkMembers(members: unknown): void {
  if (Array.isArray(members) && members.length > 0) {
    const known = ['name', 'model', 'loss', 'optimizer', 'seed']
    for (const member of members) checkOptions('a member of ensemble', member, known)
    return
  }
  throw new ValueError({
    what: 'there are no members', where: 'ensemble', got: members, wanted: 'a list of models, at least one',
    hint: 'For example members: [{ seed: 1 }, { seed: 2 }], or grid({ seed: [1, 2] }, (point) => point).',
  })
}
