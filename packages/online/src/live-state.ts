import type { ClassAxis } from './class-axis.ts'
import { memoriesOf } from './feature-memories.ts'
import type { FeatureReader } from './feature-reader.ts'
import type { LearnerState } from './learner-state.ts'
import type { ReplayQueue } from './replay/replay-queue.ts'

/** What not every learner has in its state. */
export type RestOfState = Pick<LearnerState, 'memories' | 'classes' | 'delayed' | 'replay'>

/** null when there is nothing of it. */
export function restOf(
  reader: FeatureReader, classes: ClassAxis | null, delayed: unknown, replay: ReplayQueue | null,
): RestOfState | null {
  if (delayed === undefined && classes === null && replay === null && reader.remembering.length === 0) return null
  return {
    ...memoriesOf(reader), ...(classes === null ? {} : { classes: classes.names }),
    ...(delayed === undefined ? {} : { delayed: delayed as LearnerState['delayed'] & object }), ...replay?.inState,
  }
}

/** The state of a learner as the same frozen record for as long as it is made of the same objects. */
export class LiveState {
  #last: LearnerState | null = null

  of(
    training: LearnerState['training'], names: LearnerState['names'], metrics: LearnerState['metrics'],
    rest: RestOfState | null,
  ): LearnerState {
    const last = this.#last
    const isLast = last !== null && last.training === training && last.names === names && last.metrics === metrics
    if (isLast && rest === null) return last
    const state = Object.freeze({ training, names, metrics, ...rest })
    this.#last = rest === null ? state : null
    return state
  }
}
