import { op, rule } from '@eddy/kernels'
import type { Scope, UpdateTarget } from '@eddy/graph'
import { checkNumber } from '../check.ts'
import { emitSquaredNorm } from '../squared-norm.ts'
import type { Transform } from '../transform.ts'

/**
 * Shortens all gradients of an event together when their Euclidean norm exceeds `maxNorm`; their direction stays.
 * Formula: u <- u * min(1, maxNorm / (norm + 1e-6)), norm over every element of every parameter's gradient, in f64.
 * Source: Pascanu, Mikolov, Bengio 2013, algorithm 1, with PyTorch's clip_grad_norm_ constant 1e-6 (so a gradient of
 * norm exactly maxNorm becomes a little shorter; optax has no such constant).
 * Edge: the norm is that of the gradients as they come, so this is the first member of a `chain`.
 * @throws ValueError unless maxNorm is a number > 0.
 * @example
 * chain(clipByGlobalNorm(1), adam({ learningRate: 0.01 }))
 */
export function clipByGlobalNorm(maxNorm: number): Transform {
  checkNumber('clipByGlobalNorm', 'maxNorm', maxNorm, { above: 0 }, 'Give the greatest norm all gradients may have.')
  return Object.freeze({
    // Cells: the sum of squares, then the factor; the prelude computes both, so what is written here is a start value.
    name: 'clipByGlobalNorm', rule: rule.scale, slots: [], sweeps: [], cells: 2, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = 0
      out[at + 1] = 1
    },
    operands: (_slots: unknown, cells: number) => [cells + 8],
    prelude: (scope: Scope, targets: readonly UpdateTarget[], cells: number) => {
      emitSquaredNorm(scope, targets, cells)
      scope.emit(op.CLIP_COEFFICIENT, cells, cells + 8, { f64: maxNorm })
    },
    limits: { update: (u: number) => Math.min(u, 2 * maxNorm), slot: () => 0, squares: false },
  })
}
