import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByNadam, type ScaleByNadamOptions } from '../transforms/scale-by-nadam.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface NadamOptions extends CommonOptions, ScaleByNadamOptions {}

/**
 * Adam with Nesterov's look-ahead: the present gradient counts as it will in the next step.
 * Formula: m, v as in `adam`; at step t counted from 1, mu_t = b1 * (1 - 0.96^(t * momentumDecay) / 2) and p_t = mu_1 *
 * ... * mu_t; w <- w - learningRate * ((1 - mu_t) / (1 - p_t) * g + mu_(t+1) / (1 - p_(t+1)) * m) / (sqrt(v) / sqrt(1 -
 * b2^t) + eps).
 * Defaults: learningRate 0.002, betas [0.9, 0.999], eps 1e-8, momentumDecay 0.004, weightDecay 0 (PyTorch's).
 * Source: Dozat 2016, algorithm 2, in PyTorch's form.
 * Where libraries differ: PyTorch before 2.0 had mu_t twice in p_(t+1); momentumProduct 'torch1' does so too.
 * weightDecay is an L2 penalty, normalised with the gradient.
 * State: `expAvg`, `expAvgSq`. p_t is a function of the step and no state.
 * Sparse gradients: the moments of a row decay when it is touched, and only then; the step count is the whole model's.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(nadam({ learningRate: 0.01 }))).subscribe()
 */
export function nadam(options: NadamOptions = {}): TransformOptimizer {
  checkOptions('nadam', options, [...commonOptions, 'betas', 'eps', 'momentumDecay', 'momentumProduct'])
  const { learningRate = 2e-3, betas = [0.9, 0.999], eps = 1e-8, momentumDecay = 0.004, momentumProduct } = options
  return optimizerOf('nadam', [
    ...prepared(options),
    scaleByNadam({ betas, eps, momentumDecay, ...(momentumProduct === undefined ? {} : { momentumProduct }) }),
    applyLearningRate(learningRate, 'nadam'),
  ])
}
