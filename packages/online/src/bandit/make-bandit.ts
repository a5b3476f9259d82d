import { checkDtype, checkOptions } from '../known-options.ts'
import { Bandit } from './bandit.ts'
import type { BanditOptions } from './bandit-options.ts'

/**
 * Makes a contextual bandit: it chooses one of several arms in a context, is told later what that brought, and learns
 * to choose better, while it still tries the others.
 *
 * Rewards are modelled by a learner over (context, arm), one graph for all arms, and asked once for each arm: names of
 * arms are names like any other, so arms come and go, share what they have in common, and may have features of their
 * own. With `linUcb` each arm has a ridge regression instead, since the bound needs its matrix.
 * Draws are numbered by decision, so the same events give the same choices: seeds and states tell everything.
 * @throws GraphError or ValueError when parts do not fit.
 *
 * @example
 * const shop = bandit({
 *   features: features({ hour: numeric(), country: categorical() }), arms: ['banner', 'video', 'none'],
 *   policy: squareCb({ gamma: 20 }), seed: 1, within: minutes(30), noReward: 0,
 * })
 * visits$.pipe(shop.decide({ key: 'id', time: 'at' })).subscribe(({ event, arm }) => show(event, arm))
 * clicks$.pipe(shop.reward({ key: 'visit', reward: () => 1, time: 'at' })).subscribe()
 */
export function bandit<const A extends string = string, C extends object = object>(
  options: BanditOptions<A>,
): Bandit<A, C> {
  checkOptions('bandit', options, [
    'features', 'policy', 'arms', 'model', 'loss', 'optimizer', 'interactions', 'standardizeRewards', 'seed', 'dtype',
    'within', 'capacity', 'noReward',
  ])
  checkDtype('bandit', options.dtype)
  return new Bandit(options)
}
