import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByAdamax, type ScaleByAdamaxOptions } from '../transforms/scale-by-adamax.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface AdamaxOptions extends CommonOptions, ScaleByAdamaxOptions {}

/**
 * Adam with the greatest recent magnitude of the gradient in place of its root mean square.
 * Formula: u = g + weightDecay * w; m <- b1 * m + (1 - b1) * u; n <- max(b2 * n, |u| + eps); at step t counted from 1,
 * w <- w - learningRate / (1 - b1^t) * m / n.
 * Influence: no event moves a weight by more than learningRate * (1 - b1) / (1 - b1 / b2), for b1 < b2.
 * Defaults: learningRate 0.002, betas [0.9, 0.999], eps 1e-8, weightDecay 0 (PyTorch's).
 * Source: Kingma, Ba 2015, algorithm 2.
 * Where libraries differ: the paper has no eps; TensorFlow adds it to n when dividing.
 * State: `expAvg`, `expInf`.
 * Sparse gradients: mean and maximum of a row decay when it is touched, and only then; the step count is the whole
 * model's.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(adamax({ learningRate: 0.01 }))).subscribe()
 */
export function adamax(options: AdamaxOptions = {}): TransformOptimizer {
  checkOptions('adamax', options, [...commonOptions, 'betas', 'eps'])
  const { learningRate = 2e-3, betas = [0.9, 0.999], eps = 1e-8 } = options
  return optimizerOf('adamax', [
    ...prepared(options), scaleByAdamax({ betas, eps }), applyLearningRate(learningRate, 'adamax'),
  ])
}
