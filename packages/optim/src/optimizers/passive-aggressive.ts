import * as op from '@eddy/kernels/op'
import * as rule from '@eddy/kernels/rule'
import type { Scope, Slot, UpdateTarget } from '@eddy/graph'
import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { emitSquaredNorm } from '../emit-norm.ts'
import type { Transform } from '../transform.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'

export interface PassiveAggressiveOptions {
  /** C of the paper, > 0: how far one event may pull; 1. */
  readonly aggressiveness?: number
  /** 'PA-I' cuts the step at C, 'PA-II' softens it by 1 / (2 C); 'PA-I'. */
  readonly variant?: 'PA-I' | 'PA-II'
}

/**
 * Passive where the loss is 0; else the shortest step that would make this event's loss 0, limited by C.
 * Formula: PA-I: tau = min(C, loss / |g|^2), PA-II: tau = loss / (|g|^2 + 1 / (2 C)), |g|^2 over every element of every
 * parameter's gradient; w <- w - tau * g.
 * Influence: no event moves the weights, all taken together, by more than sqrt(aggressiveness * loss) (PA-I).
 * Defaults: aggressiveness 1, variant 'PA-I'.
 * Source: Crammer et al. 2006, eq. 8 and figure 1. There g is -y x for the hinge loss, and sign(prediction - y) x for
 * the epsilon-insensitive one, so that |g|^2 is the paper's |x|^2 (plus 1 with a bias: a feature that is always 1).
 * Where it goes further: neither formula needs a linear model. With others tau is Polyak's step (1987) for a least
 * loss of 0, cut at C: Loizou et al. 2021, eq. 4.
 * Regret setting: linear models, hinge or epsilon-insensitive loss: the sum of squared losses is within a constant
 * factor of that of the best fixed weights plus |w*|^2 max|x|^2 (theorems 2, 4 and 5 of the paper), whatever the
 * stream.
 * Note: the loss must reach 0, as `hinge` and relu(sub(absoluteError, epsilon)) do. A squared error makes its steps
 * half of what would make it 0.
 * State: none. Stands first in a chain, since it measures the raw gradients.
 * Sparse gradients: exact; only rows with a gradient move.
 * @throws ValueError for an option out of range.
 * @example
 * hinge(x.pipe(linear(4, 1)), y).pipe(minimize(passiveAggressive({ aggressiveness: 0.1 }))).subscribe()
 */
export function passiveAggressive(options: PassiveAggressiveOptions = {}): TransformOptimizer {
  const where = 'passiveAggressive'
  checkOptions(where, options, ['aggressiveness', 'variant'])
  const { aggressiveness = 1, variant = 'PA-I' } = options
  checkNumber(where, 'aggressiveness', aggressiveness, { above: 0 }, 'It is C of the paper; 1 is usual.')
  if (variant !== 'PA-I' && variant !== 'PA-II') {
    throw new ValueError({
      what: 'there is no such variant', where, got: variant, wanted: "'PA-I' or 'PA-II'",
      hint: 'Leave it out for PA-I.',
    })
  }
  const [most, soft] = variant === 'PA-I' ? [aggressiveness, 0] : [Infinity, 1 / (2 * aggressiveness)]
  return optimizerOf(where, [closing(most, soft), applyLearningRate(1)])
}

function closing(most: number, soft: number): Transform {
  return Object.freeze({
    // Cells: the sum of squares, then tau; the prelude computes both, so what is written here is a start value.
    name: 'closing', rule: rule.scale, slots: [], sweeps: [], cells: 2, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = 0
      out[at + 1] = 0
    },
    operands: (_slots: unknown, cells: number) => [cells + 8],
    prelude: (scope: Scope, targets: readonly UpdateTarget[], cells: number, loss: Slot) => {
      emitSquaredNorm(scope, targets, cells)
      scope.emit(op.STEP_LENGTH, cells, loss, cells + 8, { f64: most }, { f64: soft })
    },
    // PA-II has no limit but the loss, of which nothing is known.
    limits: { update: (u: number) => (most <= 1024 ? most * u : Infinity), slot: () => 0, squares: false },
  })
}
