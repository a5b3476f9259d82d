import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import { sweepTicks, type Transform } from '../transform.ts'

export interface ScaleByAdamaxOptions {
  /** Share kept per step of the mean and of the greatest size, in [0, 1); [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the divisor, so that it is never 0; 1e-8. */
  readonly eps?: number
}

/**
 * Divides the running mean of updates by their greatest recent magnitude. Formula and source: see `adamax`.
 * State: `expAvg`, `expInf`, both starting at 0. `expInf` never falls below eps, so it needs no sweep.
 */
export function scaleByAdamax(options: ScaleByAdamaxOptions = {}): Transform {
  const where = 'scaleByAdamax'
  checkOptions(where, options, ['betas', 'eps'])
  const { betas = [0.9, 0.999], eps = 1e-8 } = options
  const [beta1, beta2] = betas
  checkNumber(where, 'betas[0]', beta1, { least: 0, below: 1 }, 'It is the memory of the mean; 0.9 is usual.')
  checkNumber(where, 'betas[1]', beta2, { least: 0, below: 1 }, 'It is the memory of the maximum; 0.999 is usual.')
  checkNumber(where, 'eps', eps, { least: 0 }, 'It keeps the division finite; 1e-8 is usual.')
  const power = integerPowers(beta1)
  return Object.freeze({
    name: where, rule: rule.adamax, slots: [{ name: 'expAvg', fill: 0 }, { name: 'expInf', fill: 0 }],
    sweeps: [sweepTicks(beta1), 0], cells: 5, constant: false,
    coefficients: (step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = beta1
      out[at + 1] = 1 - beta1
      out[at + 2] = beta2
      out[at + 3] = eps
      out[at + 4] = 1 / (1 - power(step + 1))
    },
    operands: ([mean, greatest]: readonly Slot[], cells: number) => [mean!, greatest!, cells],
    limits: {
      update: (u: number) => adamaxLimit(u, beta1, beta2, eps), slot: (u: number) => u + eps,
      squares: false,
    },
  })
}

/**
 * The mean is (1 - b1) * sum of b1^k u_k, and the maximum is at least b2^k |u_k| for each of them: their quotient is at
 * most (1 - b1) / (1 - b1 / b2), the correction 1 / (1 - b1). The 2 covers rounding. Without b1 < b2 only eps limits
 * it.
 */
function adamaxLimit(u: number, beta1: number, beta2: number, eps: number): number {
  if (eps < 1e-12 || Math.max(beta1, beta2) > 0.999999) return Infinity
  return beta1 < beta2 ? 2 / (1 - beta1 / beta2) : u / (eps * (1 - beta1))
}
