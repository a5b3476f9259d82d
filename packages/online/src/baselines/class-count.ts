import { checkNumber } from '@eddy/optim'

/** Most classes there can be: a label in f32 is below 2^24. */
export const classesMax = 2 ** 24

/** @throws ValueError when this is no number of classes to begin with. */
export function checkClassCount(where: string, classes: unknown): void {
  const hint = 'Leave it out: there may be more classes later.'
  checkNumber(where, 'classes', classes, { least: 0, most: classesMax, integer: true }, hint)
}
