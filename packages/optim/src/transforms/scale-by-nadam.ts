import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import { exponential } from '../real-power.ts'
import type { Transform } from '../transform.ts'
import { scaleByAdam } from './scale-by-adam.ts'

export interface ScaleByNadamOptions {
  readonly betas?: readonly [number, number]
  readonly eps?: number
  /** How fast the momentum grows from half of betas[0] to all of it, >= 0; 0.004. */
  readonly momentumDecay?: number
  /** 'torch1' counts mu_t twice in the product for t + 1, as PyTorch did before 2.0 (its issue #92699); 'exact'. */
  readonly momentumProduct?: 'exact' | 'torch1'
}

/** ln 0.96: the paper's base of the warm-up of momentum. */
const warmup = -0.040821994520255166

/**
 * Adam's quotient with a mean that looks one step ahead. Formula and source: see `nadam`.
 * Both bias corrections and eps are folded into three numbers, so that the rule divides once.
 * State: `expAvg`, `expAvgSq`, both starting at 0.
 */
export function scaleByNadam(options: ScaleByNadamOptions = {}): Transform {
  const where = 'scaleByNadam'
  checkOptions(where, options, ['betas', 'eps', 'momentumDecay', 'momentumProduct'])
  const { betas = [0.9, 0.999], eps = 1e-8, momentumDecay = 0.004, momentumProduct = 'exact' } = options
  checkNumber(where, 'momentumDecay', momentumDecay, { least: 0 }, 'Give 0 for half the momentum; 0.004 is usual.')
  if (momentumProduct !== 'exact' && momentumProduct !== 'torch1') {
    throw new ValueError({
      what: 'there is no such product', where, got: momentumProduct, wanted: "'exact' or 'torch1'",
      hint: 'Leave it out for the formula of the paper and of PyTorch since 2.0.',
    })
  }
  const adam = scaleByAdam({ betas, eps })
  const [beta1, beta2] = betas
  const power2 = integerPowers(beta2)
  const decayed = integerPowers(exponential(warmup * momentumDecay))
  const momentumAt = (t: number): number => beta1 * (1 - 0.5 * decayed(t))
  const productAt = runningProduct(momentumAt)
  return Object.freeze({
    ...adam,
    name: where,
    rule: rule.nadam,
    coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => {
      adam.coefficients(step, schedule, out, at)
      const t = step + 1
      const root = Math.sqrt(1 - power2(t))
      const [momentum, next, product] = [momentumAt(t), momentumAt(t + 1), productAt(t)]
      out[at + 4] = eps * root
      out[at + 5] = (root * (1 - momentum)) / (1 - product)
      out[at + 6] = (root * next) / (1 - product * next * (momentumProduct === 'exact' ? 1 : momentum))
    },
    operands: ([mean, square]: readonly Slot[], cells: number) => [mean!, square!, cells],
    // |u| <= sqrt(v / (1 - b2)), its share is at most 1, that of the mean at most Adam's 1 / (1 - b1).
    limits: { ...adam.limits, update: (u: number) => adam.limits.update(u) + 2 / Math.sqrt(1 - beta2) },
  })
}

/**
 * The function t -> factor(1) * ... * factor(t), 0 once that is below 2^-70 (1 minus it is 1 long before): a pure
 * function of t, since the order of the products is always the same. Factors are below 1.
 * Cost: one product a step while t grows by one from call to call.
 */
function runningProduct(factor: (t: number) => number): (t: number) => number {
  let reached = 0
  let product = 1
  return (t) => {
    if (t < reached) {
      reached = 0
      product = 1
    }
    for (; reached < t && product !== 0; reached++) {
      product *= factor(reached + 1)
      if (product < 2 ** -70) product = 0
    }
    return product
  }
}
