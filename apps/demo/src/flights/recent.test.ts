import { describe, expect, it } from 'vitest'
import { RecentAuc } from './recent-auc.ts'
import { RecentMean } from './recent-mean.ts'

describe('RecentAuc.value', () => {
  it('agrees with counting all pairs, ties and a full window included', () => {
    const auc = new RecentAuc(50)
    const kept: [number, boolean][] = []
    for (let k = 0; k < 130; k++) {
      const score = ((k * 7919) % 23) / 23
      const isPositive = (k * 104_729) % 3 === 0
      auc.add(score, isPositive)
      kept.push([score, isPositive])
    }
    const window = kept.slice(-50)
    const positives = window.filter(([, p]) => p).map(([s]) => s)
    const negatives = window.filter(([, p]) => !p).map(([s]) => s)
    const won = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)))
    expect(auc.value).toBeCloseTo(won.reduce<number>((sum, w) => sum + w, 0) / won.length, 12)
  })

  it('is NaN until both kinds were seen', () => {
    const auc = new RecentAuc(3)
    expect(auc.value).toBeNaN()
    auc.add(0.5, true)
    expect(auc.value).toBeNaN()
    auc.add(0.1, false)
    expect(auc.value).toBe(1)
  })
})

describe('RecentMean.value', () => {
  it('forgets what has left the window', () => {
    const mean = new RecentMean(3)
    expect(mean.value).toBeNaN()
    for (const value of [100, 1, 2]) mean.add(value)
    expect(mean.value).toBeCloseTo(103 / 3, 12)
    mean.add(3)
    expect(mean.value).toBe(2)
  })
})
