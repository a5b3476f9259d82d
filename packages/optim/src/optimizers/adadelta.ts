import { checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByAdadelta, type ScaleByAdadeltaOptions } from '../transforms/scale-by-adadelta.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface AdadeltaOptions extends CommonOptions, ScaleByAdadeltaOptions {}

/**
 * Steps in the units of the weights: the root mean square of recent updates over that of recent gradients.
 * Formula: u = g + weightDecay * w; v <- rho * v + (1 - rho) * u^2; u <- sqrt(d + eps) / sqrt(v + eps) * u;
 * d <- rho * d + (1 - rho) * u^2; w <- w - learningRate * u.
 * Influence: no event moves a weight by more than learningRate * sqrt((d + eps) / (1 - rho)), d from before it.
 * Defaults: learningRate 1, rho 0.9, eps 1e-6, weightDecay 0 (PyTorch's).
 * Source: Zeiler 2012, algorithm 1, which has no learning rate and rho 0.95.
 * Where libraries differ: TensorFlow's learning rate is 0.001, rho 0.95, eps 1e-7: almost no motion at first.
 * State: `squareAvg`, `accDelta`.
 * Sparse gradients: both means of a row decay when it is touched, and only then.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(adadelta())).subscribe()
 */
export function adadelta(options: AdadeltaOptions = {}): TransformOptimizer {
  checkOptions('adadelta', options, [...commonOptions, 'rho', 'eps'])
  const { learningRate = 1, rho = 0.9, eps = 1e-6 } = options
  return optimizerOf('adadelta', [
    ...prepared(options), scaleByAdadelta({ rho, eps }), applyLearningRate(learningRate, 'adadelta'),
  ])
}
