import type { TrainingState } from '@eddy/graph'
import { type MonoTypeOperatorFunction, tap } from 'rxjs'
import type { LearnerState } from '../learner-state.ts'
import { checkMade } from '../known-options.ts'

/** What to do about a drift: a pure function from the training state at the drift to the one to go on with. */
export type DriftPolicy = (state: TrainingState) => TrainingState

/** A learner or a training: something with a state that can be exchanged. */
export interface Adjustable<S extends TrainingState | LearnerState> {
  snapshot(): S
  restore(state: S): void
}

/**
 * Applies policies, in order, to a learner or a training whenever a drift passes by; signals go on unchanged.
 *
 * 1. A policy is applied after the event whose signal reported the drift, and before the next one.
 * 2. Costs one snapshot and one restore at a drift, nothing otherwise.
 * 3. An error of a policy is passed on; the state is then as it was.
 *
 * @example
 * const rate = boostedRate({ learningRate: 0.01 })
 * const optimizer = adam({ learningRate: rate })
 * labelled$.pipe(
 *   trips.train(), detectDrift(adwin({ mode: 'up' }), ({ loss }) => loss),
 *   onDrift(trips, resetOptimizer(optimizer), rate.raise),
 * )
 */
export function onDrift<T extends { readonly drift: boolean }, S extends TrainingState | LearnerState>(
  target: Adjustable<S>, ...policies: readonly DriftPolicy[]
): MonoTypeOperatorFunction<T> {
  checkMade('onDrift', 'learner or training', target, ['snapshot', 'restore'], 'Give what is to be adjusted first.')
  for (const policy of policies) checkMade('onDrift', 'policy', policy, [], 'For example resetOptimizer(optimizer).')
  const adjust = (state: TrainingState): TrainingState => policies.reduce((before, policy) => policy(before), state)
  return tap(({ drift }) => {
    if (!drift) return
    const state: TrainingState | LearnerState = target.snapshot()
    target.restore(('training' in state ? { ...state, training: adjust(state.training) } : adjust(state)) as S)
  })
}
