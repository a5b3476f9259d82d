import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import type { Transform } from '../transform.ts'

export interface ScaleByAdagradOptions {
  /** Where the sum of squares starts, >= 0; 0. */
  readonly initialAccumulatorValue?: number
  /** Added to the divisor, so that it is never 0; 1e-10. */
  readonly eps?: number
}

/**
 * Divides the update by the root of the sum of all squares so far. Formula and source: see `adagrad`.
 * State: `sum`, starting at `initialAccumulatorValue`; it only grows, so it needs no sweep.
 */
export function scaleByAdagrad(options: ScaleByAdagradOptions = {}): Transform {
  const where = 'scaleByAdagrad'
  checkOptions(where, options, ['initialAccumulatorValue', 'eps'])
  const { initialAccumulatorValue = 0, eps = 1e-10 } = options
  checkNumber(where, 'initialAccumulatorValue', initialAccumulatorValue, { least: 0 }, 'Give 0 for PyTorch\'s default.')
  checkNumber(where, 'eps', eps, { least: 0 }, 'It keeps the division finite; 1e-10 is usual.')
  return Object.freeze({
    name: where, rule: rule.adagrad, slots: [{ name: 'sum', fill: initialAccumulatorValue }], sweeps: [0], cells: 1,
    constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = eps
    },
    operands: ([sum]: readonly Slot[], cells: number) => [sum!, cells],
    limits: {
      update: () => (eps >= 1e-12 && initialAccumulatorValue <= 2 ** 90 ? 2 : Infinity),
      slot: (u: number) => u * u,
      squares: true,
    },
  })
}
