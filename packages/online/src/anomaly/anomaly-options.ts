import type { Optimizer } from '@eddy/graph'
import type { DType, Tensor } from '@eddy/tensor'
import type { Features } from '../features.ts'
import type { LearnerState } from '../learner-state.ts'
import type { AutoencoderOptions } from './autoencoder.ts'

/** How much an event that is unlike all others changes the model. */
export type Influence = 'bounded' | 'full' | 'skip'

export interface AnomalyOptions {
  /** Which fields of an event are looked at. */
  readonly features: Features
  /** Widths down to the bottleneck, default 4: see `AutoencoderOptions`. */
  readonly hidden?: AutoencoderOptions['hidden']
  /** Most names, those of categories and hash slots included; further ones are left out, and counted. Default 64. */
  readonly width?: number
  /** Default `adam({ learningRate: 0.01 })`. */
  readonly optimizer?: Optimizer
  /** The share of events that are to be called anomalies, above 0, below 1; default 0.01. */
  readonly rate?: number
  /** How many errors an event's is compared with, the last ones; from 10 to 100,000, default 1000. */
  readonly window?: number
  /** Events before anything is called an anomaly; default 1 / rate, and never before there are so many errors. */
  readonly warmUp?: number
  /**
   * 'bounded' (default): an event's pull on the model stops growing with its error, the loss being ln(1 + error).
   * 'full': the loss is the error. 'skip': anomalies are not learned at all; when the normal itself moves, events are
   * learned again as soon as the window has seen enough of them. There a name that was never learned has no part in the
   * score; otherwise a category that is new counts as 1, which nothing reproduces.
   */
  readonly influence?: Influence
  /** Of initial values, default 0. */
  readonly seed?: number
  /** Default 'f32'. */
  readonly dtype?: DType
}

/** An event and how unusual it is. */
export interface Scored<E> {
  readonly event: E
  /** From 0 to 1: the share of recent events that were reproduced better. */
  readonly score: number
  /** Mean square of what the model did not reproduce, in standard deviations. */
  readonly error: number
  /** Whether the error is above the threshold, which `rate` of the recent ones exceed. */
  readonly isAnomaly: boolean
  /** Infinite until there are enough errors. */
  readonly threshold: number
}

/** A scored event, after it was offered to the model. */
export interface ScoredAndLearned<E> extends Scored<E> {
  /** False for an anomaly that was skipped. */
  readonly isLearned: boolean
}

export interface AnomalyCounters {
  /** Events that were scored to be learned; of these anomalies, and learned ones. */
  readonly seen: number
  readonly anomalies: number
  readonly learned: number
  readonly rejected: number
  /** Names known, and numbers whose name found no room. */
  readonly names: number
  readonly overflow: number
}

/** Everything that was built up; immutable. */
export interface AnomalyState {
  readonly model: LearnerState
  /** The last errors, oldest first. */
  readonly errors: Tensor
  readonly seen: number
  readonly anomalies: number
}
