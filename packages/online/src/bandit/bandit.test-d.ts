import { Subject } from 'rxjs'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { LoggedDecision } from './decision.ts'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { bandit } from './make-bandit.ts'
import { offPolicy } from './off-policy.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const same = <A, B>(_: Equal<A, B>): void => {}

const shop = bandit({ features: features({ hour: numeric() }), policy: epsilonGreedy(), arms: ['left', 'right'] })
const { arm, arms } = shop.choose({ hour: 3 })
same<typeof arm, 'left' | 'right'>(true)
same<typeof arms, readonly ('left' | 'right')[]>(true)
shop.choose({ hour: 3 }, { arms: ['left', { arm: 'right', features: { price: 3 } }] })
// @ts-expect-error no such arm
shop.choose({ hour: 3 }, { arms: ['middle'] })
// @ts-expect-error a reward is a number
shop.learn({ key: 1, reward: 'good' })
// @ts-expect-error an epsilon is given to a policy, not to the bandit
bandit({ features: features({}), policy: epsilonGreedy(), epsilon: 0.1 })

new Subject<{ id: string; hour: number }>().pipe(shop.decide({ key: ({ id }) => id })).subscribe((decided) => {
  same<typeof decided.arm, 'left' | 'right'>(true)
  same<typeof decided.event, { id: string; hour: number }>(true)
})

interface Visit {
  readonly hour: number
}
const typed = bandit<'a' | 'b', Visit>({ features: features({ hour: numeric() }), policy: epsilonGreedy() })
// @ts-expect-error the hour of a visit is a number
typed.choose({ hour: 'noon' })
typed.decisions$.subscribe((logged) => same<typeof logged, LoggedDecision<'a' | 'b', Visit>>(true))

const judged = offPolicy<LoggedDecision<'a' | 'b', Visit>>({
  policy: ({ arms: offered, context }) => offered.map((name) => Number((name === 'a') === context.hour < 12)),
})
typed.decisions$.subscribe((logged) => judged.update(logged))
