import { describe, expect, it } from 'vitest'
import { accuracy } from './accuracy.ts'
import { fading } from './fading.ts'
import { kappa } from './kappa.ts'
import { logLoss } from './log-loss.ts'
import { mae } from './mae.ts'
import type { Metric } from './metric.ts'
import { r2 } from './r2.ts'
import { rmse } from './rmse.ts'
import { rolling } from './rolling.ts'

const events = 10_000_000

function run(metric: Metric<number>, prediction: (k: number) => number, label: (k: number) => number): number {
  for (let k = 0; k < events; k++) metric.update(prediction(k), label(k))
  return metric.value
}

describe('ten million events', () => {
  it('mae(), rmse(): errors of 0.1 and 1e9 in turn give their true mean, rounded once', () => {
    expect(run(mae(), (k) => (k % 2 === 0 ? 0.1 : 1e9), () => 0)).toBe((1e9 + 0.1) / 2)
    expect(run(rmse(), () => 0.5, () => 0.25)).toBe(0.25)
  })

  it('logLoss(): p = 0 and p = 1 cost what the floor of 1e-15 says', () => {
    const [never, always] = [-Math.log(1e-15), -Math.log(1 - 1e-15)]
    const metric = logLoss()
    expect(run(metric, (k) => k % 2, () => 1)).toBeCloseTo((never + always) / 2, 13)
  })

  it('r2(): labels of 1e9 and more keep every digit', () => {
    // Labels 1e9 + 0..9, errors of 1: the variance of 0..9 is 8.25.
    expect(run(r2(), (k) => 1e9 + (k % 10) + 1, (k) => 1e9 + (k % 10))).toBeCloseTo(1 - 1 / 8.25, 14)
  })

  it('rolling(1000, r2()) forgets a past of other magnitude entirely', () => {
    const metric = rolling(1000, r2())
    const label = (k: number): number => (k < events - 1000 ? 1e15 * ((k % 7) - 3) : 1e-3 * (k % 10))
    expect(run(metric, (k) => label(k) + 1e-3, label)).toBeCloseTo(1 - 1 / 8.25, 12)
  })

  it('fading(0.9999, accuracy()), kappa(): a model that is right 3 of 4 times', () => {
    expect(run(fading(0.9999, accuracy()), (k) => (k % 4 === 3 ? 0 : 1), () => 1)).toBeCloseTo(0.75, 3)
    expect(run(kappa(), (k) => Number(k % 4 < 2), (k) => Number(k % 4 === 0 || k % 4 === 3 || k % 4 === 1))).toBe(0.5)
  })
})
