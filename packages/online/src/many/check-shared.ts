import { GraphError } from '@eddy/graph'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import type { Label } from '../target.ts'

/** @throws GraphError for what cannot be exchanged with the model in a program that many share. */
export function checkShared({ replay }: LearnerOptions<never, LearnerLoss, Label, string>): void {
  if (replay === undefined) return
  throw new GraphError(
    'replay remembers events in one place, from which every model would learn those of the others',
    'keyedLearner or ensemble', 'Leave replay out there; learners of their own, with replay, remember their own',
  )
}
