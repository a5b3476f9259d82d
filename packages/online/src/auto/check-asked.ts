import { ValueError } from '@eddy/tensor'
import type { LearnerState } from '../learner-state.ts'
import type { Task } from '../task.ts'
import type { Asked } from './auto-core.ts'

/** @throws ValueError when a prediction that waits for its label is none of a model of this task. */
export function checkAsked(delayed: LearnerState['delayed'], task: Task | null): void {
  const all = [...(delayed?.pending ?? []), ...(delayed?.past ?? [])]
  for (const { prediction } of all as readonly { readonly prediction: Asked | null }[]) {
    if (prediction === null) continue
    const { numbers, probabilities } = prediction as Asked & { numbers?: unknown; probabilities?: unknown }
    const fits = task !== null && (task === 'regression' ? numbers : probabilities) instanceof Float64Array
    if (fits) continue
    throw new ValueError({
      what: 'a prediction that waits for its label is none of this model', where: 'autoModel restore', got: prediction,
      wanted: `one of a model for ${task ?? 'nothing yet'}`, hint: 'Restore only what snapshot() of such a model gave.',
    })
  }
}
