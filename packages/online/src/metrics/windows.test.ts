import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchOfClasses, batchOfNumbers, confusionOf, type Judged } from '../testing/batch-metrics.ts'
import { accuracy, balancedAccuracy } from './accuracy.ts'
import { brierScore } from './brier-score.ts'
import { calibrationError, reliability } from './calibration.ts'
import { classScores, confusionMatrix } from './confusion-matrix.ts'
import { f1, macroF1, microF1, weightedF1 } from './f1.ts'
import { fading } from './fading.ts'
import { kappa } from './kappa.ts'
import { kappaTemporal } from './kappa-temporal.ts'
import { logLoss } from './log-loss.ts'
import { mae } from './mae.ts'
import type { Metric, MetricState } from './metric.ts'
import { precision } from './precision.ts'
import { quantileLoss } from './quantile-loss.ts'
import { r2 } from './r2.ts'
import { recall } from './recall.ts'
import { rmse } from './rmse.ts'
import { rocAuc } from './roc-auc.ts'
import { rolling } from './rolling.ts'
import type { Statistic } from './statistic.ts'

type AnyPrediction = never
type Made = () => Statistic<AnyPrediction, unknown>
type Pair = readonly [prediction: number | readonly number[], label: number]

const ofNumbers: Record<keyof typeof batchOfNumbers, Made> = {
  mae, rmse, r2, pinball: () => quantileLoss({ quantile: 0.9 }),
}
const ofClasses: Record<keyof typeof batchOfClasses, Made> = {
  accuracy, balancedAccuracy, precision, recall, f1, macroF1, microF1, weightedF1, kappa, rocAuc, logLoss,
  calibrationError, brier: brierScore, macroPrecision: () => precision({ average: 'macro' }),
  macroRecall: () => recall({ average: 'macro' }),
}

const number = fc.oneof(fc.integer({ min: -1000, max: 1000 }).map((x) => x / 7), fc.constantFrom(0, 1e3, -1e-3))
const numbers = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 40 })
const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.2, 0.5, 0.51, 1))
const binary = fc.array(fc.tuple(probability, fc.constantFrom(0, 1)), { minLength: 1, maxLength: 40 })
const five = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 })
/** More classes appear as the stream goes on; a label may come before the model has a probability for it. */
const growing = fc.array(fc.tuple(five, fc.nat(4)), { minLength: 1, maxLength: 40 }).map((list) => (
  list.map(([scores, label], k): Pair => {
    const known = scores.slice(0, 2 + Math.floor(k / 8))
    const total = known.reduce((a, b) => a + b, 0)
    return [known.map((score) => (total === 0 ? 1 / known.length : score / total)), Math.min(label, known.length)]
  })
))

type Row = [name: string, make: Made, stream: fc.Arbitrary<Pair[]>]
const every: [...Row, batch: (events: readonly Judged[]) => number][] = [
  ...Object.entries(ofNumbers).map(([name, make]) => (
    [name, make, numbers, batchOfNumbers[name as keyof typeof batchOfNumbers]] as never
  )),
  ...Object.entries(ofClasses).flatMap(([name, make]) => {
    const batch = batchOfClasses[name as keyof typeof batchOfClasses]
    return [[`${name} of two`, make, binary, batch], [`${name} of more`, make, growing, batch]] as never[]
  }),
]
const structured: Row[] = [
  ['confusionMatrix', confusionMatrix, growing], ['classScores', classScores, growing],
  ['reliability', reliability, binary],
]

const feed = (metric: Metric<AnyPrediction, unknown>, stream: readonly Pair[]): void => {
  for (const [prediction, label] of stream) metric.update(prediction as never, label)
}
const weighted = (stream: readonly Pair[], weightOf: (age: number) => number): Judged[] => (
  stream.map(([prediction, label], k) => ({ prediction, label, weight: weightOf(stream.length - 1 - k) }))
)
const expectClose = (got: unknown, wanted: number, digits: number): void => {
  if (Number.isNaN(wanted)) expect(got).toBe(NaN)
  else expect(Math.abs((got as number) - wanted)).toBeLessThanOrEqual(10 ** -digits * Math.max(1, Math.abs(wanted)))
}

describe.each(every)('%s', (_, make, stream, batch) => {
  it('equals the batch answer after every update: over all events, the last few, and fading ones', () => {
    fc.assert(fc.property(stream, fc.nat(11), fc.constantFrom(1, 0.9, 0.5), (all, before, factor) => {
      const count = before + 1
      const [whole, window, faded] = [make(), rolling(count, make()), fading(factor, make())]
      all.forEach((pair, k) => {
        for (const metric of [whole, window, faded]) feed(metric, [pair])
        const past = all.slice(0, k + 1)
        expectClose(whole.value, batch(weighted(past, () => 1)), 9)
        expectClose(window.value, batch(weighted(past.slice(-count), () => 1)), 9)
        expectClose(faded.value, batch(weighted(past, (age) => factor ** age)), 7)
      })
    }), { numRuns: 40 })
  })
})

const rows: Row[] = [...every.map(([name, make, stream]): Row => [name, make, stream]), ...structured]

describe.each(rows)('windows of %s', (_, make, stream) => {
  it('rolling(n) has the bits of a new metric that has seen the last n events only', () => {
    fc.assert(fc.property(stream, fc.integer({ min: 1, max: 12 }), (all, count) => {
      const window = rolling(count, make())
      all.forEach((pair, k) => {
        feed(window, [pair])
        const alone = make()
        feed(alone, all.slice(Math.max(0, k + 1 - count), k + 1))
        expect(window.value).toEqual(alone.value)
      })
    }), { numRuns: 40 })
  })
})

describe.each<Row>([...rows, ['kappaTemporal', kappaTemporal, growing]])('states of %s', (_, make, stream) => {
  it.each([
    ['whole', make], ['rolling', () => rolling(7, make())], ['fading', () => fading(0.3, make())],
  ] as const)('%s: restore(JSON of state) continues bit for bit; reading changes nothing', (__, of) => {
    fc.assert(fc.property(stream, stream, (before, after) => {
      const [metric, copy, unread]: Metric<AnyPrediction, unknown>[] = [of(), of(), of()]
      for (const pair of before) {
        feed(metric!, [pair])
        feed(unread!, [pair])
        expect(metric!.value).toEqual(metric!.value)
      }
      expect(metric!.state).toEqual(unread!.state)
      const state = JSON.parse(JSON.stringify(metric!.state)) as MetricState
      expect(state).toEqual(metric!.state)
      expect(Object.isFrozen(metric!.state)).toBe(true)
      feed(copy!, after)
      expect(copy!.fits!(state)).toBe(true)
      copy!.restore(state)
      expect([copy!.value, copy!.state]).toEqual([metric!.value, metric!.state])
      for (const each of [metric!, copy!]) feed(each, after)
      expect(copy!.value).toEqual(metric!.value)
      expect(metric!.fresh!().value).toEqual(make().value)
    }), { numRuns: 20 })
  })
})

describe('confusionMatrix()', () => {
  it('counts label by prediction, over all events and over windows', () => {
    fc.assert(fc.property(growing, (all) => {
      const [whole, window, faded] = [confusionMatrix(), rolling(9, confusionMatrix()), fading(0.5, confusionMatrix())]
      for (const metric of [whole, window, faded]) feed(metric as never, all)
      expect(whole.value).toEqual(confusionOf(weighted(all, () => 1)))
      expect(window.value).toEqual(confusionOf(weighted(all.slice(-9), () => 1)))
      const wanted = confusionOf(weighted(all, (age) => 0.5 ** age))
      expect(faded.value.map((row) => row.map((x) => x / faded.value.flat().reduce((a, b) => a + b)))).toEqual(
        wanted.map((row) => row.map((x) => expect.closeTo(x / wanted.flat().reduce((a, b) => a + b), 12) as number)),
      )
    }))
  })
})

describe('kappaTemporal()', () => {
  it('is the accuracy beyond that of no change, on the same events', () => {
    fc.assert(fc.property(growing, fc.integer({ min: 1, max: 12 }), (all, count) => {
      const certain = (k: number): number[] => [...Array<number>(k).fill(0), 1]
      const unchanged = all.map(([, label], k): Pair => [k === 0 ? [] : certain(all[k - 1]![1]), label])
      const [temporal, own, none] = [kappaTemporal(), accuracy(), accuracy()].map((metric) => rolling(count, metric))
      feed(temporal as never, all)
      feed(own as never, all)
      feed(none as never, unchanged)
      const wanted = own!.value === none!.value ? 0 : (own!.value - none!.value) / (1 - none!.value)
      if (wanted === -Infinity) expect(temporal!.value).toBe(-Infinity)
      else expectClose(temporal!.value, wanted, 12)
    }))
  })

  it('is -1/3 when no change is right 1 of 4 times and the model never, in numbers', () => {
    const metric = kappaTemporal()
    for (const label of [1, 0, 0, 1]) metric.update(1 - label, label)
    expect(metric.value).toBeCloseTo(-1 / 3, 15)
    metric.restore(kappaTemporal().state)
    // Of two classes no change begins with the first one: right once, as the model.
    for (const label of [0, 1]) metric.update(0, label)
    expect(metric.value).toBe(0)
  })
})

describe('rolling(n, metric), fading(factor, metric)', () => {
  it('refuse a window that is none, and a state of another one', () => {
    expect(() => rolling(0, mae())).toThrow(/number of events, in rolling: got 0/)
    expect(() => rolling(2.5, mae())).toThrow(/rolling/)
    expect(() => fading(0, mae())).toThrow(/fading factor, in fading: got 0/)
    expect(() => fading(1.1, mae())).toThrow(/1 - 1 \/ n/)
    expect(() => quantileLoss({ quantile: 1 })).toThrow(/quantile/)
    expect(() => f1({ of: -1 })).toThrow(/choice of classes/)
    expect(() => calibrationError({ bins: 0 })).toThrow(/number of bins/)
    expect(rolling(5, mae()).fits!(rolling(6, mae()).state)).toBe(false)
    expect(fading(0.5, mae()).fits!(fading(0.6, mae()).state)).toBe(false)
    expect(rolling(5, mae()).fits!([3, 1])).toBe(false)
  })

  it('an infinite error leaves a rolling window without a trace, and JSON keeps it as long as it is there', () => {
    const metrics = [mae, rmse, r2].map((make) => rolling(2, make()))
    for (const metric of metrics) {
      for (const [p, y] of [[1, 2], [Infinity, 3], [1e300, 4]] as const) metric.update(p, y)
      const copy = metric.fresh!()
      copy.restore(JSON.parse(JSON.stringify(metric.state)) as MetricState)
      for (const each of [metric, copy]) {
        expect(each.value).toBe(NaN)
        for (const [p, y] of [[1, 2], [2, 5]] as const) each.update(p, y)
      }
      expect(copy.value).toBe(metric.value)
    }
    expect(metrics.map(({ value }) => value)).toEqual([2, Math.sqrt(5), 1 - 10 / 4.5])
  })
})
