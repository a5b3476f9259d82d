import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByAdam } from '../transforms/scale-by-adam.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface AdamOptions extends CommonOptions {
  /** Share kept per step of the mean and of the mean square, in [0, 1); [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the divisor, so that it is never 0; 1e-8. */
  readonly eps?: number
  /** Divides by the greatest mean square so far instead of the present one; false. */
  readonly amsgrad?: boolean
}

/**
 * Adaptive moments: the running mean of the gradient over the root of its running mean square.
 * Formula: u = g + weightDecay * w; m <- b1 * m + (1 - b1) * u; v <- b2 * v + (1 - b2) * u^2; then, at step t
 * counted from 1, w <- w - learningRate * (m / (1 - b1^t)) / (sqrt(v) / sqrt(1 - b2^t) + eps); with amsgrad v is
 * replaced by the greatest v so far.
 * Influence: no event moves a weight by more than learningRate * (1 - b1) / sqrt((1 - b2) (1 - b1^2 / b2)), 7.3 times
 * the rate by default, whatever its gradient is; for b1^2 < b2 and without weightDecay.
 * Defaults: learningRate 0.001, betas [0.9, 0.999], eps 1e-8, weightDecay 0, amsgrad false (PyTorch's).
 * Source: Kingma, Ba 2015, algorithm 1; amsgrad: Reddi, Kale, Kumar 2018, algorithm 2.
 * Where libraries differ: weightDecay is an L2 penalty, normalised with the gradient; `adamw` decays beside it.
 * TensorFlow's eps is the paper's "epsilon hat", outside the bias correction. PyTorch's amsgrad, and ours, takes
 * the maximum before the correction.
 * Sparse gradients: moments of a row decay, and its weights move, when it is touched, and only then (PyTorch's
 * SparseAdam); the step count is the whole model's.
 * State: `expAvg`, `expAvgSq`, `maxExpAvgSq` with amsgrad.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(adam({ learningRate: 0.01 }))).subscribe()
 */
export function adam(options: AdamOptions = {}): TransformOptimizer {
  checkOptions('adam', options, [...commonOptions, 'betas', 'eps', 'amsgrad'])
  const { learningRate = 1e-3, betas = [0.9, 0.999], eps = 1e-8, amsgrad = false } = options
  return optimizerOf('adam', [
    ...prepared(options), scaleByAdam({ betas, eps, amsgrad }), applyLearningRate(learningRate, 'adam'),
  ])
}
