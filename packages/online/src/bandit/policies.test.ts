import fc from 'fast-check'
import { exponentialDecay, reduceOnPlateau } from '@eddy/optim'
import { rng } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { epsilonGreedy } from './epsilon-greedy.ts'
import { linUcb } from './lin-ucb.ts'
import { drawn } from './policy.ts'
import { squareCb } from './square-cb.ts'

const scores = fc.array(fc.double({ min: -1e30, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 20 })
const policy = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map((epsilon) => epsilonGreedy({ epsilon })),
  fc.double({ min: 1e-3, max: 1e9, noNaN: true }).map((decay) => epsilonGreedy({ epsilon: 1, decay })),
  fc.record({
    gamma: fc.double({ min: 1e-3, max: 1e6, noNaN: true }), growth: fc.constantFrom('root' as const, 'none' as const),
  }).map(squareCb),
  fc.constant(linUcb()),
)

describe('propensities', () => {
  it('are probabilities that sum to 1, and none is larger than that of a better arm', () => {
    fc.assert(fc.property(policy, scores, fc.nat(1e9), (how, given, decision) => {
      const shares = how.propensities(given, decision)
      expect(shares).toHaveLength(given.length)
      expect(shares.every((share) => share >= -1e-12 && share <= 1 + 1e-12)).toBe(true)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
      const byScore = given.map((score, k) => ({ score, share: shares[k]! })).sort((a, b) => a.score - b.score)
      byScore.slice(1).forEach(({ score, share }, k) => {
        if (score > byScore[k]!.score) expect(share).toBeGreaterThanOrEqual(byScore[k]!.share - 1e-12)
      })
    }), { numRuns: 500 })
  })

  it('epsilonGreedy: epsilon / K for each, the rest for the best, shared where there are several', () => {
    expect(epsilonGreedy({ epsilon: 0.4 }).propensities([1, 3, 3, 2], 0)).toEqual([0.1, 0.4, 0.4, 0.1])
    expect(epsilonGreedy({ epsilon: 0 }).propensities([1, 3], 0)).toEqual([0, 1])
    expect(epsilonGreedy({ epsilon: 1 }).propensities([1, 3], 0)).toEqual([0.5, 0.5])
  })

  it('epsilonGreedy: epsilon shrinks with the root of the decisions, or as a schedule says', () => {
    const shrinking = epsilonGreedy({ epsilon: 0.8, decay: 5 })
    expect([0, 15, 120].map((decision) => shrinking.propensities([0, 1], decision)[0])).toEqual([0.4, 0.2, 0.08])
    const halving = epsilonGreedy({ epsilon: exponentialDecay({ learningRate: 1, gamma: 0.5 }) })
    expect([0, 1, 3].map((decision) => halving.propensities([0, 1], decision)[0])).toEqual([0.5, 0.25, 0.0625])
    expect([shrinking.name, halving.name]).toEqual([
      'epsilonGreedy(0.8, decay 5)', 'epsilonGreedy(exponentialDecay)',
    ])
  })

  it('squareCb: inverse gaps by hand; gamma grows with the root of the number of decisions', () => {
    // K = 3, gaps 0.5 and 1: 1 / (3 + 4 * 0.5) and 1 / (3 + 4).
    const [middle, best, worst] = squareCb({ gamma: 4, growth: 'none' }).propensities([0.5, 1, 0], 99)
    expect([middle, worst]).toEqual([1 / 5, 1 / 7])
    expect(best).toBeCloseTo(1 - 1 / 5 - 1 / 7, 15)
    expect(squareCb({ gamma: 1 }).propensities([0, 1], 15)[0]).toBe(1 / 6)
  })

  it('linUcb: all for the highest bound', () => {
    expect(linUcb().propensities([1, 5, 5, 2], 3)).toEqual([0, 0.5, 0.5, 0])
  })
})

describe('drawn(propensities, uniform)', () => {
  it('draws as often as the probabilities say: within four deviations over 20,000 draws', () => {
    const shares = squareCb({ gamma: 3, growth: 'none' }).propensities([0.1, 0.9, 0.5, 0.6], 0)
    const random = rng(7, 'drawn')
    const counts = shares.map(() => 0)
    for (let i = 0; i < 20_000; i++) counts[drawn(shares, random.uniform(i))]!++
    counts.forEach((count, k) => {
      const deviation = Math.sqrt(20_000 * shares[k]! * (1 - shares[k]!))
      expect(Math.abs(count - 20_000 * shares[k]!)).toBeLessThan(4 * deviation)
    })
  })

  it('never draws what has no probability, not even where rounding leaves a gap at the end', () => {
    expect(drawn([0, 1, 0], 0)).toBe(1)
    expect(drawn([0.5, 0.5 - 1e-9, 0], 1 - 2 ** -53)).toBe(1)
    expect(drawn([0.25, 0, 0.75], 0.25)).toBe(2)
  })
})

describe('options of policies', () => {
  it.each([
    [() => epsilonGreedy({ epsilon: 1.5 }), /epsilon is out of range, in epsilonGreedy: got 1.5/],
    [() => epsilonGreedy({ epsilon: '0.1' as never }), /epsilon is out of range.*got "0.1"/],
    [() => epsilonGreedy({ decay: 0 }), /decay is out of range, in epsilonGreedy: got 0, wanted a finite number > 0/],
    [() => epsilonGreedy({ epsilon: exponentialDecay({ learningRate: 2, gamma: 1 }) }), /no schedule of shares/],
    [() => epsilonGreedy({ epsilon: {} as never }), /no schedule of shares.*whose max is at most 1/],
    [() => epsilonGreedy({ epsilon: reduceOnPlateau({ learningRate: 1 }) }), /waits for losses.*the step alone/],
    [() => epsilonGreedy({ epsilon: exponentialDecay({ learningRate: 1, gamma: 1 }), decay: 9 }), /beside a schedule/],
    [() => squareCb({ gamma: 0 }), /gamma is out of range, in squareCb: got 0, wanted a finite number > 0/],
    [() => squareCb({ growth: 'fast' as never }), /growth is out of range.*'root' or 'none'/],
    [() => linUcb({ alpha: NaN }), /alpha is out of range, in linUcb: got NaN/],
    [() => linUcb({ regularization: -1 }), /regularization is out of range/],
    [() => linUcb({ armsMax: 0 }), /armsMax is out of range.*10,000/],
    [() => linUcb({ dimensionsMax: 0.5 }), /dimensionsMax is out of range.*take squareCb/],
  ])('%# say what was wanted', (make, message) => {
    expect(make).toThrow(message)
  })
})
