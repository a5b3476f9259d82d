import fc from 'fast-check'
import { rng } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { offPolicy } from './off-policy.ts'
import { drawn } from './policy.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, k) => `arm ${k}`)
const shares = (weights: readonly number[]): number[] => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** A situation: how the log was made, what is judged, what the arms bring, and what somebody believes they do. */
const situation = fc.integer({ min: 1, max: 6 }).chain((count) => {
  const list = (min: number, max: number) => (
    fc.array(fc.double({ min, max, noNaN: true }), { minLength: count, maxLength: count })
  )
  return fc.record({
    logging: list(0.01, 1).map(shares), target: list(0.001, 1).map(shares), rewards: list(-9, 9), beliefs: list(-9, 9),
  })
})

describe('estimates of what another policy would bring', () => {
  it('ips and doublyRobust are unbiased: their expectation over the log is the value, whatever the beliefs', () => {
    fc.assert(fc.property(situation, ({ logging, target, rewards, beliefs }) => {
      const arms = names(logging.length)
      const value = rewards.reduce((sum, reward, k) => sum + target[k]! * reward, 0)
      const expected = { ips: 0, doublyRobust: 0 }
      arms.forEach((arm, k) => {
        const one = offPolicy({ policy: () => target, estimates: () => beliefs })
        one.update({ arm, arms, propensity: logging[k]!, reward: rewards[k]! } as never)
        expected.ips += logging[k]! * one.ips
        expected.doublyRobust += logging[k]! * one.doublyRobust
      })
      expect(expected.ips).toBeCloseTo(value, 9)
      expect(expected.doublyRobust).toBeCloseTo(value, 9)
    }), { numRuns: 300 })
  })

  it('snips stays among the rewards that were met, and is not moved with them as ips is', () => {
    fc.assert(fc.property(situation, fc.double({ min: -100, max: 100, noNaN: true }), (given, shift) => {
      const { logging, target, rewards } = given
      const [plain, moved] = [0, 1].map(() => offPolicy({ policy: () => target }))
      const arms = names(logging.length)
      arms.forEach((arm, k) => {
        const logged = { arm, arms, propensity: logging[k]! } as never as { arm: string }
        plain!.update({ ...logged, reward: rewards[k]! } as never)
        moved!.update({ ...logged, reward: rewards[k]! + shift } as never)
      })
      expect(plain!.snips).toBeGreaterThanOrEqual(Math.min(...rewards) - 1e-9)
      expect(plain!.snips).toBeLessThanOrEqual(Math.max(...rewards) + 1e-9)
      expect(moved!.snips - plain!.snips).toBeCloseTo(shift, 6)
    }), { numRuns: 200 })
  })

  it('a long random log: all three agree with the truth within three errors; good beliefs are narrower', () => {
    const random = rng(3, 'log')
    const arms = names(3)
    const truth = [0.2, 0.5, 0.7]
    const target = [0.1, 0.2, 0.7]
    const value = 0.1 * 0.2 + 0.2 * 0.5 + 0.7 * 0.7
    const logging = epsilonGreedy({ epsilon: 0.3 }).propensities([1, 0, 0], 0)
    const plain = offPolicy({ policy: () => target })
    const robust = offPolicy({ policy: () => target, estimates: () => truth })
    for (let i = 0; i < 20_000; i++) {
      const k = drawn(logging, random.uniform(2 * i))
      const reward = random.uniform(2 * i + 1) < truth[k]! ? 1 : 0
      const logged = { arm: arms[k]!, arms, propensity: logging[k]!, reward } as never
      plain.update(logged)
      robust.update(logged)
    }
    const { ips } = plain.standardErrors
    const { doublyRobust } = robust.standardErrors
    expect(Math.abs(plain.ips - value)).toBeLessThan(3 * ips)
    expect(Math.abs(plain.snips - value)).toBeLessThan(3 * ips)
    expect(Math.abs(robust.doublyRobust - value)).toBeLessThan(3 * doublyRobust)
    expect(doublyRobust).toBeLessThan(0.8 * ips)
    expect(plain.doublyRobust).toBe(plain.ips)
    expect(plain.effectiveCount).toBeLessThan(0.4 * plain.count)
  })

  it('of a policy on itself, the mean reward', () => {
    const own = offPolicy({ policy: () => [0.25, 0.75] })
    const log = [[0, 4], [1, 1], [1, 2], [1, 5]] as const
    for (const [k, reward] of log) {
      own.update({ arm: names(2)[k]!, arms: names(2), propensity: [0.25, 0.75][k]!, reward } as never)
    }
    expect([own.ips, own.snips, own.doublyRobust, own.effectiveCount]).toEqual([3, 3, 3, 4])
  })

  it('weightMax cuts the weight of a decision that was hardly ever made', () => {
    const [cut, free] = [2, undefined].map((weightMax) => (
      offPolicy({ policy: () => [1, 0], ...(weightMax === undefined ? {} : { weightMax }) })
    ))
    for (const one of [cut!, free!]) one.update({ arm: 'a', arms: ['a', 'b'], propensity: 0.01, reward: 1 } as never)
    expect([cut!.ips, free!.ips]).toEqual([2, 100])
    expect(() => offPolicy({ policy: () => [], weightMax: 0 })).toThrow(/weightMax is out of range/)
  })

  it('NaN before there is anything; a state is gone back to exactly', () => {
    const one = offPolicy({ policy: () => [0.5, 0.5] })
    expect([one.ips, one.snips, one.doublyRobust, one.effectiveCount]).toEqual([NaN, NaN, NaN, 0])
    one.update({ arm: 'a', arms: ['a', 'b'], propensity: 0.3, reward: 0.1 } as never)
    const before = one.state
    one.update({ arm: 'b', arms: ['a', 'b'], propensity: 0.7, reward: 9 } as never)
    const other = offPolicy({ policy: () => [0.5, 0.5] })
    other.restore(JSON.parse(JSON.stringify(before)))
    expect(other.state).toEqual(before)
    expect(() => other.restore({ ...before, weights: NaN })).toThrow(/this is no state of estimates/)
  })

  it.each([
    [{ propensity: 0 }, /the propensity is no probability.*got 0, wanted above 0/],
    [{ propensity: 1.2 }, /the propensity is no probability/],
    [{ reward: NaN }, /the reward is not finite/],
    [{ arm: 'c' }, /was not offered.*got "c", wanted one of a, b/],
    [{ arms: ['a', 'b', 'c'] }, /the policy gives no probabilities/],
    [{ scores: [NaN, 1] }, /estimates are not finite/],
  ])('refuses %j and changes nothing', (wrong, message) => {
    const one = offPolicy({ policy: () => [0.5, 0.5] })
    const logged = { arm: 'a', arms: ['a', 'b'], propensity: 0.5, reward: 1, ...wrong } as never
    expect(() => one.update(logged)).toThrow(message)
    expect(one.count).toBe(0)
  })

  const logged = { arm: 'a', arms: ['a', 'b'], propensity: 0.5, reward: 1 }
  it.each([
    [undefined, {}, /this is no logged decision.*got undefined/],
    [{ arm: 'a', propensity: 1, reward: 1 }, {}, /this is no logged decision.*wanted \{ arm, arms,/],
    [logged, { policy: () => undefined }, /the policy gives no probabilities, in offPolicy: got undefined/],
    [logged, { estimates: () => [1] }, /estimates are not finite.*wanted a number for each arm/],
    [logged, { estimates: () => undefined }, /estimates are not finite/],
    [{ ...logged, reward: 1e308, propensity: 1e-9 }, {}, /the estimate overflows/],
  ])('%#: says what is wrong with the decision, the policy or the estimates', (given, options, message) => {
    const one = offPolicy({ policy: () => [0.5, 0.5], ...options } as never)
    expect(() => one.update(given as never)).toThrow(message)
    expect(one.count).toBe(0)
  })

  it('wants a policy', () => {
    for (const policy of [undefined, epsilonGreedy()]) {
      expect(() => offPolicy({ policy } as never)).toThrow(/the policy is no function, in offPolicy/)
    }
  })
})
