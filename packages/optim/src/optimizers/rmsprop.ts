import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { toSchedule, type Schedule } from '../schedule.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByMomentum } from '../transforms/scale-by-momentum.ts'
import { scaleByRmsprop } from '../transforms/scale-by-rmsprop.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface RmspropOptions extends CommonOptions {
  /** Share of the old mean square kept per step, in [0, 1); 0.99. */
  readonly alpha?: number
  /** Added to the divisor, so that it is never 0; 1e-8. */
  readonly eps?: number
  /** Divides by the standard deviation instead of the root mean square; false. */
  readonly centered?: boolean
  /** Share of the running sum of steps kept per step, in [0, 1), or a schedule; 0. */
  readonly momentum?: number | Schedule
}

/**
 * Gradient descent with each weight's step divided by the size of its recent gradients.
 * Formula: u = g + weightDecay * w; v <- alpha * v + (1 - alpha) * u^2; centered: a <- alpha * a + (1 - alpha) * u;
 * u <- u / (sqrt(max(v - a^2, 0)) + eps); with momentum, buf <- momentum * buf + u and u <- buf;
 * w <- w - learningRate * u.
 * Influence: no event moves a weight by more than learningRate / sqrt(1 - alpha), 1 / (1 - momentum) times that with
 * momentum; when centered the bound is learningRate * |u| / eps, so clip.
 * Defaults: learningRate 0.01, alpha 0.99, eps 1e-8, centered false, momentum 0, weightDecay 0 (PyTorch's).
 * Source: Tieleman, Hinton 2012, Coursera lecture 6.5; centered: Graves 2013, eq. 38-45.
 * Where libraries differ: eps stands outside the root as in PyTorch; TensorFlow and Graves put it inside. v starts at 0
 * without bias correction, so the first steps are up to 1 / sqrt(1 - alpha) = 10 times as long as later ones.
 * Rounding can bring v - a^2 below 0, where PyTorch gives NaN; here it counts as 0.
 * State: `squareAvg`; `gradAvg` when centered; `momentumBuffer` with momentum.
 * Sparse gradients: the averages of a row decay when it is touched, and only then.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(rmsprop({ learningRate: 0.01, alpha: 0.9 }))).subscribe()
 */
export function rmsprop(options: RmspropOptions = {}): TransformOptimizer {
  checkOptions('rmsprop', options, [...commonOptions, 'alpha', 'eps', 'centered', 'momentum'])
  const { learningRate = 1e-2, alpha = 0.99, eps = 1e-8, centered = false, momentum = 0 } = options
  const hasMomentum = toSchedule('rmsprop', 'momentum', momentum).max > 0
  return optimizerOf('rmsprop', [
    ...prepared(options),
    scaleByRmsprop({ alpha, eps, centered }),
    ...(hasMomentum ? [scaleByMomentum({ momentum })] : []),
    applyLearningRate(learningRate, 'rmsprop'),
  ])
}
