import type { Transform } from './transform.ts'

const gradientMax = 2 ** 40
const changeMax = 2 ** 90

/**
 * Whether gradients up to 2^40 provably move no weight and no slot by more than 2^90 in one step.
 *
 * Magnitudes are followed from 2^40 through the limits of every transform. Weight decay adds weightDecay * w, where w
 * may be of any size. That is refused before a transform that keeps squares of it, and wherever
 * learningRate * weightDecay may exceed 1. What is left contracts: decay alone never moves a weight further from 0, and
 * through a momentum it adds at most 2 / (1 - momentum) times the gradient, for momenta up to 0.999; above, the
 * oscillations are too loosely bounded.
 * Also refused: momentum, betas and alpha above 0.999999 (f32 would round some to 1), learning rates above 1024, and
 * eps below 1e-12. The bound is about f32, whose range ends at 2^128; f64 has 900 bits to spare.
 */
export function isBounded(transforms: readonly Transform[]): boolean {
  const rate = transforms.at(-1)?.learningRateMax ?? Infinity
  const momentum = Math.max(0, ...transforms.map((transform) => transform.momentum ?? 0))
  const decay = transforms.reduce((sum, transform) => sum + (transform.decay ?? 0), 0)
  if (rate > 1024 || momentum > 0.999999) return false
  if (decay === 0) return follow(transforms, 0) <= changeMax
  const first = transforms.findIndex((transform) => (transform.decay ?? 0) > 0)
  if (decay > 1024 || rate * decay > 1 || momentum > 0.999) return false
  if (transforms.some(({ limits }, k) => limits.squares && k > first)) return false
  return follow(transforms, momentum === 0 ? 0 : gradientMax * (1 + 2 / (1 - momentum))) <= changeMax
}

/** The greatest change of a slot or of the weight, when decay adds at most `decayed` to an update. */
function follow(transforms: readonly Transform[], decayed: number): number {
  let update = gradientMax
  let slot = 0
  for (const { limits, decay = 0 } of transforms) {
    if (decay > 0) update += decayed
    slot = Math.max(slot, limits.slot(update))
    update = limits.update(update)
  }
  const change = Math.max(slot, update)
  return Number.isNaN(change) ? Infinity : change
}
