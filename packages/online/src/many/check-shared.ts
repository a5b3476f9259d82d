import { GraphError } from '@eddy/graph'
import type { LearnerLoss, LearnerOptions } from '../options.ts'
import type { Label } from '../target.ts'

/** @throws GraphError for what cannot be exchanged with the model in a program that many share. */
export function checkShared({ classes, replay }: LearnerOptions<never, LearnerLoss, Label, string>): void {
  const where = 'keyedLearner or ensemble'
  if (classes === 'open') {
    throw new GraphError('its classes are open, and many models would share them', where, 'Give it classes: [...]')
  }
  if (replay === undefined) return
  throw new GraphError('it remembers events, and many models would share them', where, 'Leave replay out there')
}
