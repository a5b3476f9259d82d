import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import type { Transform } from '../transform.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'

export interface CocobOptions {
  /** Holds the first steps of a weight back, >= 1; 100. */
  readonly alpha?: number
}

/**
 * Learns without a learning rate: each weight bets on the sign of its next gradient and moves by what it has won.
 * Formula, for each weight: L <- max(L, |g|); G <- G + |g|; R <- max(R - (w - w1) * g, 0); theta <- theta - g;
 * w <- w1 + theta / (L * max(G + L, alpha * L)) * (L + R), where w1 is the weight before its first gradient.
 * Defaults: alpha 100.
 * Source: Orabona, Tommasi 2017, algorithm 2 (COCOB-Backprop).
 * Regret setting: parameter-free: algorithm 1, of which this is the practical form for networks, attains
 * O(|w* - w1| sqrt(G ln(1 + G |w* - w1|))) per coordinate for convex losses whose gradients are bounded by L, as if the
 * learning rate had been tuned in hindsight (theorem 1 of the paper, for the average of the weights). Here L is the
 * greatest gradient so far and alpha is a heuristic, for which nothing is proved.
 * Where libraries differ: some start L at 1e-8; here weights wait for their first gradient.
 * Note: the reward, and with it the weight, can grow exponentially while the sign of the gradients stays. That is the
 * point, and why no bound on a step exists: each update is checked, which costs a copy of the state.
 * State: `start`, `gradMax`, `gradAbsSum`, `reward`, `gradNegSum`.
 * Sparse gradients: exact; a gradient of 0 changes nothing in this method, so rows not touched miss nothing.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(cocob())).subscribe()
 */
export function cocob(options: CocobOptions = {}): TransformOptimizer {
  checkOptions('cocob', options, ['alpha'])
  const { alpha = 100 } = options
  checkNumber('cocob', 'alpha', alpha, { least: 1 }, 'It holds the first steps back; 100 is usual.')
  return optimizerOf('cocob', [betting(alpha), applyLearningRate(1)])
}

const slots = ['start', 'gradMax', 'gradAbsSum', 'reward', 'gradNegSum'].map((name) => ({ name, fill: 0 }))

function betting(alpha: number): Transform {
  return Object.freeze({
    name: 'betting', rule: rule.cocob, slots, sweeps: slots.map(() => 0), cells: 1, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = alpha
    },
    operands: (own: readonly Slot[], cells: number) => [...own, cells],
    limits: { update: () => Infinity, slot: () => Infinity, squares: true },
  })
}
