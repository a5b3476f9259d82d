import { normalQuantile } from './normal-quantile.ts'
import type { Rng } from './rng.ts'

/**
 * Element `i` of a table of standard normal random numbers, by inverting the distribution function at a 52-bit uniform.
 * A function beside `Rng`, so that pages which draw none do without the table of coefficients.
 * Range/units: mean 0, standard deviation 1; |x| <= 8.21; quantiles within 1e-15 relative of exact.
 * @throws ValueError when i is not an integer from 0 to 2^53 - 1.
 * @example standardNormal(rng(1, 'noise'), 0) // the same number everywhere
 */
export function standardNormal(random: Rng, i: number): number {
  return normalQuantile((random.cell(i) + 0.5) / 0x10_0000_0000_0000)
}
