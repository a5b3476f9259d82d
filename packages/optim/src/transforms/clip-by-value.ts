import * as rule from '@eddy/kernels/rule'
import { checkNumber } from '@eddy/tensor'
import type { Transform } from '../transform.ts'

/**
 * Limits every element of the gradient. Formula: u <- min(max(u, -limit), limit), as PyTorch's clip_grad_value_.
 * @throws ValueError unless the limit is a number > 0.
 * @example
 * chain(clipByValue(0.5), sgd({ learningRate: 0.1 }))
 */
export function clipByValue(limit: number): Transform {
  checkNumber('clipByValue', 'limit', limit, { above: 0 }, 'Give the greatest magnitude an element may keep.')
  return Object.freeze({
    name: 'clipByValue', rule: rule.clipValue, slots: [], sweeps: [], cells: 1, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = limit
    },
    operands: (_slots: unknown, cells: number) => [cells],
    limits: { update: (u: number) => Math.min(u, limit), slot: () => 0, squares: false },
  })
}
