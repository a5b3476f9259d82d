import { rng, standardNormal } from '@eddy/tensor'

/** Bits that are 1 with the first probability `before` times, then with the second as often; seeded. */
export function errorBits(first: number, second: number, seed = 0, before = 1000): number[] {
  const random = rng(seed, 'errors')
  return Array.from({ length: 2 * before }, (_, i) => (random.uniform(i) < (i < before ? first : second) ? 1 : 0))
}

/** Standard normal values, `before` of them, then as many of another mean and deviation; seeded. */
export function normalValues(mean: number, deviation: number, seed = 0, before = 1000): number[] {
  const random = rng(seed, 'values')
  return Array.from({ length: 2 * before }, (_, i) => (
    i < before ? standardNormal(random, i) : mean + deviation * standardNormal(random, i)
  ))
}
