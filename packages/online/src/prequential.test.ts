import { describe, expect, it } from 'vitest'
import { meanBaseline } from './baselines/mean.ts'
import { noChange } from './baselines/no-change.ts'
import { binaryMetrics, multiclassMetrics, regressionMetrics } from './judges.ts'
import { fading } from './metrics/fading.ts'
import { mae } from './metrics/mae.ts'
import { rolling } from './metrics/rolling.ts'
import { Prequential } from './prequential.ts'

describe('Prequential', () => {
  it('judges the model and every baseline on the same labels, each before it has seen the label', () => {
    const judge = new Prequential({ mae }, { noChange, mean: meanBaseline })
    for (const [prediction, label] of [[1, 2], [2, 4], [3, 9]] as const) judge.update(prediction, label)
    // noChange said 0, 2, 4; the mean was 0, 2, 3.
    expect(judge.report()).toEqual({
      mae: expect.closeTo((1 + 2 + 6) / 3, 14),
      baselines: {
        noChange: { mae: expect.closeTo((2 + 2 + 5) / 3, 14) }, mean: { mae: expect.closeTo((2 + 2 + 6) / 3, 14) },
      },
    })
  })

  it('restore(state) continues bit for bit; a state of other metrics is refused', () => {
    const [judge, copy] = [regressionMetrics(), regressionMetrics()]
    for (let i = 0; i < 50; i++) judge.update(i % 7, (i * i) % 11)
    copy.restore(judge.state)
    for (const each of [judge, copy]) for (let i = 0; i < 50; i++) each.update(i % 5, (i * i) % 13)
    expect([copy.report(), copy.state]).toEqual([judge.report(), judge.state])
    expect(() => multiclassMetrics(3).check(judge.state as never)).toThrow(/no state of these metrics.*accuracy/)
    expect(() => judge.check({ ...judge.state, baselines: {} })).toThrow(/no state of these metrics/)
    expect(() => judge.check(judge.state)).not.toThrow()
  })

  it('gives baselines the same windows as the model', () => {
    const judge = new Prequential({ mae, lately: rolling(2, mae()), faded: fading(0.5, mae()) }, { noChange })
    for (const [prediction, label] of [[1, 2], [2, 4], [3, 9], [9, 9]] as const) judge.update(prediction, label)
    // Errors 1, 2, 6, 0; noChange said 0, 2, 4, 9.
    expect(judge.report()).toEqual({
      mae: 9 / 4, lately: 3, faded: (1 / 8 + 2 / 4 + 6 / 2) / (15 / 8),
      baselines: { noChange: { mae: 9 / 4, lately: 5 / 2, faded: (2 / 8 + 2 / 4 + 5 / 2) / (15 / 8) } },
    })
  })

  it('refuses the states of other windows, and what JSON cannot hold', () => {
    const [five, six] = [5, 6].map((count) => new Prequential({ lately: rolling(count, mae()) }))
    expect(() => five!.check(six!.state)).toThrow(/no state of these metrics/)
    const { model, baselines } = regressionMetrics().state
    const broken = { model: { ...model, mae: [NaN, 0, 0, 0, 0] }, baselines }
    expect(() => regressionMetrics().check(broken)).toThrow(/no state of these metrics/)
  })

  it('throws for a metric that cannot be copied, and for one named baselines', () => {
    const { value, state, update, restore } = mae()
    expect(() => new Prequential({ mine: { value, state, update, restore } })).toThrow(/cannot make others.*"mine"/)
    expect(() => new Prequential({ baselines: mae })).toThrow(/no metric can have this name/)
  })

  it('metricsOf(task) has the names that reports have', () => {
    const names = (judge: { report: () => object }): string[] => Object.keys(judge.report())
    expect(names(regressionMetrics())).toEqual(['mae', 'rmse', 'r2', 'baselines'])
    expect(names(binaryMetrics())).toEqual(['accuracy', 'rocAuc', 'logLoss', 'f1', 'macroF1', 'kappa', 'baselines'])
    expect(names(multiclassMetrics(3))).toEqual(['accuracy', 'logLoss', 'f1', 'macroF1', 'kappa', 'baselines'])
  })

  it('multiclassMetrics() grows with the classes, and so do its baselines', () => {
    const [judge, copy] = [multiclassMetrics(2), multiclassMetrics(2)]
    for (const [p, y] of [[[0.6, 0.4], 0], [[0.5, 0.5], 2], [[0.2, 0.3, 0.5], 2], [[0, 0, 1], 2]] as const) {
      judge.update(p, y)
    }
    const { accuracy, baselines } = judge.report()
    // noChange said 0, 0, 2, 2; majority 0, 0, 0 (a tie with 2), 2.
    expect([accuracy, baselines.noChange!.accuracy, baselines.majority!.accuracy]).toEqual([3 / 4, 3 / 4, 2 / 4])
    copy.restore(JSON.parse(JSON.stringify(judge.state)) as typeof judge.state)
    for (const each of [judge, copy]) each.update([0.1, 0.2, 0.3, 0.4], 3)
    expect([copy.report(), copy.state]).toEqual([judge.report(), judge.state])
  })

  it('has immutable states', () => {
    const { state } = regressionMetrics()
    const { model, baselines } = state
    expect([state, model, model.mae, baselines, baselines.mean!.predictor].every(Object.isFrozen)).toBe(true)
  })
})
