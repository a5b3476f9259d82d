import { checkNumber, checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { scaleByRprop } from '../transforms/scale-by-rprop.ts'
import { prepared } from './options.ts'

export interface RpropOptions {
  /** The first step of every weight, > 0; 0.01. No schedule: the steps go their own way from there. */
  readonly learningRate?: number
  /** Factors of a step whose gradient's sign changed, and whose sign stayed; [0.5, 1.2]. */
  readonly etas?: readonly [number, number]
  /** The smallest and the largest step; [1e-6, 50]. */
  readonly stepSizes?: readonly [number, number]
  /** Climbs instead of descending; false. */
  readonly maximize?: boolean
}

/**
 * Resilient propagation: only the sign of a gradient counts; each weight's step grows while the sign stays.
 * Formula: a = g * before; size <- size * (eta- where a < 0, eta+ where a > 0), kept within stepSizes; g <- 0 where
 * a < 0; before <- g; w <- w - sign(g) * size.
 * Influence: no event moves a weight by more than the greatest of stepSizes.
 * Defaults: learningRate 0.01, etas [0.5, 1.2], stepSizes [1e-6, 50] (PyTorch's).
 * Source: Riedmiller, Braun 1993, in the variant without weight backtracking (Igel, Husken 2000, iRprop-).
 * Note: made for gradients of the whole data. One event at a time the signs are noise on most problems: put
 * `accumulate` in front, or take `rmsprop`, which divides by a mean instead.
 * State: `prev`, `stepSize`.
 * Sparse gradients: a row keeps its last gradient and its steps until it is touched again.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(chain(accumulate(100), rprop()))).subscribe()
 */
export function rprop(options: RpropOptions = {}): TransformOptimizer {
  checkOptions('rprop', options, ['learningRate', 'maximize', 'etas', 'stepSizes'])
  const { learningRate = 1e-2, etas = [0.5, 1.2], stepSizes = [1e-6, 50], maximize = false } = options
  checkNumber('rprop', 'learningRate', learningRate, { above: 0 }, 'Give the first step; 0.01 is usual.')
  return optimizerOf('rprop', [
    ...prepared({ maximize }), scaleByRprop({ stepSize: learningRate, etas, stepSizes }), applyLearningRate(1),
  ])
}
