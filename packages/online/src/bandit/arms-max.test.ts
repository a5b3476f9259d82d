import { describe, expect, it } from 'vitest'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { Bandit } from './bandit.ts'
import { linUcb } from './lin-ucb.ts'
import { bandit } from './make-bandit.ts'
import type { RidgeState } from './ridge-rewards.ts'

type News = Bandit<string, { readonly hour: number }>

const make = (armsMax: number): News => bandit({
  features: features({ hour: numeric() }), policy: linUcb({ armsMax, alpha: 0 }), capacity: 5,
})
const known = (news: News): readonly string[] => (news.snapshot().model as RidgeState).arms.map(([arm]) => arm)

function reward(news: News, arm: string): void {
  const { key } = news.choose({ hour: 1 }, { arms: [arm] })
  news.learn({ key, reward: 1 })
}

describe('linUcb({ armsMax })', () => {
  it('the arm that was not rewarded for longest is forgotten: offered again, it is a new one', () => {
    const news = make(2)
    for (const arm of ['a', 'b', 'a', 'c']) reward(news, arm)
    expect(known(news)).toEqual(['a', 'c'])
    expect(news.choose({ hour: 1 }, { arms: ['a', 'b', 'new'] }).scores.map((score) => score > 0.1))
      .toEqual([true, false, false])
  })

  it('a stream of arms that come once is remembered no further back', () => {
    const news = make(3)
    for (let k = 0; k < 200; k++) reward(news, `article ${k}`)
    expect(known(news)).toEqual(['article 197', 'article 198', 'article 199'])
  })

  it('who is forgotten next is part of the state; a state with more arms is refused', () => {
    const [news, copy] = [make(2), make(2)]
    for (const arm of ['a', 'b', 'a']) reward(news, arm)
    copy.restore(news.snapshot())
    for (const each of [news, copy]) reward(each, 'c')
    expect(known(copy)).toEqual(known(news))
    expect(() => make(1).restore(news.snapshot())).toThrow('more arms than there is room for')
  })
})
