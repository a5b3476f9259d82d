import type { Tensor } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import { minimize } from './minimize.ts'
import type { Optimizer, TrainingState } from './optimizer.ts'
import type { Training } from './training.ts'
import type { TrainingOptions } from './training-options.ts'

/** Changes nothing: gradients flow, parameters stay. */
const still: Optimizer = {
  name: 'none', slots: () => [], cells: 0, constant: true, bounded: true,
  coefficients: () => {}, update: () => {},
  publish: (_previous: TrainingState | null, next: TrainingState) => Object.freeze(next),
}

/**
 * Runs the backward pass for every event without updating anything, so that `gradient$` of every node can be watched.
 *
 * @example
 * loss.pipe(backward()).subscribe((step) => console.log(step.loss))
 */
export function backward(options: TrainingOptions = {}): (loss: Observable<Tensor<[]>>) => Training {
  return minimize(still, options)
}
