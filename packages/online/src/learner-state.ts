import type { TrainingState } from '@eddy/graph'
import type { AxisName } from './named-axis.ts'
import type { PrequentialState } from './prequential.ts'

/** Everything a learner has built up: an immutable tree that shares with earlier ones whatever did not change. */
export interface LearnerState {
  /** Parameters, optimizer slots, running statistics, step, seed. */
  readonly training: TrainingState
  /** The names of the feature axis, by slot. */
  readonly names: readonly AxisName[]
  readonly metrics: PrequentialState
}

/** What became of the events so far. */
export interface LearnerCounters {
  readonly learned: number
  readonly predicted: number
  /** Events that could not be used, for learning and for predicting. */
  readonly rejected: number
  /** Events that a lens let not pass, and those that the queue dropped. */
  readonly skipped: number
  readonly dropped: number
  /** Names known. */
  readonly names: number
  /** Numbers left out because the axis was full. */
  readonly overflow: number
}
