import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanBaseline } from './baselines/mean.ts'
import { medianBaseline } from './baselines/median.ts'
import { noChange } from './baselines/no-change.ts'
import { binaryMetrics, multiclassMetrics, regressionMetrics } from './judges.ts'
import { accuracy } from './metrics/accuracy.ts'
import { f1, weightedF1 } from './metrics/f1.ts'
import { fading } from './metrics/fading.ts'
import { kappa } from './metrics/kappa.ts'
import { mae } from './metrics/mae.ts'
import type { Metric, MetricFactory } from './metrics/metric.ts'
import { r2 } from './metrics/r2.ts'
import { rmse } from './metrics/rmse.ts'
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

  it('peek() gives what state gives, in the same tree at each call', () => {
    for (const judge of [regressionMetrics(), binaryMetrics()]) {
      const tree = judge.peek()
      for (let i = 0; i < 300; i++) {
        expect(judge.peek()).toBe(tree)
        expect(tree).toEqual(judge.state)
        judge.update(Math.sin(i) ** 2, i < 150 ? i % 2 : 1e9 * (i % 2))
      }
    }
    const judge = new Prequential({ mae, lately: rolling(5, mae()), faded: fading(0.5, r2()) }, { noChange })
    for (let i = 0; i < 20; i++) {
      judge.update(i, i * i)
      expect(judge.peek()).toEqual(judge.state)
    }
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

  it('check(state) names the part that is broken: no numbers, or numbers that nothing can have come to', () => {
    const numbers = regressionMetrics()
    const classes = multiclassMetrics(3)
    for (let k = 0; k < 20; k++) {
      numbers.update(k, k * k)
      classes.update([0.2, 0.5, 0.3], k % 3)
    }
    const predictors: Readonly<Record<string, readonly unknown[]>> = {
      noChange: [[], [NaN], ['x'], [1, 2], null, 3], mean: [[0.5, 1], [-1, 1], [1], [1, Infinity]],
      median: [[3], [2, 1, 1, 1], [1, -2], [1, 0], [1e9, 1], [0.5, 1], [1, [2]]],
    }
    for (const [name, states] of Object.entries(predictors)) {
      for (const predictor of states) {
        const { baselines } = numbers.state
        const broken = { ...numbers.state, baselines: { ...baselines, [name]: { ...baselines[name], predictor } } }
        expect(() => numbers.check(broken as never), JSON.stringify(predictor))
          .toThrow(`no state of these metrics, see baselines.${name}.predictor`)
      }
    }
    const { baselines } = classes.state
    const withPredictor = (name: string, predictor: readonly number[]) => (
      { ...classes.state, baselines: { ...baselines, [name]: { ...baselines[name]!, predictor } } }
    )
    for (const predictor of [[3, 3], [-2, 3], [-1, -1], [0.5, 3], [0], [0, 1e9], [0, 3, 3]]) {
      expect(() => classes.check(withPredictor('noChange', predictor)), JSON.stringify(predictor))
        .toThrow('baselines.noChange.predictor')
    }
    for (const predictor of [[], [1, -1, 0], [0.5]]) {
      expect(() => classes.check(withPredictor('majority', predictor)), JSON.stringify(predictor))
        .toThrow('baselines.majority.predictor')
    }
  })

  it('check(state) refuses metrics that contradict each other in what they count together', () => {
    const judge = multiclassMetrics(3)
    for (let k = 0; k < 20; k++) judge.update([0.2, 0.5, 0.3], k % 3)
    const { model } = judge.state
    const [first, total, ...rest] = model['accuracy']!
    const broken = { ...judge.state, model: { ...model, accuracy: [first!, total! + 1, ...rest] } }
    expect(() => judge.check(broken)).toThrow('no state of these metrics, see model.accuracy')
    expect(() => judge.check(judge.state)).not.toThrow()
  })

  it('counts once what metrics have in common, and gives what each gives alone, also after restore(state)', () => {
    const numbers = { mae, r2, lately: rolling(3, r2()), again: r2() }
    const classes = { accuracy, f1, lately: rolling(3, kappa()), faded: fading(0.5, f1()), kappa, weightedF1 }
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const agrees = (
      metrics: Readonly<Record<string, MetricFactory<number> | Metric<number>>>,
      events: readonly (readonly [prediction: number, label: number])[], cut: number,
    ): void => {
      const make = (): Prequential<number> => new Prequential<number>(metrics as never, { noChange })
      const fresh = (made: MetricFactory<number> | Metric<number>): Metric<number> => (
        typeof made === 'function' ? made() : made.fresh!()
      )
      const alone = Object.values(metrics).map((made) => ({ model: fresh(made), last: fresh(made) }))
      const first = make()
      const second = make()
      let before = 0
      events.forEach(([prediction, label], k) => {
        if (k === cut) second.restore(first.state)
        ;(k < cut ? first : second).update(prediction, label)
        for (const { model, last } of alone) {
          model.update(prediction, label)
          last.update(before, label)
        }
        before = label
      })
      const judge = events.length > cut ? second : first
      const { model, baselines } = judge.state
      const { baselines: reports, ...report } = judge.report()
      expect(Object.values(model)).toEqual(alone.map((each) => each.model.state))
      expect(Object.values(baselines.noChange!.metrics)).toEqual(alone.map((each) => each.last.state))
      expect(Object.values(report)).toEqual(alone.map((each) => each.model.value))
      expect(Object.values(reports.noChange!)).toEqual(alone.map((each) => each.last.value))
    }
    const cut = fc.nat(12)
    fc.assert(fc.property(fc.array(fc.tuple(number, number), { maxLength: 12 }), cut, (events, at) => (
      agrees(numbers, events, at)
    )))
    fc.assert(fc.property(fc.array(fc.tuple(share, fc.constantFrom(0, 1)), { maxLength: 12 }), cut, (events, at) => (
      agrees(classes as never, events, at)
    )))
  })

  it('may be read after any event, also where metrics are given many events at once', () => {
    const number = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(NaN, Infinity, -0, 1e300))
    const label = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    const events = fc.array(fc.tuple(number, label, fc.nat(30)), { maxLength: 200, size: 'max' })
    fc.assert(fc.property(events, (stream) => {
      const judge = regressionMetrics()
      const alone = [[mae(), rmse(), r2()], [mae(), rmse(), r2()], [mae(), rmse(), r2()]] as const
      const simple = [noChange(), meanBaseline(), medianBaseline()]
      const model = [mae(), rmse(), r2()]
      for (const [prediction, wanted, look] of stream) {
        judge.update(prediction, wanted)
        for (const metric of model) metric.update(prediction, wanted)
        simple.forEach((baseline, b) => {
          for (const metric of alone[b]!) metric.update(baseline.predict(), wanted)
          baseline.update(wanted)
        })
        if (look > 0) continue
        expect(Object.values(judge.state.model)).toEqual(model.map(({ state }) => state))
        expect(judge.guesses()).toEqual(simple.map((baseline) => baseline.predict()))
      }
      const { baselines, ...report } = judge.report()
      expect(Object.values(report)).toEqual(model.map(({ value }) => value))
      expect(Object.values(baselines).map(Object.values)).toEqual(alone.map((own) => own.map(({ value }) => value)))
      const states = Object.values(judge.peek().baselines)
      expect(states.map(({ predictor }) => predictor)).toEqual(simple.map(({ state }) => state))
      expect(states.map(({ metrics }) => Object.values(metrics))).toEqual(alone.map((own) => own.map((m) => m.state)))
    }))
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
    // noChange said nothing, 0, 2, 2; majority 0, 0, 0 (a tie with 2), 2.
    expect([accuracy, baselines.noChange!.accuracy, baselines.majority!.accuracy]).toEqual([3 / 4, 2 / 4, 2 / 4])
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
