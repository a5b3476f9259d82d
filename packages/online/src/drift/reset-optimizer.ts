import type { Optimizer, TrainingState } from '@eddy/graph'
import { allocate, Tensor } from '@eddy/tensor'
import type { DriftPolicy } from './drift-policy.ts'
import { checkMade } from '../known-options.ts'

/**
 * A policy that keeps what was learned and forgets how: parameters and statistics stay, everything that belongs to the
 * optimizer is as if it were new. Its slots are filled as at the beginning, the step is 0 again, so that bias
 * corrections and schedules start over with them, and a schedule that watches the loss has seen none.
 * Use it where old gradients mislead: AdaGrad's sums never fall, and Adam's mean squares take 1,000 events to.
 * Edge: the steps that results report start over too.
 *
 * @example
 * const optimizer = adagrad({ learningRate: 0.1 })
 * const fresh = resetOptimizer(optimizer)(training.snapshot())
 */
export function resetOptimizer(optimizer: Optimizer): DriftPolicy {
  checkMade('resetOptimizer', 'optimizer', optimizer, ['slots'], 'Give the learner\'s own, as in adam({ .. }).')
  return (state: TrainingState): TrainingState => {
    const slots = Object.entries(state.parameters).map(([parameter, value]) => {
      const specs = optimizer.slots(value.shape)
      return [parameter, Object.fromEntries(specs.map(({ name, fill }) => [name, filledLike(value, fill)]))] as const
    })
    const kept = slots.filter(([, own]) => Object.keys(own).length > 0)
    return { ...state, step: 0, slots: Object.fromEntries(kept), schedule: optimizer.schedule?.initial ?? null }
  }
}

function filledLike({ shape, dtype, size }: Tensor, fill: number): Tensor {
  return Tensor.of(shape, allocate(dtype, size).fill(fill))
}
