import type { Training } from '@eddy/graph'
import { checkState } from './check-state.ts'
import { checkSchedule } from './check-training.ts'
import type { ClassAxis } from './class-axis.ts'
import { checkMemories } from './feature-memories.ts'
import type { FeatureReader } from './feature-reader.ts'
import type { LearnerState } from './learner-state.ts'
import type { NamedAxis } from './named-axis.ts'
import { checkNoReplay, type ReplayQueue } from './replay/replay-queue.ts'

/** What a learner's state is about, all that has a word in whether it fits. */
export interface LearnerParts {
  readonly training: Training
  readonly axis: NamedAxis
  readonly reader: FeatureReader
  readonly metrics: { check(state: LearnerState['metrics']): void }
  readonly classes: ClassAxis | null
  readonly delayed: { check(state: LearnerState['delayed']): void }
  readonly replay: ReplayQueue | null
}

/**
 * Looks at every part of a state before any of it is written.
 * @throws GraphError or ValueError naming the part, when the state belongs to another model, or is none.
 */
export function checkLearner(parts: LearnerParts, state: LearnerState): void {
  const where = 'Learner.restore'
  checkState(where, state, 'training', 'names', 'metrics')
  const { training, names, metrics, memories, classes, delayed, replay } = state
  checkSchedule(where, parts.training.optimizer, training)
  parts.axis.check(names)
  parts.metrics.check(metrics)
  checkMemories(parts.reader, memories)
  parts.classes?.check(classes)
  parts.delayed.check(delayed)
  if (parts.replay === null) checkNoReplay(replay)
  else parts.replay.check(replay)
  parts.training.check(training)
}
