import { integerPowers } from '../integer-power.ts'
import type { Transform } from '../transform.ts'
import { scaleByAdam } from './scale-by-adam.ts'

export interface ScaleByRadamOptions {
  readonly betas?: readonly [number, number]
  readonly eps?: number
}

/**
 * Adam's quotient times the rectification, once the mean square is known well enough; before that the mean alone.
 * Formula and source: see `radam`. It is Adam's rule with other numbers in its cells: sqrt(v) * 0 + 1 divides by 1.
 * State: `expAvg`, `expAvgSq`, both starting at 0.
 */
export function scaleByRadam({ betas = [0.9, 0.999], eps = 1e-8 }: ScaleByRadamOptions = {}): Transform {
  const adam = scaleByAdam({ betas, eps })
  const [beta1, beta2] = betas
  const power1 = integerPowers(beta1)
  const power2 = integerPowers(beta2)
  return Object.freeze({
    ...adam,
    name: 'scaleByRadam',
    coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => {
      adam.coefficients(step, schedule, out, at)
      const bias1 = 1 - power1(step + 1)
      const decayed = power2(step + 1)
      const factor = rectification(beta2, step + 1, decayed)
      out[at + 4] = factor === 0 ? 1 : eps
      out[at + 5] = (factor === 0 ? 1 : factor * Math.sqrt(1 - decayed)) / bias1
      out[at + 6] = factor === 0 ? 0 : 1
    },
    limits: { ...adam.limits, update: (u: number) => Math.max(u / (1 - beta1), adam.limits.update(u)) },
  })
}

/** r_t of the paper; 0 while the length of the approximated average, rho_t, is 5 or less. */
function rectification(beta2: number, t: number, decayed: number): number {
  const greatest = 2 / (1 - beta2) - 1
  const length = greatest - 2 * t * decayed / (1 - decayed)
  if (length <= 5) return 0
  const numerator = (length - 4) * (length - 2) * greatest
  return Math.sqrt(numerator / ((greatest - 4) * (greatest - 2) * length))
}
