import { type Rng, rng } from '@eddy/tensor'
import type { Timing } from './clock.ts'
import type { Variant } from './variant.ts'

/**
 * Timings of each variant, one for each round. In a round every variant runs once, in an order that is shuffled anew,
 * so that what slows the machine down for a while hits all of them. One more round goes before, untimed.
 */
export async function timeRounds(
  variants: readonly Variant[], rounds: number, events: number,
): Promise<ReadonlyMap<Variant, readonly Timing[]>> {
  const timings = new Map<Variant, Timing[]>(variants.map((variant) => [variant, []]))
  const random = rng(1, 'rounds')
  try {
    for (const variant of variants) await variant.prepare()
    for (let round = 0; round <= rounds; round++) {
      for (const variant of shuffled(variants, random, round)) {
        const timing = await variant.run(Math.ceil(events * (variant.share ?? 1)))
        if (round > 0) timings.get(variant)!.push(timing)
      }
    }
  } finally {
    for (const variant of variants) variant.dispose()
  }
  return timings
}

function shuffled<T>(items: readonly T[], random: Rng, round: number): readonly T[] {
  const order = items.map((item, k) => ({ item, key: random.uniform(items.length * round + k) }))
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
