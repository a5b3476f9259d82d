import * as op from '@eddy/kernels/op'
import * as rule from '@eddy/kernels/rule'
import type { Scope, UpdateTarget } from '@eddy/graph'
import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { emitMeasure, emitSquaredNorm, measure } from '../emit-norm.ts'
import type { Transform } from '../transform.ts'

export interface ClipByGlobalNormOptions {
  /** 2: the root of the sum of squares; 1: the sum of magnitudes; Infinity: the greatest magnitude; 2. */
  readonly norm?: 1 | 2 | typeof Infinity
}

/**
 * Shortens all gradients of an event together when their norm exceeds `maxNorm`; their direction stays.
 * Formula: u <- u * min(1, maxNorm / (norm + 1e-6)), norm over every element of every parameter's gradient, in f64.
 * Source: Pascanu, Mikolov, Bengio 2013, algorithm 1, with PyTorch's clip_grad_norm_ constant 1e-6 (so a gradient of
 * norm exactly maxNorm becomes a little shorter; optax has no such constant).
 * Influence: with `sgd` behind it no event moves the weights, all taken together, by more than learningRate * maxNorm;
 * with momentum by no more than 1 / (1 - momentum) times that.
 * Edge: the norm is that of the gradients as they come, so this is the first member of a `chain`.
 * @throws ValueError unless maxNorm is a number > 0 and the norm one of 1, 2 and Infinity.
 * @example
 * chain(clipByGlobalNorm(1), adam({ learningRate: 0.01 }))
 */
export function clipByGlobalNorm(maxNorm: number, options?: ClipByGlobalNormOptions): Transform {
  const where = 'clipByGlobalNorm'
  checkNumber(where, 'maxNorm', maxNorm, { above: 0 }, 'Give the greatest norm all gradients may have.')
  checkOptions(where, options ?? {}, ['norm'])
  const { norm = 2 } = options ?? {}
  if (norm !== 1 && norm !== 2 && norm !== Infinity) {
    throw new ValueError({
      what: 'there is no such norm', where, got: norm, wanted: '1, 2 or Infinity', hint: 'Leave it out for 2.',
    })
  }
  return Object.freeze({
    // Cells: the sum of squares, then the factor; the prelude computes both, so what is written here is a start value.
    name: where, rule: rule.scale, slots: [], sweeps: [], cells: 2, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = 0
      out[at + 1] = 1
    },
    operands: (_slots: unknown, cells: number) => [cells + 8],
    prelude: (scope: Scope, targets: readonly UpdateTarget[], cells: number) => {
      if (norm === 2) emitSquaredNorm(scope, targets, cells)
      else emitMeasure(scope, targets, cells, norm === 1 ? measure.magnitudes : measure.greatest)
      scope.emit(norm === 2 ? op.CLIP_COEFFICIENT : op.CLIP_BY, cells, cells + 8, { f64: maxNorm })
    },
    limits: { update: (u: number) => Math.min(u, 2 * maxNorm), slot: () => 0, squares: false },
  })
}
