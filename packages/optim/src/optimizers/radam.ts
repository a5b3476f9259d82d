import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByRadam, type ScaleByRadamOptions } from '../transforms/scale-by-radam.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface RadamOptions extends CommonOptions, ScaleByRadamOptions {}

/**
 * Rectified Adam: plain momentum until the mean square rests on enough gradients, then Adam, eased in. A warm-up
 * without a schedule.
 * Formula: m, v as in `adam`; r = 2 / (1 - b2) - 1; p = r - 2 t b2^t / (1 - b2^t), t counted from 1; u = m / (1 -
 * b1^t); when p > 5, u <- u * sqrt((p - 4) (p - 2) r / ((r - 4) (r - 2) p)) * sqrt(1 - b2^t) / (sqrt(v) + eps);
 * w <- w - learningRate * u.
 * Defaults: learningRate 0.001, betas [0.9, 0.999], eps 1e-8, weightDecay 0 (PyTorch's).
 * Source: Liu et al. 2020, algorithm 2.
 * Where libraries differ: the paper starts at p > 4; PyTorch, as the authors' code, at p > 5.
 * State: `expAvg`, `expAvgSq`.
 * Sparse gradients: as `adam`: moments of a row decay when it is touched, and only then.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(radam({ learningRate: 0.01 }))).subscribe()
 */
export function radam(options: RadamOptions = {}): TransformOptimizer {
  checkOptions('radam', options, [...commonOptions, 'betas', 'eps'])
  const { learningRate = 1e-3, betas = [0.9, 0.999], eps = 1e-8 } = options
  return optimizerOf('radam', [
    ...prepared(options), scaleByRadam({ betas, eps }), applyLearningRate(learningRate, 'radam'),
  ])
}
