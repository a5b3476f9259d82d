import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import { sweepTicks, type Transform } from '../transform.ts'

export interface ScaleByAdamOptions {
  /** Share kept per step of the mean and of the mean square, in [0, 1); [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the divisor, so that it is never 0; 1e-8. */
  readonly eps?: number
  /** Divides by the greatest mean square so far instead of the present one; false. */
  readonly amsgrad?: boolean
}

/**
 * Divides the running mean of updates by the root of their running mean square, both corrected for starting at 0.
 * Formula and source: see `adam`. State: `expAvg`, `expAvgSq`, and `maxExpAvgSq` with amsgrad, all starting at 0.
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform {
  const where = 'scaleByAdam'
  checkOptions(where, options, ['betas', 'eps', 'amsgrad'])
  const { betas = [0.9, 0.999], eps = 1e-8, amsgrad = false } = options
  const [beta1, beta2] = betas
  checkNumber(where, 'betas[0]', beta1, { least: 0, below: 1 }, 'It is the memory of the mean; 0.9 is usual.')
  checkNumber(where, 'betas[1]', beta2, { least: 0, below: 1 }, 'It is the memory of the mean square; 0.999 is usual.')
  checkNumber(where, 'eps', eps, { least: 0 }, 'It keeps the division finite; 1e-8 is usual.')
  const power1 = integerPowers(beta1)
  const power2 = integerPowers(beta2)
  const maximum = amsgrad ? [{ name: 'maxExpAvgSq', fill: 0 }] : []
  return Object.freeze({
    name: where, rule: rule.adam, slots: [{ name: 'expAvg', fill: 0 }, { name: 'expAvgSq', fill: 0 }, ...maximum],
    sweeps: [sweepTicks(beta1), sweepTicks(beta2), ...maximum.map(() => 0)],
    cells: 7, constant: false,
    coefficients: (step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = beta1
      out[at + 1] = 1 - beta1
      out[at + 2] = beta2
      out[at + 3] = 1 - beta2
      out[at + 4] = eps
      out[at + 5] = 1 / (1 - power1(step + 1))
      out[at + 6] = 1 / Math.sqrt(1 - power2(step + 1))
    },
    operands: ([mean, square, greatest]: readonly Slot[], cells: number) => [mean!, square!, greatest ?? 0, cells],
    limits: {
      update: (u: number) => adamLimit(u, beta1, beta2, eps), slot: (u: number) => Math.max(u, u * u),
      squares: true,
    },
  })
}

/**
 * By Cauchy and Schwarz, m^2 <= v * (1 - b1)^2 / ((1 - b2) (1 - b1^2 / b2)) whatever the gradients were, and the bias
 * corrections add 1 / (1 - b1) at most. The 2 covers rounding. Without b1^2 < b2 only eps limits the quotient. Flushing
 * makes v zero only below 1e-30, where the quotient is small by eps alone.
 */
function adamLimit(u: number, beta1: number, beta2: number, eps: number): number {
  if (eps < 1e-12 || Math.max(beta1, beta2) > 0.999999) return Infinity
  const share = 1 - beta1 * beta1 / beta2
  return share > 0 ? 2 / Math.sqrt((1 - beta2) * share) : u / (eps * (1 - beta1))
}
