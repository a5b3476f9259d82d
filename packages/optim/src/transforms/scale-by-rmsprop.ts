import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { sweepTicks, type Transform } from '../transform.ts'

export interface ScaleByRmspropOptions {
  /** Share of the old mean square kept per step, in [0, 1); 0.99. */
  readonly alpha?: number
  /** Added to the divisor, so that it is never 0; 1e-8. */
  readonly eps?: number
  /** Divides by the standard deviation instead of the root mean square; false. */
  readonly centered?: boolean
}

/**
 * Divides the update by the root of its running mean square, or by its running standard deviation when centered.
 * Formula and source: see `rmsprop`. State: `squareAvg`, and `gradAvg` when centered, both starting at 0.
 */
export function scaleByRmsprop(options: ScaleByRmspropOptions = {}): Transform {
  const where = 'scaleByRmsprop'
  checkOptions(where, options, ['alpha', 'eps', 'centered'])
  const { alpha = 0.99, eps = 1e-8, centered = false } = options
  checkNumber(where, 'alpha', alpha, { least: 0, below: 1 }, 'It is the share of the old mean square; 0.99 is usual.')
  checkNumber(where, 'eps', eps, { least: 0 }, 'It keeps the division finite; 1e-8 is usual.')
  const mean = centered ? [{ name: 'gradAvg', fill: 0 }] : []
  const slots = [{ name: 'squareAvg', fill: 0 }, ...mean]
  // Centered, the variance may cancel down to 0, where eps alone limits the quotient.
  const limit = (u: number): number => {
    if (eps < 1e-12 || alpha > 0.999999) return Infinity
    return centered ? u / eps : 2 / Math.sqrt(1 - alpha)
  }
  return Object.freeze({
    name: where, rule: rule.rmsprop, slots, sweeps: slots.map(() => sweepTicks(alpha)), cells: 3, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = alpha
      out[at + 1] = 1 - alpha
      out[at + 2] = eps
    },
    operands: ([squares, average]: readonly Slot[], cells: number) => [squares!, average ?? 0, cells],
    limits: { update: limit, slot: (u: number) => u * u, squares: true },
  })
}
