import type { Keeper, KeptKind } from '@eddy/online'
import { checkLearner, checkPersist, checkStore } from './check-persist.ts'
import { DurableLearner } from './durable-learner.ts'
import type { PersistOptions } from './persist-options.ts'
import type { Learnable } from './learnable.ts'
import type { Store } from '../journal/store.ts'

/**
 * Keeps a learner: what it learns through `train`, `learnOne`, `predict` and `learn` of what comes back survives the
 * end of the process, and goes on with the same bits as if that had never been.
 *
 * 1. What the store holds is restored at once; the log, when there is one, is done again. `resumed` says how far.
 * 2. The position of the source is written with the state, in one checkpoint: give it to the source as `from`, and each
 *    event is learned exactly once. Between source and `train` only operators that emit at once.
 * 3. A source that cannot go back is acknowledged with `durable$`: what came before its position is safe.
 * 4. Failures of the store never stop learning or predicting: see `store.failure$`. It is written again later, and
 *    nothing is acknowledged before.
 * 5. One event after the other is learned to its end: a model whose lenses hold events back cannot be kept. What
 *    `learnOne` fails with, other than a rejection, is passed on, and the event counts as never given.
 * @throws StoreError (E_CORRUPT) when what was kept cannot be found again, (E_LOCKED) when the store keeps another
 * learner; GraphError or ValueError when what was kept belongs to another model, or what was given is no learner, no
 * store or no option.
 *
 * @example
 * const store = openStore(nodeFiles('trips.store'))
 * const kept = persist(trips, store, { every: 1000, log: true, id: (e) => e.id, source: () => rows.checkpoint() })
 * const rows = csvFile('trips.csv', { from: kept.position ?? undefined })
 * rows.records$.pipe(kept.train()).subscribe(({ prediction }) => console.log(prediction))
 */
export function persist<M extends Learnable>(
  learner: M, store: Store, options: PersistOptions<M> = {},
): DurableLearner<M> {
  checkLearner('persist', learner)
  checkStore('persist', store)
  checkPersist(learner, options)
  store.checkFree()
  const kept = new DurableLearner(learner, store, options)
  store.take()
  return kept
}

/** A learner becomes a `DurableLearner`. */
export interface DurableKind extends KeptKind {
  readonly kept: this['learner'] extends Learnable ? DurableLearner<this['learner']> : never
}

/** Anything that learns events of type E. */
interface LearnsFrom<E> extends Learnable {
  learnOne(event: E): unknown
}

/**
 * A store with options of `persist`, for `learner({ store })`; `store` alone is one with the usual options. What is
 * wrong with them is thrown when a learner is made with it, as `persist` does.
 *
 * @example
 * const store = keeping(openStore(nodeFiles('trips.store')), { every: 100, log: true, id: (trip: Trip) => trip.id })
 * const trips = learner({ features: described, target: 'delay', model, loss: squaredError(), optimizer, store })
 */
export function keeping<E = never>(
  store: Store, options: Omit<PersistOptions<LearnsFrom<E>>, 'make'> = {},
): Keeper<DurableKind> {
  checkStore('keeping', store)
  return { keep: (learner: Learnable) => persist(learner, store, options as PersistOptions<Learnable>) }
}
