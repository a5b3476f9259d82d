import { rng, standardNormal } from '@eddy/tensor'
import { bitsOf } from '../../testing/streams.ts'
import type { Bandit } from '../bandit.ts'
import type { BanditState } from '../bandit-options.ts'

export interface Place {
  readonly x: number
  readonly y: number
}

export const four = ['a', 'b', 'c', 'd'] as const
export type Four = typeof four[number]

/** A context, what each arm would bring on average, and what they bring this time; seeded. */
export interface Round {
  readonly context: Place
  readonly means: readonly number[]
  readonly rewards: readonly number[]
}

/** Rewards that are linear in the context, other ones for each arm, and noisy. */
export function linearRounds(count: number, seed: number): Round[] {
  const random = rng(seed, 'rounds')
  const weights = four.map((_, k) => [0, 1, 2].map((j) => standardNormal(random, 100 * count + 10 * k + j) / 3))
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [standardNormal(random, 10 * i), standardNormal(random, 10 * i + 1)]
    const means = weights.map(([bias, byX, byY]) => bias! + byX! * x + byY! * y)
    const rewards = means.map((mean, k) => mean + 0.3 * standardNormal(random, 10 * i + 2 + k))
    return { context: { x, y }, means, rewards }
  })
}

/** What was lost to the best arm of every round, and what chance would have lost. */
export function regretOf(
  bandit: Bandit<Four, Place>, rounds: readonly Round[],
): { readonly own: number; readonly chance: number } {
  let [own, chance] = [0, 0]
  for (const { context, means, rewards } of rounds) {
    const { arm, key } = bandit.choose(context)
    const at = four.indexOf(arm)
    const best = Math.max(...means)
    own += best - means[at]!
    chance += best - means.reduce((sum, mean) => sum + mean, 0) / means.length
    bandit.learn({ key, reward: rewards[at]! })
  }
  return { own, chance }
}

/** Every bit of a bandit's state, as text. */
export function banditBits({ model, ...rest }: BanditState): string {
  const own = 'training' in model ? bitsOf(model) : JSON.stringify(model, (_, value: unknown) => (
    value instanceof Float64Array ? [...new Uint32Array(value.buffer)] : value
  ))
  return `${own}\n${JSON.stringify(rest)}`
}
