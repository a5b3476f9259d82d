import fc from 'fast-check'
import { rng, standardNormal } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { RidgeArm } from './ridge-arm.ts'

interface Case {
  readonly x: readonly number[]
  readonly reward: number
}

/** Solves M y = v by Gauss and Jordan with pivots. */
function solve(matrix: readonly (readonly number[])[], v: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, v[i]!])
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.slice(k).reduce((best, row, i) => (
      Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best
    ), k)
    ;[rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!]
    for (let i = 0; i < rows.length; i++) {
      if (i === k) continue
      const share = rows[i]![k]! / rows[k]![k]!
      rows[i] = rows[i]!.map((value, j) => value - share * rows[k]![j]!)
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!)
}

/** The ridge regression of all cases at once: its estimate for x, and the doubt of it. */
function batch(cases: readonly Case[], x: readonly number[], regularization: number): { mean: number; width: number } {
  const matrix = x.map((_, i) => x.map((_value, j) => (
    cases.reduce((sum, { x: seen }) => sum + seen[i]! * seen[j]!, i === j ? regularization : 0)
  )))
  const theta = solve(matrix, x.map((_, i) => cases.reduce((sum, { x: seen, reward }) => sum + reward * seen[i]!, 0)))
  const inverse = solve(matrix, x)
  const dot = (a: readonly number[]): number => a.reduce((sum, value, i) => sum + value * x[i]!, 0)
  return { mean: dot(theta), width: Math.sqrt(dot(inverse)) }
}

/** Only what is not zero, as events come, in an order of their own. */
const pairsOf = (x: readonly number[]): [number[], number[]] => {
  const slots = x.map((_, i) => 7 * (x.length - i)).filter((_, i) => x[i] !== 0)
  return [slots, x.filter((value) => value !== 0)]
}

const number = fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 40 }).map((k) => k / 8))
const problem = fc.integer({ min: 1, max: 7 }).chain((d) => {
  const x = fc.array(number, { minLength: d, maxLength: d })
  return fc.record({
    cases: fc.array(fc.record({ x, reward: number }), { maxLength: 25 }), x,
    regularization: fc.constantFrom(0.1, 1, 5),
  })
})

describe('RidgeArm', () => {
  it('is the ridge regression of all rewards at once: estimate and doubt, numbers that are met late included', () => {
    fc.assert(fc.property(problem, ({ cases, x, regularization }) => {
      const arm = new RidgeArm(regularization, 20)
      for (const one of cases) arm.learn(...pairsOf(one.x), one.reward)
      const got = arm.estimate(...pairsOf(x))
      const wanted = batch(cases, x, regularization)
      expect(got.mean).toBeCloseTo(wanted.mean, 8)
      expect(got.width).toBeCloseTo(wanted.width, 8)
    }), { numRuns: 200 })
  })

  it('is still that after 50,000 rewards with numbers that nearly say the same', () => {
    const random = rng(1, 'ridge')
    const arm = new RidgeArm(1, 20)
    const cases = Array.from({ length: 50_000 }, (_, k): Case => {
      const [a, b] = [standardNormal(random, 4 * k), standardNormal(random, 4 * k + 1)]
      return { x: [1, a, a + 1e-3 * b, b], reward: a - b + standardNormal(random, 4 * k + 2) }
    })
    for (const one of cases) arm.learn(...pairsOf(one.x), one.reward)
    const wanted = batch(cases, [1, 2, -2, 0.5], 1)
    const got = arm.estimate(...pairsOf([1, 2, -2, 0.5]))
    expect(got.mean).toBeCloseTo(wanted.mean, 6)
    expect(got.width).toBeCloseTo(wanted.width, 6)
  })

  it('a weight counts an event that often', () => {
    const [once, thrice] = [new RidgeArm(1, 5), new RidgeArm(1, 5)]
    for (let k = 0; k < 3; k++) once.learn([1, 2], [1, -2], 4)
    thrice.learn([1, 2], [1, -2], 4, 3)
    expect(thrice.estimate([1, 2], [1, 1]).mean).toBeCloseTo(once.estimate([1, 2], [1, 1]).mean, 12)
    expect(thrice.estimate([2], [1]).width).toBeCloseTo(once.estimate([2], [1]).width, 12)
  })

  it('leaves out, and counts, numbers beyond its room', () => {
    const arm = new RidgeArm(1, 2)
    expect(arm.learn([5, 6, 7, 8], [1, 1, 1, 1], 1)).toBe(2)
    expect(arm.dimensions).toBe(2)
    expect(arm.estimate([7, 8], [3, 4])).toEqual({ mean: 0, width: 5 })
  })

  it('what cannot be squared changes nothing, new numbers included', () => {
    const arm = new RidgeArm(1, 9)
    arm.learn([1], [2], 3)
    const before = arm.state
    expect(() => arm.learn([1, 4], [1e200, 1], 1)).toThrow(/too large to be squared/)
    expect([arm.state, arm.dimensions, arm.count]).toEqual([before, 1, 1])
  })

  it('state and restore go on bit for bit; another bound, or something else, is refused', () => {
    const [arm, other] = [new RidgeArm(1, 9), new RidgeArm(1, 9)]
    arm.learn([1, 2, 9], [1, 2, 3], 4)
    other.restore(arm.state)
    for (const one of [arm, other]) one.learn([2, 3], [1, -1], 2)
    expect(other.state).toEqual(arm.state)
    expect(() => new RidgeArm(1, 2).restore(arm.state)).toThrow(/at most 2 distinct slots/)
    expect(() => other.restore({ ...arm.state, weights: arm.state.inverse })).toThrow(/this is no model of an arm/)
  })
})
