import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mae } from './mae.ts'
import type { Metric } from './metric.ts'
import { r2 } from './r2.ts'
import { rmse } from './rmse.ts'

type Pair = readonly [prediction: number, label: number]
const number = fc.oneof(fc.integer({ min: -1000, max: 1000 }).map((x) => x / 7), fc.constantFrom(0, 1e3, -1e-3))
const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 60 })
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)

/** The answers over a whole batch, from the textbook. */
const batch = {
  mae: (all: readonly Pair[]) => sum(all.map(([p, y]) => Math.abs(p - y))) / all.length,
  rmse: (all: readonly Pair[]) => Math.sqrt(sum(all.map(([p, y]) => (p - y) ** 2)) / all.length),
  r2: (all: readonly Pair[]) => {
    const mean = sum(all.map(([, y]) => y)) / all.length
    return 1 - sum(all.map(([p, y]) => (p - y) ** 2)) / sum(all.map(([, y]) => (y - mean) ** 2))
  },
}

describe.each([['mae', mae, batch.mae], ['rmse', rmse, batch.rmse], ['r2', r2, batch.r2]] as const)(
  '%s()', (name, make, answer) => {
    it('equals the batch answer after every update', () => {
      fc.assert(fc.property(pairs, (all) => {
        const metric: Metric<number> = make()
        all.forEach(([prediction, label], k) => {
          metric.update(prediction, label)
          const wanted = answer(all.slice(0, k + 1))
          if (name === 'r2' && (k === 0 || !Number.isFinite(wanted) || Math.abs(wanted) > 1e6)) return
          expect(metric.value).toBeCloseTo(wanted, 7)
        })
      }))
    })

    it('is NaN before the first update', () => {
      expect(make().value).toBe(NaN)
    })

    it('restore(state) continues bit for bit', () => {
      fc.assert(fc.property(pairs, pairs, (before, after) => {
        const [metric, copy]: Metric<number>[] = [make(), make()]
        for (const [p, y] of before) metric!.update(p, y)
        const { state } = metric!
        copy!.restore(state)
        for (const [p, y] of after) metric!.update(p, y)
        expect(Object.isFrozen(state)).toBe(true)
        expect(copy!.state).toEqual(state)
        for (const [p, y] of after) copy!.update(p, y)
        expect(copy!.state).toEqual(metric!.state)
      }))
    })
  },
)

describe('numeric stability', () => {
  it('r2() keeps the variance of labels around 1e9, where the difference of squares would be lost', () => {
    const metric = r2()
    const labels = [4, 7, 13, 16].map((x) => x + 1e9)
    for (const label of labels) metric.update(1e9 + 10, label)
    // Errors and deviations from the mean 10 are the same numbers.
    expect(metric.value).toBeCloseTo(0, 12)
    const naive = sum(labels.map((y) => y * y)) / 4 - (sum(labels) / 4) ** 2
    expect(naive).not.toBe(22.5)
  })

  it('r2() is 0 for one label and for equal labels', () => {
    const metric = r2()
    metric.update(3, 5)
    expect(metric.value).toBe(0)
    metric.update(9, 5)
    expect(metric.value).toBe(0)
  })

  it('mae() of a million equal errors is that error', () => {
    const metric = mae()
    for (let i = 0; i < 1_000_000; i++) metric.update(0, 0.1)
    expect(metric.value).toBe(0.1)
  })
})
