import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Baseline } from '../metrics/metric.ts'
import { bucketOf, bucketValue } from './buckets.ts'
import { classPrior } from './class-prior.ts'
import { lastClass } from './last-class.ts'
import { meanBaseline } from './mean.ts'
import { medianBaseline } from './median.ts'
import { noChange } from './no-change.ts'
import { quantileBaseline } from './quantile.ts'

const short = fc.integer({ min: -2048, max: 2048 })
const labels = fc.array(fc.oneof(short, fc.double({ min: -1e9, max: 1e9, noNaN: true })), { maxLength: 60 })

const sorted = (seen: readonly number[]): readonly number[] => [...seen].sort((a, b) => a - b)

/** What a baseline should say, from the whole list of labels so far. */
const batch = {
  noChange: (seen: readonly number[]) => seen.at(-1) ?? 0,
  mean: (seen: readonly number[]) => (seen.length === 0 ? 0 : seen.reduce((a, b) => a + b) / seen.length),
  median: (seen: readonly number[]) => sorted(seen)[Math.ceil(seen.length / 2) - 1] ?? 0,
  quarter: (seen: readonly number[]) => sorted(seen)[Math.ceil(seen.length / 4) - 1] ?? 0,
  most: (seen: readonly number[]) => sorted(seen)[seen.length - Math.floor(seen.length / 8) - 1] ?? 0,
}

describe.each([
  ['noChange', noChange, batch.noChange, 0], ['meanBaseline', meanBaseline, batch.mean, 1e-12],
  ['medianBaseline', medianBaseline, batch.median, 2 ** -10],
  ['quantileBaseline of 0.25', () => quantileBaseline({ quantile: 0.25 }), batch.quarter, 2 ** -10],
  ['quantileBaseline of 0.875', () => quantileBaseline({ quantile: 0.875 }), batch.most, 2 ** -10],
] as const)('%s()', (_, make, answer, tolerance) => {
  it('predicts the batch answer for the labels before', () => {
    fc.assert(fc.property(labels, (all) => {
      const baseline: Baseline<number> = make()
      all.forEach((label, k) => {
        const wanted = answer(all.slice(0, k))
        const scale = tolerance === 1e-12 ? 1e9 : Math.abs(wanted)
        expect(Math.abs(baseline.predict() - wanted)).toBeLessThanOrEqual(tolerance * scale + 2 ** -128)
        baseline.update(label)
      })
    }))
  })

  it('restore(state) continues bit for bit', () => {
    fc.assert(fc.property(labels, labels, (before, after) => {
      const [baseline, copy]: Baseline<number>[] = [make(), make()]
      for (const label of before) baseline!.update(label)
      copy!.update(99)
      copy!.restore(baseline!.state)
      for (const label of after) {
        expect(copy!.predict()).toBe(baseline!.predict())
        baseline!.update(label)
        copy!.update(label)
      }
      expect(copy!.state).toEqual(baseline!.state)
    }))
  })
})

describe('medianBaseline()', () => {
  it('is exact for whole numbers up to 2,048', () => {
    fc.assert(fc.property(fc.array(short, { maxLength: 80 }), (all) => {
      const baseline = medianBaseline()
      all.forEach((label, k) => {
        baseline.update(label)
        expect(baseline.predict()).toBe(batch.median(all.slice(0, k + 1)))
      })
    }))
  })
})

describe('quantileBaseline({ quantile })', () => {
  it('has the least pinball loss of all constants that were labels', () => {
    const some = fc.array(short, { minLength: 1, maxLength: 40 })
    fc.assert(fc.property(some, fc.integer({ min: 1, max: 9 }), (all, q) => {
      const baseline = quantileBaseline({ quantile: q / 10 })
      for (const label of all) baseline.update(label)
      const lossOf = (guess: number): number => all.reduce((sum, label) => (
        sum + (label > guess ? q * (label - guess) : (10 - q) * (guess - label))
      ), 0)
      for (const guess of all) expect(lossOf(baseline.predict())).toBeLessThanOrEqual(lossOf(guess))
    }))
  })

  it.each([[0], [1], [NaN], ['0.9'], [undefined]])('of %s throws a ValueError', (quantile) => {
    expect(() => quantileBaseline({ quantile: quantile as never })).toThrow(/quantile is out of range, in quantileBase/)
  })
})

describe('bucketOf(x)', () => {
  it('never falls while x rises, and its value is at most 2^-10 below x', () => {
    const wide = fc.oneof(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), short)
    fc.assert(fc.property(wide, wide, (a, b) => {
      if (a <= b) expect(bucketOf(a)).toBeLessThanOrEqual(bucketOf(b))
      const value = bucketValue(bucketOf(a))
      expect(Math.abs(value)).toBeLessThanOrEqual(Math.abs(a))
      expect(Math.abs(a - value)).toBeLessThanOrEqual(Math.max(2 ** -128, Math.abs(a) * 2 ** -10))
    }))
    expect([bucketOf(0), bucketOf(-0), bucketValue(0)]).toEqual([0, 0, 0])
  })
})

describe('classPrior(3), lastClass(3)', () => {
  it('predict the shares, and the last class', () => {
    const [prior, last] = [classPrior(3), lastClass(3)]
    expect([Array.from(prior.predict()), Array.from(last.predict())]).toEqual([[1 / 3, 1 / 3, 1 / 3], []])
    for (const label of [2, 1, 2, 2]) for (const baseline of [prior, last]) baseline.update(label)
    expect(Array.from(prior.predict())).toEqual([0, 0.25, 0.75])
    expect(Array.from(last.predict())).toEqual([0, 0, 1])
    const copies = [classPrior(3), lastClass(3)]
    copies[0]!.restore(prior.state)
    copies[1]!.restore(last.state)
    expect(copies.map((copy) => Array.from(copy.predict()))).toEqual([[0, 0.25, 0.75], [0, 0, 1]])
  })

  it('grow with the classes', () => {
    const [prior, last] = [classPrior(), lastClass()]
    expect([Array.from(prior.predict()), Array.from(last.predict())]).toEqual([[1], []])
    const untold = lastClass(4)
    untold.restore(lastClass().state)
    untold.update(2)
    expect(Array.from(untold.predict())).toEqual([0, 0, 1])
    for (const label of [0, 3]) for (const baseline of [prior, last]) baseline.update(label)
    expect([Array.from(prior.predict()), Array.from(last.predict())]).toEqual([[0.5, 0, 0, 0.5], [0, 0, 0, 1]])
    const copies = [classPrior(), lastClass()]
    copies[0]!.restore(prior.state)
    copies[1]!.restore(last.state)
    expect(copies.map((copy) => Array.from(copy.predict()))).toEqual([[0.5, 0, 0, 0.5], [0, 0, 0, 1]])
  })
})
