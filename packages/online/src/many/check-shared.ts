import { GraphError } from '@eddy/graph'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import type { Label } from '../target.ts'

/** @throws GraphError for what cannot be exchanged with the model in a program that many share. */
export function checkShared({ replay }: LearnerOptions<never, LearnerLoss, Label, string>): void {
  const where = 'keyedLearner or ensemble'
  if (replay === undefined) return
  throw new GraphError('it remembers events, and many models would share them', where, 'Leave replay out there')
}
