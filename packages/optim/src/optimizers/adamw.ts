import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByAdam } from '../transforms/scale-by-adam.ts'
import { decoupledWeightDecay } from '../transforms/weight-decay.ts'
import type { AdamOptions } from './adam.ts'
import { commonOptions, prepared } from './options.ts'

/**
 * Adam with weight decay beside the gradient instead of inside it.
 * Formula: as `adam`, then w <- w - learningRate * (update + weightDecay * w).
 * Defaults: learningRate 0.001, betas [0.9, 0.999], eps 1e-8, weightDecay 0.01, amsgrad false (PyTorch's).
 * Source: Loshchilov, Hutter 2019, algorithm 2.
 * Where libraries differ: the learning rate multiplies the decay, as in PyTorch; in the paper only the schedule's
 * factor does.
 * State: `expAvg`, `expAvgSq`, `maxExpAvgSq` with amsgrad.
 * Sparse gradients: as `adam`; weights decay when their row is touched, and only then.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(adamw({ learningRate: 0.001, weightDecay: 0.05 }))).subscribe()
 */
export function adamw(options: AdamOptions = {}): TransformOptimizer {
  checkOptions('adamw', options, [...commonOptions, 'betas', 'eps', 'amsgrad'])
  const { learningRate = 1e-3, weightDecay = 1e-2, maximize = false } = options
  const { betas = [0.9, 0.999], eps = 1e-8, amsgrad = false } = options
  return optimizerOf('adamw', [
    ...prepared({ maximize }),
    scaleByAdam({ betas, eps, amsgrad }),
    decoupledWeightDecay(weightDecay),
    applyLearningRate(learningRate, 'adamw'),
  ])
}
