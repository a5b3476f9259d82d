import { checkOptions, ValueError } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { toSchedule, type Schedule } from '../schedule.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByMomentum } from '../transforms/scale-by-momentum.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface SgdOptions extends CommonOptions {
  /** Share of the running sum kept per step, in [0, 1), or a schedule; 0. */
  readonly momentum?: number | Schedule
  /** Share of a new gradient that is left out of the running sum; 0. */
  readonly dampening?: number
  /** Uses the running sum as it will be after one more step; false. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent, plain or with momentum.
 * Formula: u = g + weightDecay * w; with momentum, buf <- momentum * buf + (1 - dampening) * u (first step: buf <- u)
 * and u <- buf, or u + momentum * buf with Nesterov's; w <- w - learningRate * u.
 * Influence of an event: bounded only behind `clipByGlobalNorm`, which says by what.
 * Defaults: learningRate 0.001, momentum 0, dampening 0, nesterov false, weightDecay 0, maximize false (PyTorch's).
 * Source: Robbins, Monro 1951; Polyak 1964; Sutskever, Martens, Dahl, Hinton 2013, eq. 1-4.
 * Where libraries differ: PyTorch and we multiply the running sum by the learning rate; Sutskever and TensorFlow
 * put the rate inside it, which differs once the rate changes. Sparse gradients move, and decay, only the rows they
 * touch.
 * State: `momentumBuffer` when momentum is used; else none.
 * @throws ValueError for an option out of range, or Nesterov's without momentum or with dampening.
 * @example
 * loss.pipe(minimize(sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }))).subscribe()
 */
export function sgd(options: SgdOptions = {}): TransformOptimizer {
  checkOptions('sgd', options, [...commonOptions, 'momentum', 'dampening', 'nesterov'])
  const { learningRate = 1e-3, momentum = 0, dampening = 0, nesterov = false } = options
  const hasMomentum = toSchedule('sgd', 'momentum', momentum).max > 0
  if (nesterov && (!hasMomentum || dampening !== 0)) {
    throw new ValueError({
      what: 'nesterov looks ahead along an undamped momentum', where: 'sgd', got: { momentum, dampening },
      wanted: 'momentum > 0 and dampening 0', hint: 'Set momentum: 0.9, or leave nesterov out.',
    })
  }
  return optimizerOf('sgd', [
    ...prepared(options),
    ...(hasMomentum ? [scaleByMomentum({ momentum, dampening, nesterov })] : []),
    applyLearningRate(learningRate, 'sgd'),
  ])
}
