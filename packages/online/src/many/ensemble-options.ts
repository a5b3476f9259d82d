import type { Optimizer, Rejection } from '@eddy/graph'
import type { LearnerState } from '../learner-state.ts'
import type { Query } from '../learner.ts'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import type { PrequentialState, Report } from '../prequential.ts'
import type { Predicted } from '../results.ts'
import type { Label } from '../target.ts'
import type { Combine } from './combine.ts'

/** One model of an ensemble: what it does otherwise than the options of all. */
export interface EnsembleMember<L extends LearnerLoss = LearnerLoss> {
  /** Default: its position. */
  readonly name?: string
  readonly model?: LearnerOptions<object, L, Label, string>['model']
  readonly loss?: L
  readonly optimizer?: Optimizer
  readonly seed?: number
}

export interface EnsembleOptions<E, L extends LearnerLoss, C extends Label, K extends string, P>
  extends LearnerOptions<E, L, C, K> {
  readonly members: readonly EnsembleMember<L>[]
  /** How their predictions become one; default `mean`. */
  readonly combine?: Combine<P>
}

/** How one model of an ensemble is doing. */
export interface MemberReport {
  readonly name: string
  readonly metrics: Readonly<Record<string, number>>
  /** Fading mean of its losses, over about the last thousand events. */
  readonly loss: number
  /** Events that it could not learn from, though others could. */
  readonly rejected: number
}

/** An event that one model could not learn from, though it may be that others could. */
export interface MemberRejection<E> extends Rejection<Query<E>> {
  /** Its name; null when no model could. */
  readonly member: string | null
}

/** Everything that an ensemble has built up, immutable. */
export interface EnsembleState {
  readonly members: readonly (LearnerState & { readonly loss: number; readonly rejected: number })[]
  /** Events learned. */
  readonly learned: number
  /** Of the combined prediction. */
  readonly metrics: PrequentialState
  /** The classes that those metrics know, by their numbers, when classes are open. */
  readonly classes?: readonly Label[]
}

/** What the models say, and all together. */
export interface EnsemblePredicted<E, P> extends Predicted<E, P> {
  /** Of each; null for one that cannot use the event. */
  readonly predictions: readonly (P | null)[]
}

/** What became of the events so far. */
export interface EnsembleCounters {
  readonly learned: number
  readonly predicted: number
  /** Events that no model could use. */
  readonly rejected: number
  readonly dropped: number
  /** Programs that the models share: as many as there are forms of models. */
  readonly programs: number
}

/** One learned event: what the models and all together predicted before its label was used. */
export class EnsembleLearned<E, P, K extends string = string> implements EnsemblePredicted<E, P> {
  readonly event: E
  /** Of all together. */
  readonly prediction: P
  /** Of each; null for one that could not learn from the event. */
  readonly predictions: readonly (P | null)[]
  /** Of each; NaN for one that could not learn from the event. */
  readonly losses: readonly number[]
  readonly #report: () => Report<K>

  constructor(
    event: E, prediction: P, predictions: readonly (P | null)[], losses: readonly number[], report: () => Report<K>,
  ) {
    this.event = event
    this.prediction = prediction
    this.predictions = predictions
    this.losses = losses
    this.#report = report
  }

  /** The metrics of the combined prediction at the time of reading. */
  get metrics(): Report<K> {
    return this.#report()
  }
}
