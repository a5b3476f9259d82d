import { readFileSync } from 'node:fs'
import {
  accuracy, balancedAccuracy, brierScore, calibrationError, confusionMatrix, evaluate, f1, kappa, logLoss, macroF1, mae,
  microF1, precision, quantileLoss, r2, recall, rmse, rocAuc, rolling, type Statistic, weightedF1,
} from 'eddy'
import { filter, from, lastValueFrom, map, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'

type Value = number | readonly number[] | readonly (readonly number[])[]
type Scores = readonly (readonly [events: number, scores: Readonly<Record<string, Value>>])[]

interface Recorded {
  readonly predictions: readonly (number | readonly number[])[]
  readonly labels: readonly number[]
  /** What scikit-learn says of the first n events, and of the last 200 of those. */
  readonly whole: Scores
  readonly last200: Scores
}

const file = new URL('../fixtures/metrics.json', import.meta.url)
type Task = 'binary' | 'multiclass' | 'regression'
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<Task, Recorded>>

type Made = () => Statistic<never, Value>
const metrics: Readonly<Record<Task, Readonly<Record<string, Made>>>> = {
  binary: {
    accuracy, balancedAccuracy, f1, macroF1, precision, recall, rocAuc, logLoss, kappa, brier: brierScore,
    calibrationError, confusion: confusionMatrix,
  },
  multiclass: {
    accuracy, balancedAccuracy, macroF1, microF1, weightedF1, macroPrecision: () => precision({ average: 'macro' }),
    macroRecall: () => recall({ average: 'macro' }), kappa, logLoss, brier: brierScore,
    rocAucOf3: () => rocAuc({ of: 3 }),
  },
  regression: { mae, rmse, r2, pinball90: () => quantileLoss({ quantile: 0.9 }) },
}

/** The reports after as many events as scikit-learn was asked at. */
async function reports(task: Task, windowed: boolean): Promise<readonly (readonly [number, unknown])[]> {
  const { predictions, labels, whole } = recorded[task]
  const made = Object.entries(metrics[task]).map(([name, make]) => [name, windowed ? rolling(200, make()) : make()])
  const steps = new Set(whole.map(([events]) => events))
  return lastValueFrom(from(predictions.map((prediction, k) => ({ prediction, label: labels[k]! }))).pipe(
    evaluate({
      prediction: ({ prediction }) => prediction, label: ({ label }) => label,
      metrics: Object.fromEntries(made) as never, baselines: {},
    }),
    filter(({ count }) => steps.has(count)),
    map(({ count, metrics: { baselines: _, ...scores } }) => [count, scores] as const),
    toArray(),
  ))
}

const close = (value: Value): unknown => (
  typeof value === 'number' ? expect.closeTo(value, 12) : (value as readonly Value[]).map(close)
)

describe.each(['binary', 'multiclass', 'regression'] as const)('evaluate(%s)', (task) => {
  it.each([['the whole stream', 'whole', false], ['rolling(200)', 'last200', true]] as const)(
    'over %s gives the values of scikit-learn to 12 digits', async (_, key, windowed) => {
      const wanted = recorded[task][key].map(([events, scores]) => [
        events,
        Object.fromEntries(Object.keys(metrics[task]).map((name) => [name, close(scores[name]!)])),
      ])
      expect(await reports(task, windowed)).toEqual(wanted)
    },
  )
})

describe('classes one by one, as they appear', () => {
  it('f1({ of }) and confusionMatrix() agree with scikit-learn for all seven', () => {
    const { predictions, labels, whole } = recorded.multiclass
    const [each, confusion] = [Array.from({ length: 7 }, (_, of) => f1({ of })), confusionMatrix()]
    predictions.forEach((prediction, k) => {
      for (const metric of [...each, confusion]) metric.update(prediction, labels[k]!)
    })
    const [, wanted] = whole.at(-1)!
    expect(each.map(({ value }) => value)).toEqual(close(wanted.f1OfEach!))
    expect(confusion.value).toEqual(wanted.confusion)
  })
})

describe('published by River, from the same predictions', () => {
  const feed = (task: Task, metric: Statistic<never>): number => {
    const { predictions, labels } = recorded[task]
    predictions.forEach((prediction, k) => metric.update(prediction as never, labels[k]!))
    return metric.value
  }

  it('Phishing, logistic regression with SGD(0.1): F1 0.878521, accuracy 88.96 %', () => {
    expect(feed('binary', f1()).toFixed(6)).toBe('0.878521')
    expect(feed('binary', accuracy())).toBe(0.8896)
  })

  it('ChickWeights, linear regression with SGD(0.01): MAE 23.7587, RMSE 37.0377, R2 0.727954', () => {
    expect(feed('regression', mae()).toFixed(4)).toBe('23.7587')
    expect(feed('regression', rmse()).toFixed(4)).toBe('37.0377')
    expect(feed('regression', r2()).toFixed(6)).toBe('0.727954')
  })
})
