import { checkNumber, checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { type Schedule, toSchedule } from '../schedule.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByAdagrad } from '../transforms/scale-by-adagrad.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface AdagradOptions extends CommonOptions {
  /** The learning rate of step t, counted from 0, is learningRate / (1 + t * lrDecay); 0. */
  readonly lrDecay?: number
  /** Where the sum of squares starts, >= 0; 0. */
  readonly initialAccumulatorValue?: number
  /** Added to the divisor, so that it is never 0; 1e-10. */
  readonly eps?: number
}

/**
 * Gradient descent with each weight's step divided by the size of all its gradients so far: rare features learn on.
 * Formula: u = g + weightDecay * w; s <- s + u^2; w <- w - learningRate / (1 + t * lrDecay) * u / (sqrt(s) + eps).
 * Influence: no event moves a weight by more than learningRate.
 * Defaults: learningRate 0.01, lrDecay 0, weightDecay 0, initialAccumulatorValue 0, eps 1e-10 (PyTorch's).
 * Source: Duchi, Hazan, Singer 2011, eq. 1 with a diagonal matrix.
 * Where libraries differ: TensorFlow starts s at 0.1 and puts eps inside the root.
 * State: `sum`.
 * Sparse gradients: exact without weightDecay; a gradient of 0 changes nothing in this method.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(adagrad({ learningRate: 0.1 }))).subscribe()
 */
export function adagrad(options: AdagradOptions = {}): TransformOptimizer {
  checkOptions('adagrad', options, [...commonOptions, 'lrDecay', 'initialAccumulatorValue', 'eps'])
  const { learningRate = 1e-2, lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } = options
  checkNumber('adagrad', 'lrDecay', lrDecay, { least: 0 }, 'Give 0 for a learning rate that stays.')
  return optimizerOf('adagrad', [
    ...prepared(options),
    scaleByAdagrad({ initialAccumulatorValue, eps }),
    applyLearningRate(decaying(toSchedule('adagrad', 'learningRate', learningRate), lrDecay)),
  ])
}

function decaying(schedule: Schedule, lrDecay: number): Schedule {
  if (lrDecay === 0) return schedule
  const at = (step: number, state: unknown): number => schedule.at(step, state) / (1 + step * lrDecay)
  return Object.freeze({ ...schedule, name: `${schedule.name} with lrDecay`, at, constant: false })
}
