import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import type { Transform } from '../transform.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'

export interface FtrlOptions {
  /** Step of a weight, > 0; 0.1. */
  readonly alpha?: number
  /** Holds the first steps back, > 0; 1. */
  readonly beta?: number
  /** Weights whose gradients do not add up to more than this are 0, >= 0; 0. */
  readonly l1?: number
  /** Draws weights to 0, >= 0; 0. */
  readonly l2?: number
}

/**
 * Follow the proximally regularised leader: AdaGrad's steps with weights that are exactly 0 until they are needed.
 * Formula, for each weight: sigma = (sqrt(n + g^2) - sqrt(n)) / alpha; z <- z + g - sigma * w; n <- n + g^2;
 * w = 0 where |z| <= l1, else -(z - sign(z) * l1) / ((beta + sqrt(n)) / alpha + l2).
 * Influence, without l1 and l2: no event moves a weight by more than alpha * |g| / (beta + |g|), so never by alpha.
 * Defaults: alpha 0.1, beta 1, l1 0, l2 0.
 * Source: McMahan et al. 2013, algorithm 1. Here w is updated after the event, not before the next one: the same
 * numbers.
 * Regret setting: adversarial convex losses; per coordinate O(|w*_i| sqrt(sum of g_i^2)) for a good alpha (McMahan and
 * Streeter 2010), that is O(sqrt(T)), with no assumption on the stream.
 * Where libraries differ: the paper's z follows from w wherever w is not 0, and is not kept there. So a weight need not
 * start at 0: it starts as if it had been learned (TensorFlow forgets it at the first step), and hidden layers learn.
 * State: `n`, and with l1 > 0 `z`, which is the paper's while the weight is 0 and else 0.
 * Sparse gradients: exact; a gradient of 0 changes nothing in this method, so rows not touched miss nothing.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(ftrl({ alpha: 0.5, l1: 1 }))).subscribe()
 */
export function ftrl(options: FtrlOptions = {}): TransformOptimizer {
  checkOptions('ftrl', options, ['alpha', 'beta', 'l1', 'l2'])
  const { alpha = 0.1, beta = 1, l1 = 0, l2 = 0 } = options
  checkNumber('ftrl', 'alpha', alpha, { above: 0 }, 'It is the step of a weight; 0.1 is usual.')
  checkNumber('ftrl', 'beta', beta, { above: 0 }, 'It holds the first steps back; 1 is usual.')
  checkNumber('ftrl', 'l1', l1, { least: 0 }, 'Give 0 for no sparsity.')
  checkNumber('ftrl', 'l2', l2, { least: 0 }, 'Give 0 for none.')
  return optimizerOf('ftrl', [proximal(alpha, beta, l1, l2), applyLearningRate(1)])
}

/** The change to the next weight; a step is never longer than alpha, since sqrt(n) >= |g|. */
function proximal(alpha: number, beta: number, l1: number, l2: number): Transform {
  const slots = [{ name: 'n', fill: 0 }, ...(l1 > 0 ? [{ name: 'z', fill: 0 }] : [])]
  return Object.freeze({
    name: 'proximal', rule: rule.ftrl, slots, sweeps: slots.map(() => 0), cells: 3, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = 1 / alpha
      out[at + 1] = beta / alpha + l2
      out[at + 2] = l1
    },
    operands: ([n, z]: readonly Slot[], cells: number) => [n!, z ?? 0, cells],
    limits: {
      // Rounding of a weight that crosses 0 is covered by the 2; l1, alpha and beta must be moderate for f32.
      update: () => (Math.max(alpha, 1 / alpha, 1 / beta, beta, l1, l2) <= 2 ** 40 ? 2 * alpha : Infinity),
      slot: (u: number) => Math.max(u * u, 2 * l1), squares: true,
    },
  })
}
