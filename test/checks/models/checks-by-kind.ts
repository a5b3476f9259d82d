import { aggregate, lag, numeric, rocAuc } from 'eddy'
import { expect } from 'vitest'
import type { Fields } from '../forms.ts'
import { expectSame } from './bits.ts'
import type { ModelCheck } from './check.ts'
import type { Declared, ModelForm } from './model.ts'
import { copyOf, count, learn, rowsFor, trained } from './trained.ts'

interface Shares {
  readonly label?: unknown
  readonly probabilities?: readonly number[]
  readonly classes?: readonly unknown[] | null
  readonly arm?: string
  readonly arms?: readonly string[]
  readonly propensity?: number
  readonly propensities?: readonly number[]
  readonly score?: number
}

const isShare = (p: number): boolean => p >= 0 && p <= 1

/** A series, as events; its own past is all that tells what comes next. */
const ofSeries: Declared = {
  declared: { hour: numeric(), before: lag({ steps: [1, 12] }), mean: aggregate({ window: 6 }) },
}
const seriesOf = ({ label }: ModelForm): readonly Fields[] => Array.from({ length: count }, (_, k) => (
  Object.freeze({ id: k, hour: k % 12, y: label(Math.sin(k * Math.PI / 6) + 0.1) })
))

/** What a kind of model promises of its answers; River, too, has lists by kind. */
export const checksByKind: readonly ModelCheck[] = [
  {
    name: 'check_predict_proba_one', says: 'shares lie in [0, 1], add up to 1, and are those of what it says',
    kinds: ['multiclass', 'decision', 'anomaly'],
    run(form) {
      const model = form.make({ seed: 1 })
      rowsFor(form).forEach((row, k) => {
        if (k > 0) checkShares(model.ask(row) as Shares)
        model.learn(row)
      })
    },
  },
  {
    name: 'check_predict_proba_one_binary', says: 'the probability of the positive class lies in [0, 1]',
    kinds: ['binary'],
    run(form) {
      const model = form.make({ seed: 1 })
      rowsFor(form).forEach((row, k) => {
        if (k > 0) expect(isShare(model.ask(row) as number)).toBe(true)
        expect(isShare((model.learn(row) as { readonly prediction: number }).prediction)).toBe(true)
      })
    },
  },
  {
    name: 'check_roc_auc', says: 'it tells positives, what is unusual, or the better arm, better than chance does',
    kinds: ['binary', 'anomaly', 'decision'],
    run(form) {
      const rows = rowsFor(form, 400)
      const model = trained(form, rows.slice(0, 300))
      if (form.kind === 'decision') return expectBetterArms(form, model.self)
      const judge = rocAuc()
      rows.slice(300).forEach((row, k) => {
        const isOdd = k % 4 === 0
        if (form.kind === 'anomaly') {
          const odd = { ...row, a: 9, b: -9 }
          judge.update((model.ask(isOdd ? odd : row) as { readonly score: number }).score, Number(isOdd))
        } else judge.update(model.ask(row) as number, Number(row['y'] === true || row['y'] === 'yes'))
      })
      expect(judge.value).toBeGreaterThan(0.6)
    },
  },
  {
    name: 'check_learn_one (time series)', says: 'it learns a series from its own past, and no event is changed',
    kinds: ['regression'],
    run(form) {
      const model = form.make({ features: ofSeries })
      for (const row of seriesOf(form)) {
        const text = JSON.stringify(row)
        model.learn(row)
        expect(JSON.stringify(row)).toBe(text)
      }
    },
  },
  {
    name: 'check_forecast', says: 'it forecasts as far as it is asked to, and doing so changes nothing',
    kinds: ['regression'],
    run(form) {
      const features = ofSeries
      const model = learn(form.make({ features }), seriesOf(form))
      const before = model.snapshot()
      for (const horizon of [1, 3, 12]) {
        const ahead = copyOf(form, model, { features, seed: 7 })
        const forecast = Array.from({ length: horizon }, (_, k) => {
          const event = { id: count + k, hour: (count + k) % 12 }
          const y = ahead.ask(event) as number
          ahead.learn({ ...event, y: form.label(y) })
          return y
        })
        expect(forecast).toHaveLength(horizon)
        expect(forecast.every(Number.isFinite)).toBe(true)
      }
      expectSame(model.snapshot(), before)
    },
  },
]

function checkShares({ label, probabilities, classes, arm, arms, propensity, propensities, score }: Shares): void {
  if (score !== undefined) expect(isShare(score)).toBe(true)
  const shares = probabilities ?? propensities
  if (shares === undefined || shares.length === 0) return
  for (const share of shares) expect(isShare(share)).toBe(true)
  expect(Math.abs(shares.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12)
  if (arms !== undefined) {
    expect(arms).toHaveLength(shares.length)
    expect(propensity).toBe(shares[arms.indexOf(arm!)])
  } else {
    // An automatic model's whole chance is that of a class not met yet, until one is.
    if (label === null) expect(shares).toHaveLength(1)
    else if (classes != null) expect(classes[shares.indexOf(Math.max(...shares))]).toBe(label)
  }
}

/** Rewards are higher by 1 where the arm fits: chance finds it in one of three. */
function expectBetterArms(form: ModelForm, self: object): void {
  const { meanReward } = self as { readonly meanReward: number }
  const rows = rowsFor(form, 300)
  const base = rows.reduce((sum, { y }) => sum + (y as number), 0) / rows.length
  expect(meanReward - base).toBeGreaterThan(0.45)
}
