import { describe, expect, it } from 'vitest'
import { meanBaseline } from './baselines/mean.ts'
import { noChange } from './baselines/no-change.ts'
import { multiclassMetrics, regressionMetrics } from './judges.ts'
import { mae } from './metrics/mae.ts'
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

  it('has immutable states', () => {
    const { state } = regressionMetrics()
    const { model, baselines } = state
    expect([state, model, model.mae, baselines, baselines.mean!.predictor].every(Object.isFrozen)).toBe(true)
  })
})
