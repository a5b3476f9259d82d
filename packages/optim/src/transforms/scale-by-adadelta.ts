import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { sweepTicks, type Transform } from '../transform.ts'

export interface ScaleByAdadeltaOptions {
  /** Share kept per step of the mean squares of gradients and of updates, in [0, 1); 0.9. */
  readonly rho?: number
  /** Added inside both roots; it decides how large the first steps are; 1e-6. */
  readonly eps?: number
}

/**
 * Multiplies the update by the root mean square of updates over that of gradients. Formula and source: see `adadelta`.
 * State: `squareAvg`, `accDelta`, both starting at 0; in f32 `accDelta` is cut to 2^88, which gradients up to 2^40
 * cannot reach but through rounding.
 */
export function scaleByAdadelta(options: ScaleByAdadeltaOptions = {}): Transform {
  const where = 'scaleByAdadelta'
  checkOptions(where, options, ['rho', 'eps'])
  const { rho = 0.9, eps = 1e-6 } = options
  checkNumber(where, 'rho', rho, { least: 0, below: 1 }, 'It is the share of the old mean squares; 0.9 is usual.')
  checkNumber(where, 'eps', eps, { least: 0 }, 'It starts the motion and keeps the division finite; 1e-6 is usual.')
  const ticks = sweepTicks(rho)
  // |u| <= sqrt(v / (1 - rho)), so that the quotient is at most sqrt((accDelta + eps) / (1 - rho)).
  const limit = eps < 1e-12 || eps > 1024 || rho > 0.999999 ? Infinity : 2 ** 46 / Math.sqrt(1 - rho)
  return Object.freeze({
    name: where, rule: rule.adadelta, slots: [{ name: 'squareAvg', fill: 0 }, { name: 'accDelta', fill: 0 }],
    sweeps: [ticks, ticks], cells: 3, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = rho
      out[at + 1] = 1 - rho
      out[at + 2] = eps
    },
    operands: ([squares, deltas]: readonly Slot[], cells: number) => [squares!, deltas!, cells],
    limits: { update: () => limit, slot: (u: number) => Math.max(u * u, 2 ** 89), squares: true },
  })
}
