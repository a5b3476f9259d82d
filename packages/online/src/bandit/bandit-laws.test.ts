import { dense, relu } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { categorical } from '../encoders/categorical.ts'
import { hashed } from '../encoders/hashed.ts'
import { numeric } from '../encoders/numeric.ts'
import { text } from '../encoders/text.ts'
import { features } from '../features.ts'
import type { Bandit } from './bandit.ts'
import type { BanditOptions, BanditState } from './bandit-options.ts'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { linUcb } from './lin-ucb.ts'
import { bandit } from './make-bandit.ts'
import { offPolicy } from './off-policy.ts'
import { squareCb } from './square-cb.ts'
import { banditBits, four, type Four, linearRounds, type Place, regretOf } from './testing/worlds.ts'

const xy = features({ x: numeric(), y: numeric() })
const learners: readonly (readonly [string, Partial<BanditOptions<Four>>])[] = [
  ['squareCb', { policy: squareCb({ gamma: 5 }) }],
  ['epsilonGreedy', { policy: epsilonGreedy({ epsilon: 0.05 }) }],
  ['linUcb', { policy: linUcb({ alpha: 0.5 }) }],
  ['epsilonGreedy that explores less and less', { policy: epsilonGreedy({ decay: 100 }) }],
  ['squareCb with a network', {
    policy: squareCb({ gamma: 5 }), optimizer: adam({ learningRate: 0.01 }),
    model: (m) => m.pipe(dense(16), relu(), dense(1)),
  }],
]
const make = (options: Partial<BanditOptions<Four>>, seed = 1): Bandit<Four, Place> => (
  bandit<Four, Place>({ features: xy, policy: squareCb(), arms: four, seed, ...options })
)

describe('bandit({ standardizeRewards: true })', () => {
  const scaled = learners.filter(([name]) => name !== 'linUcb')
  it.each(scaled)('%s: rewards times 2^17 and 2^-20 choose the same arms with the same odds', (_, options) => {
    const [one, ...others] = [0, 17, -20].map((power) => (
      { times: 2 ** power, own: make({ ...options, standardizeRewards: true }) }
    ))
    for (const { context, rewards } of linearRounds(400, 4)) {
      const wanted = one!.own.choose(context)
      one!.own.learn({ key: wanted.key, reward: rewards[four.indexOf(wanted.arm)]! })
      for (const { own, times } of others) {
        const got = own.choose(context)
        expect([got.arm, got.propensities]).toEqual([wanted.arm, wanted.propensities])
        expect(got.scores).toEqual(wanted.scores.map((score) => score * times))
        own.learn({ key: got.key, reward: times * rewards[four.indexOf(got.arm)]! })
      }
    }
  })

  it.each(scaled)('%s: amounts of money around 100,000 have clearly less regret than chance', (_, options) => {
    const inMoney = linearRounds(2000, 3).map(({ context, means, rewards }) => (
      { context, means, rewards: rewards.map((reward) => 100_000 + 10_000 * reward) }
    ))
    const { own, chance } = regretOf(make({ ...options, standardizeRewards: true }), inMoney)
    expect(own).toBeLessThan(0.25 * chance)
    expect(regretOf(make(options), inMoney).own).toBeGreaterThan(1.5 * own)
  })

  it('what cannot be learned leaves no trace; it is no option of linUcb, and no other than true or false', () => {
    const own = make({ standardizeRewards: true })
    for (const { context, rewards } of linearRounds(20, 5)) {
      const { key } = own.choose(context)
      const before = banditBits({ ...own.snapshot(), delayed: null as never })
      expect(() => own.learn({ key, reward: NaN })).toThrow(/reward/)
      expect(banditBits({ ...own.snapshot(), delayed: null as never })).toBe(before)
      own.learn({ key, reward: rewards[0]! })
    }
    const refused = () => make({ policy: linUcb(), standardizeRewards: true })
    expect(refused).toThrow(/standardizeRewards is given, and linUcb/)
    expect(() => make({ standardizeRewards: 'yes' as never })).toThrow(/standardizeRewards is no choice/)
  })
})

describe('regret on rewards that are linear in the context', () => {
  it.each(learners)('%s: clearly less than chance, over three worlds', (_, options) => {
    for (const seed of [1, 2, 3]) {
      const { own, chance } = regretOf(make(options, seed), linearRounds(2000, seed))
      expect(own).toBeLessThan(0.25 * chance)
    }
  })

  it.each(learners.filter(([name]) => name !== 'epsilonGreedy'))(
    '%s: sublinear: of four times as many rounds less than 2.8 times the regret', (_, options) => {
      const rounds = [4, 5, 6].map((seed) => linearRounds(4000, seed))
      const sums = rounds.map((all, k) => {
        const learner = make(options, k)
        const early = regretOf(learner, all.slice(0, 1000)).own
        return [early, early + regretOf(learner, all.slice(1000)).own] as const
      })
      const [early, all] = [0, 1].map((k) => sums.reduce((sum, pair) => sum + pair[k]!, 0))
      expect(all).toBeLessThan(2.8 * early!)
    }, 120_000,
  )

  it.each(learners.slice(0, 3))('%s: tells categories apart that are met one after the other', (_, options) => {
    const own = bandit<Four>({
      features: features({ kind: categorical() }), policy: squareCb(), arms: four, seed: 1, ...options,
    })
    const best: Record<string, Four> = { p: 'a', q: 'b', r: 'c', s: 'd' }
    const right = Array.from({ length: 1600 }, (_, k) => {
      const kind = 'pqrs'[rng(1, 'kinds').integer(k, Math.min(4, 1 + Math.floor(k / 300)))]!
      const { arm, key } = own.choose({ kind })
      own.learn({ key, reward: arm === best[kind] ? 1 : 0 })
      return arm === best[kind]
    })
    expect(right.slice(-400).filter(Boolean).length).toBeGreaterThan(270)
  })

  it('linUcb: nearly nothing after its first rounds', () => {
    const learner = make({ policy: linUcb({ alpha: 0.5 }) })
    const rounds = linearRounds(2000, 9)
    regretOf(learner, rounds.slice(0, 500))
    const { own, chance } = regretOf(learner, rounds.slice(500))
    expect(own).toBeLessThan(0.02 * chance)
  })
})

describe('the resume law of bandits', () => {
  const wide = features({ x: numeric(), y: categorical(), z: hashed({ bits: 6 }), w: text({ bits: 6 }) })
  const step = fc.record({
    context: fc.record({
      x: fc.constantFrom(undefined, 1, -3, 2.5, 40), y: fc.constantFrom('p', 'q', 'r'), z: fc.constantFrom('s', 'new'),
      w: fc.constantFrom(undefined, 'to be or not to be'),
    }),
    offered: fc.subarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 }),
    price: fc.constantFrom(null, 1, 7), answers: fc.nat(12), reward: fc.constantFrom(0, 1, -2, 0.25, NaN),
  })
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
  const play = (own: Bandit<string, object>, steps: readonly Step[]) => (
    steps.map(({ context, offered, price, answers, reward }) => {
      const arms = offered.map((arm) => (price === null ? arm : { arm, features: { x: price } }))
      const decision = own.choose(context, { arms })
      try {
        own.learn({ key: Number(decision.key) - answers, reward })
      } catch {
        // Rejected: part of what is compared.
      }
      return decision
    })
  )

  it.each(learners)('%s: stopped anywhere, restored and gone on, as if never stopped', (_, options) => {
    const build = (): Bandit<string, object> => bandit<string>({
      policy: squareCb(), ...options, features: wide, seed: 3, within: 8, noReward: 0, capacity: 6,
    } as BanditOptions<string>)
    fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 30 }), fc.nat(29), (steps, at) => {
      const [whole, first, second] = [build(), build(), build()]
      const expected = play(whole, steps)
      const begun = play(first, steps.slice(0, at))
      second.restore(first.snapshot())
      expect([...begun, ...play(second, steps.slice(at))]).toEqual(expected)
      expect(banditBits(second.snapshot())).toBe(banditBits(whole.snapshot()))
      expect(second.counters).toMatchObject({ learned: whole.counters.learned, pending: whole.counters.pending })
    }), { numRuns: 25 })
  })

  it('a snapshot never changes after it was taken, and is gone back to', () => {
    for (const [, options] of learners) {
      const own = make(options)
      const rounds = linearRounds(200, 1)
      regretOf(own, rounds.slice(0, 100))
      const state = own.snapshot()
      const bits = banditBits(state)
      regretOf(own, rounds.slice(100))
      expect(banditBits(state)).toBe(bits)
      own.restore(state)
      expect(banditBits(own.snapshot())).toBe(bits)
    }
  })

  it('into one of another seed: what is drawn is as where the state is from', () => {
    const [first, other] = [1, 2].map((seed) => make({ policy: epsilonGreedy({ epsilon: 0.8 }) }, seed)) as [
      Bandit<Four, Place>, Bandit<Four, Place>,
    ]
    const choices = (each: typeof first): readonly string[] => (
      Array.from({ length: 30 }, (_, k) => each.choose({ x: k, y: 0 }).arm)
    )
    choices(first)
    other.restore(first.snapshot())
    expect(choices(other)).toEqual(choices(first))
    expect(other.snapshot().seed).toBe(1)
  })

  it('refuses the state of another bandit, and has not changed', () => {
    const [graph, ridge] = [make({}), make({ policy: linUcb() })]
    for (const own of [graph, ridge]) regretOf(own, linearRounds(20, 1))
    const states: BanditState[] = [graph.snapshot(), ridge.snapshot()]
    const broken = { ...states[1]!, model: { ...states[1]!.model, arms: [null] } }
    expect(() => ridge.restore(broken as never)).toThrow(/no state of a linUcb bandit/)
    for (const [k, own] of [graph, ridge].entries()) {
      const before = banditBits(own.snapshot())
      expect(() => own.restore(states[1 - k]!)).toThrow()
      for (const wrong of [undefined, { ...states[k]!, decisions: -1 }, { ...states[k]!, model: undefined }]) {
        expect(() => own.restore(wrong as never)).toThrow(/this is no state of a bandit/)
      }
      expect(() => own.restore({ ...states[k]!, delayed: {} as never })).toThrow(/no state of delayed labels/)
      expect(banditBits(own.snapshot())).toBe(before)
    }
  })
})

describe('arms that come and go', () => {
  it.each(learners.slice(0, 3))('%s: an arm that is better than all is found when it comes', (_, options) => {
    const own = make({ ...options, arms: undefined as never }) as unknown as Bandit<string, Place>
    const random = rng(1, 'comes')
    const chosen: string[] = []
    for (let k = 0; k < 2000; k++) {
      const arms = k < 800 ? ['a', 'b'] : k < 1600 ? ['a', 'b', 'star'] : ['a', 'b']
      const { arm, key } = own.choose({ x: standardNormal(random, 3 * k), y: 1 }, { arms })
      chosen.push(arm)
      own.learn({ key, reward: { a: 0, b: 0.3, star: 1 }[arm]! + 0.1 * standardNormal(random, 3 * k + 1) })
    }
    const share = (arm: string, from: number, to: number): number => (
      chosen.slice(from, to).filter((name) => name === arm).length / (to - from)
    )
    expect(share('b', 400, 800)).toBeGreaterThan(0.8)
    expect(share('star', 1200, 1600)).toBeGreaterThan(0.8)
    expect(share('b', 1700, 2000)).toBeGreaterThan(0.8)
  })

  it('a new arm changes no bit of what is expected of the others', () => {
    for (const [, options] of learners) {
      const own = make({ ...options, arms: undefined as never }) as unknown as Bandit<string, Place>
      const { key } = own.choose({ x: 1, y: 2 }, { arms: ['a'] })
      own.learn({ key, reward: 1 })
      const before = own.choose({ x: 3, y: 1 }, { arms: ['a', 'b'] }).scores
      const after = own.choose({ x: 3, y: 1 }, { arms: ['a', 'new', 'b'] }).scores
      expect([after[0], after[2]]).toEqual(before)
    }
  })

  it('what is known about arms carries over to one that was never chosen', () => {
    const own = bandit<string>({ features: features({ price: numeric() }), policy: squareCb(), seed: 1 })
    const random = rng(2, 'prices')
    for (let k = 0; k < 1500; k++) {
      const arms = [0, 1, 2].map((j) => ({ arm: `ware ${j}`, features: { price: random.integer(5 * k + j, 10) } }))
      const { arm, key } = own.choose({}, { arms })
      own.learn({ key, reward: 5 - arms.find((offer) => offer.arm === arm)!.features.price })
    }
    const strange = [2, 8].map((price) => ({ arm: `new ${price}`, features: { price } }))
    const { scores } = own.choose({}, { arms: strange })
    expect(scores[0]! - scores[1]!).toBeGreaterThan(2)
  })
})

describe('the log of a bandit', () => {
  it('judges a policy that was never tried: its estimate is near what the policy then brings', () => {
    const own = make({ policy: epsilonGreedy({ epsilon: 0.5 }) })
    const always = offPolicy({ policy: ({ arms }) => arms.map((arm) => (arm === 'c' ? 1 : 0)) })
    own.decisions$.subscribe((logged) => always.update(logged))
    const rounds = linearRounds(4000, 5)
    regretOf(own, rounds)
    const truth = rounds.reduce((sum, { means }) => sum + means[2]!, 0) / rounds.length
    const { ips, doublyRobust } = always.standardErrors
    expect(always.count).toBe(4000)
    expect(Math.abs(always.ips - truth)).toBeLessThan(3 * ips)
    expect(Math.abs(always.doublyRobust - truth)).toBeLessThan(3 * doublyRobust)
    expect(doublyRobust).toBeLessThan(0.8 * ips)
  })
})
