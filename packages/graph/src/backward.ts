import type { Tensor } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import { minimize } from './minimize.ts'
import type { Optimizer, TrainingState } from './optimizer.ts'
import type { Training } from './training.ts'
import { checkTraining, type TrainingOptions } from './training-options.ts'

/** Changes nothing: gradients flow, parameters stay. */
const still: Optimizer = {
  name: 'none', slots: () => [], cells: 0, constant: true, bounded: true,
  coefficients: () => {}, update: () => {},
  publish: (_previous: TrainingState | null, next: TrainingState) => Object.freeze(next),
}

/**
 * Runs the backward pass for every event without updating anything, so that `gradient$` of every node can be watched.
 * @throws ValueError for an option that there is not, or that has no such value.
 *
 * @example
 * loss.pipe(backward()).subscribe((step) => console.log(step.loss))
 */
export function backward(options: TrainingOptions = {}): (loss: Observable<Tensor<[]>>) => Training {
  checkTraining('backward', options)
  return minimize(still, options)
}
