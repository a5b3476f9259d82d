import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accuracy } from './accuracy.ts'
import { logLoss } from './log-loss.ts'
import { rocAuc } from './roc-auc.ts'
import { rolling } from './rolling.ts'

const probability = fc.double({ min: 0, max: 1, noNaN: true })
const label = fc.constantFrom(0, 1)
const pairs = fc.array(fc.tuple(probability, label), { minLength: 1, maxLength: 60 })
const clip = (p: number): number => Math.min(1 - 1e-15, Math.max(1e-15, p))

describe('accuracy()', () => {
  it('counts exactly: above one half is positive, one half is not', () => {
    const metric = accuracy()
    const seen: number[] = []
    for (const [p, y] of [[0.9, 1], [0.5, 1], [0.5, 0], [0.1, 1], [0.51, 1]] as const) {
      metric.update(p, y)
      seen.push(metric.value)
    }
    expect(seen).toEqual([1, 1 / 2, 2 / 3, 2 / 4, 3 / 5])
  })

  it('takes the first of equally probable classes', () => {
    const metric = accuracy()
    metric.update([0.4, 0.4, 0.2], 0)
    metric.update([0.2, 0.3, 0.5], 1)
    expect(metric.value).toBe(1 / 2)
  })

  it('takes a prediction without any class, as before the first label, for wrong', () => {
    for (const metric of [accuracy(), rolling(2, accuracy())]) {
      metric.update([], 0)
      expect(metric.value).toBe(0)
      metric.update([1], 0)
      expect(metric.value).toBe(1 / 2)
      metric.update([0.2, 0.8], 1)
    }
    const lately = rolling(2, accuracy())
    for (const prediction of [[], [1], [1]]) lately.update(prediction, 0)
    expect(lately.value).toBe(1)
  })
})

describe('logLoss()', () => {
  it('equals the batch answer after every update', () => {
    fc.assert(fc.property(pairs, (all) => {
      const metric = logLoss()
      let total = 0
      all.forEach(([p, y], k) => {
        metric.update(p, y)
        total -= Math.log(clip(y === 1 ? p : 1 - p))
        expect(metric.value).toBeCloseTo(total / (k + 1), 9)
      })
    }))
  })

  it('is the surprise of the right class, -log(1e-15) at worst', () => {
    const metric = logLoss()
    metric.update([0.2, 0.8], 1)
    expect(metric.value).toBeCloseTo(-Math.log(0.8), 14)
    const worst = logLoss()
    worst.update(0, 1)
    expect(worst.value).toBeCloseTo(34.538776394910684, 10)
  })
})

/** Share of (positive, negative) pairs that are in order, ties counting half. */
function exactAuc(all: readonly (readonly [number, number])[]): number {
  const [positives, negatives] = [1, 0].map((wanted) => all.filter(([, y]) => y === wanted).map(([p]) => p))
  let won = 0
  for (const p of positives!) for (const q of negatives!) won += p > q ? 1 : p === q ? 0.5 : 0
  return won / (positives!.length * negatives!.length)
}

describe('rocAuc()', () => {
  it('is exact when scores are far apart, ties included, after every update', () => {
    const score = fc.constantFrom(0, 1e-7, 0.01, 0.2, 0.5, 0.51, 0.9, 0.999, 1)
    fc.assert(fc.property(fc.array(fc.tuple(score, label), { maxLength: 40 }), (all) => {
      const metric = rocAuc()
      all.forEach(([p, y], k) => {
        metric.update(p, y)
        const wanted = exactAuc(all.slice(0, k + 1))
        if (Number.isNaN(wanted)) expect(metric.value).toBe(NaN)
        else expect(metric.value).toBeCloseTo(wanted, 12)
      })
    }))
  })

  it('restore(state) continues bit for bit', () => {
    fc.assert(fc.property(pairs, pairs, (before, after) => {
      const [metric, copy] = [rocAuc(), rocAuc()]
      for (const [p, y] of before) metric.update(p, y)
      copy.update(0.3, 1)
      copy.restore(metric.state)
      for (const each of [metric, copy]) for (const [p, y] of after) each.update(p, y)
      expect([copy.value, copy.state]).toEqual([metric.value, metric.state])
    }))
  })
})
