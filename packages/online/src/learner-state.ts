import type { TrainingState } from '@eddy/graph'
import type { DelayedState } from './delayed/delayed-options.ts'
import type { AxisName } from './named-axis.ts'
import type { PrequentialState } from './prequential.ts'
import type { ReplayState } from './replay/replay-queue.ts'
import type { Label } from './target.ts'

/** Everything a learner has built up: an immutable tree that shares with earlier ones whatever did not change. */
export interface LearnerState {
  /** Parameters, optimizer slots, running statistics, step, seed. */
  readonly training: TrainingState
  /** The names of the feature axis, by slot. */
  readonly names: readonly AxisName[]
  readonly metrics: PrequentialState
  /**
   * What encoders that remember know, by feature, in ascending order of names; behind them, with `standardizeTarget`
   * and under that name, [count, mean, squared deviations] of the labels. Absent when there is nothing of it.
   */
  readonly memories?: readonly (readonly [feature: string, state: unknown])[]
  /** The classes by number, when they are open. */
  readonly classes?: readonly Label[]
  /** Predictions that wait for their labels; absent when no prediction was ever kept for one. */
  readonly delayed?: DelayedState<never, never>
  /** Events that are remembered to be learned again; absent without `replay`. */
  readonly replay?: ReplayState
}

/** What became of the events so far. */
export interface LearnerCounters {
  /** Events learned. */
  readonly learned: number
  /** Events that were only predicted. */
  readonly predicted: number
  /** Events that could not be used, for learning and for predicting. */
  readonly rejected: number
  /** Events that a lens did not let pass. */
  readonly skipped: number
  /** Events that a full queue dropped. */
  readonly dropped: number
  /** Names known. */
  readonly names: number
  /** Numbers whose name found no room on the axis. */
  readonly overflow: number
  /** Numbers of learned events that shared a hash slot, because the axis or their dictionary was full. */
  readonly hashed: number
  /** Events that were rejected because their class was new and there was no room. */
  readonly refusedClasses: number
  /** With `replay`: past events that were learned again; they do not count as learned. */
  readonly replayed?: number
  /** Past events drawn for replay that could not be learned again. */
  readonly replaysRejected?: number
}
