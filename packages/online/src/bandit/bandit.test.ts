import { RejectedError } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, crossEntropy, dense } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { rng } from '@eddy/tensor'
import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { categorical } from '../encoders/categorical.ts'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { bandit } from './make-bandit.ts'
import type { BanditOptions } from './bandit-options.ts'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { linUcb } from './lin-ucb.ts'
import { squareCb } from './square-cb.ts'
import { banditBits } from './testing/worlds.ts'

const hour = features({ hour: numeric() })
const three = ['news', 'offer', 'none'] as const
const make = <A extends string = typeof three[number]>(options: Partial<BanditOptions<A>> = {}) => bandit<A>({
  features: hour, policy: epsilonGreedy({ epsilon: 0.3 }), arms: three as never, ...options,
})

describe('choose(context)', () => {
  it('answers with the arm, its propensity, and those of all; equal seeds answer alike', () => {
    const [one, same, other] = [make({ seed: 1 }), make({ seed: 1 }), make({ seed: 2 })]
    const answers = [one, same, other].map((shop) => (
      Array.from({ length: 50 }, (_, k) => shop.choose({ hour: k % 24 }))
    ))
    for (const { arm, arms, propensity, propensities, scores } of answers[0]!) {
      expect(arms).toEqual(three)
      expect(scores).toEqual([0, 0, 0])
      expect(propensities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
      expect(propensity).toBe(propensities[arms.indexOf(arm)])
    }
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]!.map(({ arm }) => arm)).not.toEqual(answers[2]!.map(({ arm }) => arm))
    expect(answers[0]!.map(({ key }) => key)).toEqual(Array.from({ length: 50 }, (_, k) => k))
  })

  it('draws arms as often as it says', () => {
    const shop = make({ policy: squareCb({ gamma: 5, growth: 'none' }) })
    for (let k = 0; k < 200; k++) {
      const { arm, key } = shop.choose({ hour: 1 })
      shop.learn({ key, reward: arm === 'offer' ? 1 : 0 })
    }
    const counts: Record<string, number> = { news: 0, offer: 0, none: 0 }
    const expected: Record<string, number> = { news: 0, offer: 0, none: 0 }
    for (let k = 0; k < 3000; k++) {
      const { arm, arms, propensities } = shop.choose({ hour: 1 })
      counts[arm]!++
      arms.forEach((name, a) => void (expected[name]! += propensities[a]!))
    }
    expect(expected['offer']!).toBeGreaterThan(2000)
    for (const arm of three) {
      const deviation = Math.sqrt(expected[arm]! * (1 - expected[arm]! / 3000))
      expect(Math.abs(counts[arm]! - expected[arm]!)).toBeLessThan(4 * deviation)
    }
  })

  it.each([
    ['a feature that is no number', { hour: 'noon' }, {}, /hour.*wanted a finite number/],
    ['a feature that is NaN', { hour: NaN }, {}, /got NaN for feature "hour"/],
    ['no record', 5 as never, {}, /got 5, wanted a record/],
    ['nothing', null as never, {}, /got null, wanted a record/],
    ['a field called arm', { arm: 'x' }, {}, /a context with the field arm, wanted one without/],
    ['no arms', {}, { arms: [] }, /to choose from, wanted a list of arms/],
    ['an arm twice', {}, { arms: ['news', 'news'] as const }, /"news" twice/],
    ['a strange arm', {}, { arms: ['sport' as never] }, /"sport", wanted one of news, offer, none/],
    ['something that is no arm', {}, { arms: [7 as never] }, /got 7 as an arm/],
    ['a key that is none', {}, { key: NaN }, /as the key/],
    ['a time that is none', {}, { time: Infinity }, /as the time/],
  ])('refuses %s, and nothing has changed', (_, context, options, message) => {
    for (const policy of [squareCb(), linUcb()]) {
      const shop = make({ policy })
      shop.learn({ key: shop.choose({ hour: 3 }).key, reward: 1 })
      const before = banditBits(shop.snapshot())
      const seen: string[] = []
      shop.rejected$.subscribe(({ reason }) => seen.push(reason))
      expect(() => shop.choose(context, options)).toThrow(RejectedError)
      expect(seen).toEqual([expect.stringMatching(message)])
      expect(banditBits(shop.snapshot())).toBe(before)
      expect(shop.counters).toMatchObject({ refused: 1, decisions: 1 })
    }
  })
})

describe('learn({ key, reward })', () => {
  it('finds decisions in any order, each once; unknown and repeated keys are counted', () => {
    const shop = make()
    const keys = [0, 1, 2].map((k) => shop.choose({ hour: k }, { key: `visit ${k}` }).key)
    const fates: string[] = []
    shop.rewards$.subscribe(({ fate }) => fates.push(fate))
    expect(shop.learn({ key: keys[2]!, reward: 1 })).toMatchObject({ key: 'visit 2', reward: 1, context: { hour: 2 } })
    expect(shop.learn({ key: keys[2]!, reward: 1 })).toBe(null)
    expect(shop.learn({ key: 'visit 9', reward: 1 })).toBe(null)
    shop.learn({ key: keys[0]!, reward: 0.5 })
    expect(fates).toEqual(['learned', 'duplicate', 'unknown', 'learned'])
    expect(shop.counters).toMatchObject({ decisions: 3, learned: 2, pending: 1, duplicate: 1, unknown: 1 })
    expect(shop.meanReward).toBe(0.75)
  })

  it.each([['squareCb', squareCb()], ['linUcb', linUcb()]])(
    '%s: a reward of NaN, or one that is too large, changes nothing, and its decision waits on', (_, policy) => {
      const shop = make({ policy })
      shop.learn({ key: shop.choose({ hour: 2 }).key, reward: 1 })
      const { key } = shop.choose({ hour: 3 })
      const { model } = shop.snapshot()
      for (const reward of [NaN, Infinity, 1e31, '1' as never]) {
        expect(() => shop.learn({ key, reward })).toThrow(/as the reward of 1, wanted a number from -1e\+30 to 1e\+30/)
      }
      expect(banditBits({ ...shop.snapshot(), delayed: null as never, model }))
        .toBe(banditBits({ ...shop.snapshot(), delayed: null as never }))
      expect(shop.counters).toMatchObject({ rejected: 4, pending: 1, learned: 1 })
      expect(shop.learn({ key, reward: 2 })).toMatchObject({ reward: 2 })
    },
  )

  it('a reward that the loss refuses is rejected with its reason', () => {
    const shop = make({ loss: binaryCrossEntropyWithLogits() })
    const { key } = shop.choose({ hour: 3 })
    expect(() => shop.learn({ key, reward: 2 })).toThrow(/wanted true, false, or a number from 0 to 1/)
    expect(shop.learn({ key, reward: 1 })).toMatchObject({ reward: 1 })
  })

  it('decisions that are too many or too old make room', () => {
    const shop = make({ capacity: 2, within: 10 })
    const times = [0, 1, 2, 12.5]
    const keys = times.map((time) => shop.choose({ hour: 1 }, { time }).key)
    expect(shop.counters).toMatchObject({ pending: 1, evicted: 1, expired: 2 })
    expect(keys.map((key) => shop.learn({ key, reward: 1 }) !== null)).toEqual([false, false, false, true])
    expect(shop.counters).toMatchObject({ unknown: 1, late: 2, learned: 1 })
  })

  it('noReward: silence is an answer, learned when the decision expires', () => {
    const shop = make({ within: 10, noReward: 0 })
    const log: (readonly [unknown, number])[] = []
    shop.decisions$.subscribe(({ key, reward }) => log.push([key, reward]))
    shop.choose({ hour: 1 }, { key: 'silent', time: 0 })
    shop.choose({ hour: 2 }, { key: 'clicked', time: 5 })
    shop.learn({ key: 'clicked', reward: 1, time: 6 })
    shop.choose({ hour: 2 }, { key: 'late', time: 11 })
    expect(log).toEqual([['clicked', 1], ['silent', 0]])
    expect(shop.learn({ key: 'silent', reward: 1 })).toBe(null)
    expect(shop.meanReward).toBe(0.5)
  })
})

describe('decide() and reward()', () => {
  it('choose and learn from streams; what cannot be used emits nothing and is reported', () => {
    const shop = make({ within: 100 })
    const [visits$, clicks$] = [new Subject<object>(), new Subject<object>()]
    const arms: string[] = []
    const learned: unknown[] = []
    const reasons: string[] = []
    shop.rejected$.subscribe(({ reason }) => reasons.push(reason))
    visits$.pipe(shop.decide({ key: 'id', time: 'at' }))
      .subscribe(({ arm, event }) => arms.push(`${arm} ${'at' in event}`))
    clicks$.pipe(shop.reward({ key: 'id', reward: 'bought', time: 'at' })).subscribe(({ key }) => learned.push(key))
    visits$.next({ id: 'p', at: 1, hour: 3 })
    visits$.next({ id: 'q', at: 2, hour: 'late' })
    visits$.next({ id: 'r', at: 3, hour: 3 })
    clicks$.next({ id: 'r', at: 4, bought: 1 })
    clicks$.next({ id: 'p', at: 5, bought: NaN })
    clicks$.next({ id: 'p', at: 6, bought: 2 })
    clicks$.next({ id: 'x', at: 7, bought: 2 })
    expect(arms).toHaveLength(2)
    expect(arms.every((arm) => arm.endsWith(' true'))).toBe(true)
    expect(learned).toEqual(['r', 'p'])
    expect(reasons).toEqual([expect.stringMatching(/feature "hour"/), expect.stringMatching(/NaN as the reward/)])
  })

  it('complete with their sources, pass errors on, and stop when unsubscribed', () => {
    const shop = make()
    const ends: string[] = []
    from([{ hour: 1 }]).pipe(shop.decide()).subscribe({ complete: () => ends.push('decided') })
    const failing$ = new Subject<object>()
    failing$.pipe(shop.reward({ key: 'k', reward: 'r' })).subscribe({ error: (error) => ends.push(String(error)) })
    failing$.error('gone')
    const visits$ = new Subject<object>()
    visits$.pipe(shop.decide()).subscribe().unsubscribe()
    visits$.next({ hour: 1 })
    expect(ends).toEqual(['decided', 'gone'])
    expect(shop.counters.decisions).toBe(1)
  })

  it('a clock lets decisions expire', () => {
    const shop = make({ within: 10, noReward: -1 })
    const clock = new Subject<number>()
    new Subject<object>().pipe(shop.reward({ key: 'k', reward: 'r', clock })).subscribe()
    shop.choose({ hour: 1 }, { time: 0 })
    clock.next(11)
    expect(shop.meanReward).toBe(-1)
  })
})

describe('learnLogged(decision)', () => {
  it.each([squareCb(), linUcb()])('$name: teaches what another policy has found out', (policy) => {
    const shop = make({ policy })
    for (let k = 0; k < 300; k++) {
      shop.learnLogged({ context: { hour: k % 24 }, arm: three[k % 3]!, reward: k % 3 === 1 ? 1 : 0 })
    }
    const { scores } = shop.choose({ hour: 5 })
    expect(scores[1]).toBeGreaterThan(0.8)
    expect(Math.max(scores[0]!, scores[2]!)).toBeLessThan(0.2)
    expect(shop.counters).toMatchObject({ decisions: 1, learned: 0 })
  })

  it('a weight counts a decision so often; strange weights, arms and rewards are refused', () => {
    const past = { context: { hour: 1 }, arm: 'news' as const, reward: 1 }
    expect(() => make().learnLogged({ ...past, weight: 2e6 })).toThrow(/2000000 as the weight of an event/)
    expect(() => make().learnLogged({ ...past, weight: 0 })).toThrow(/weight is out of range/)
    expect(() => make().learnLogged({ ...past, arm: 'x' as never })).toThrow(/one of news, offer, none/)
    expect(() => make().learnLogged({ ...past, reward: NaN })).toThrow(/NaN as the reward of "news"/)
    const [twice, weighted] = [make({ policy: linUcb() }), make({ policy: linUcb() })]
    for (let k = 0; k < 2; k++) twice.learnLogged({ ...past, context: {} })
    weighted.learnLogged({ ...past, context: {}, weight: 2 })
    expect(weighted.choose({}).scores[0]).toBeCloseTo(twice.choose({}).scores[0]!, 12)
  })

  it('of a graph a weight multiplies the step: bias and arm move by rate x weight x 2 reward', () => {
    const scoreAfter = (weight?: number): number => {
      const shop = make({ optimizer: sgd({ learningRate: 0.0625 }), dtype: 'f64' })
      shop.learnLogged({ context: {}, arm: 'news', reward: 1, ...(weight === undefined ? {} : { weight }) })
      return shop.choose({}).scores[0]!
    }
    expect([undefined, 1, 3, 0.5].map(scoreAfter)).toEqual([0.25, 0.25, 0.75, 0.125])
  })

  it('weights of 1 / propensity undo that a log was biased, where the model cannot tell contexts apart', () => {
    const [plain, weighted] = [make({ features: features({}) }), make({ features: features({}) })]
    const random = rng(5, 'log')
    for (let k = 0; k < 4000; k++) {
      // Half of the visits bring 1; of those, hardly any are in the log.
      const [reward, propensity] = k % 2 === 0 ? [1, 0.1] : [0, 0.9]
      if (random.uniform(k) >= propensity) continue
      plain.learnLogged({ context: {}, arm: 'news', reward })
      weighted.learnLogged({ context: {}, arm: 'news', reward, weight: 1 / propensity })
    }
    expect(plain.choose({}).scores[0]).toBeLessThan(0.25)
    expect(Math.abs(weighted.choose({}).scores[0]! - 0.5)).toBeLessThan(0.15)
  })
})

describe('bandit(options)', () => {
  it.each([
    [{ features: { hour: numeric() } as never }, /bandit: got .* for features, wanted what features/],
    [{ policy: undefined as never }, /got undefined for the policy.*with their parentheses/],
    [{ arms: [] }, /these are no arms/],
    [{ arms: ['a', 'a'] }, /these are no arms/],
    [{ policy: linUcb(), model: (m) => m.pipe(dense(1)) }, /model is given, and linUcb\(1\) has a model of its own/],
    [{ policy: linUcb(), interactions: false }, /interactions is given/],
    [{ noReward: 0 }, /no decision ever expires. Give within/],
    [{ noReward: NaN, within: 1 }, /noReward is out of range/],
    [{ within: -1 }, /within is no duration/],
    [{ capacity: 0 }, /capacity is no number of predictions/],
    [{ features: features({ arm: categorical() }) }, /is the name of a feature that the bandit makes/],
    [{ features: features({ before: lag({ of: 'x', by: 'y' }) }) }, /features of a context must not remember/],
    [{ features: features({ before: lag({ of: 'x', by: 'y' }) }), policy: linUcb() }, /must not remember/],
    [{ loss: crossEntropy() as never, model: (m) => m.pipe(dense(2)) }, /a reward is one number/],
  ] satisfies [Partial<BanditOptions<string>>, RegExp][])('%# says what does not fit', (options, message) => {
    expect(() => make<string>(options)).toThrow(message)
  })

  it('a policy of your own must answer with probabilities', () => {
    const policy = { name: 'mine', propensities: () => [0.5, 0.6, 0.5] }
    expect(() => make({ policy }).choose({ hour: 1 })).toThrow(/the policy gives no probabilities, in mine/)
  })
})
