import fc from 'fast-check'
import { binaryMetrics, multiclassMetrics, regressionMetrics } from 'eddy'
import { describe, expect, it } from 'vitest'
import { LaterScores } from './later-scores.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const position = (name: string): number => Number(name)

describe('LaterScores', () => {
  it('scored at once, are those of a learner', () => {
    const pairs = fc.array(fc.tuple(number, number))
    fc.assert(fc.property(pairs, fc.array(fc.tuple(share, fc.nat(1))), (numbers, classes) => {
      for (const [task, judge, said] of [
        ['regression', regressionMetrics(), numbers], ['binary', binaryMetrics(), classes],
      ] as const) {
        const later = new LaterScores(task)
        for (const [answer, label] of said) {
          later.score(later.said(answer, position), label)
          judge.update(answer, label)
        }
        expect(later.report()).toEqual(judge.report())
      }
    }))
  })

  it('scored at once, are those of a learner of several classes', () => {
    const rows = fc.array(fc.tuple(fc.array(share, { minLength: 3, maxLength: 3 }), fc.nat(2)))
    fc.assert(fc.property(rows, (said) => {
      const [later, judge] = [new LaterScores('multiclass'), multiclassMetrics(1)]
      for (const [shares, label] of said) {
        const total = shares.reduce((a, b) => a + b, 1e-9)
        const probabilities = shares.map((p) => p / total)
        later.score(later.said({ label: '', probabilities }, position), label)
        judge.update(probabilities, label)
      }
      expect(later.report()).toEqual(judge.report())
    }))
  })

  it('score what was said then, though more is known now; a class not known then gets what was left for it', () => {
    const later = new LaterScores('multiclass')
    const said = later.said({ label: '1', probabilities: [0.6, 0.3, 0.1], classes: ['1', '0'] }, position)
    later.score(later.said({ label: '0', probabilities: [1], classes: ['0'] }, position), 0)
    later.score(said, 5)
    const { logLoss, accuracy, baselines } = later.report() as unknown as {
      logLoss: number; accuracy: number; baselines: { noChange: { accuracy: number } }
    }
    expect(logLoss).toBeCloseTo(-Math.log(0.1) / 2, 12)
    // No change had nothing to say, twice: both were asked before a label had come.
    expect([accuracy, baselines.noChange.accuracy]).toEqual([0.5, 0])
  })

  it('what was said before any class was met names none, and is no surprise', () => {
    const later = new LaterScores('multiclass')
    for (const label of [0, 1, 2]) {
      later.score(later.said({ label: null, probabilities: [1], classes: [] }, position), label)
    }
    expect(later.report()).toMatchObject({ accuracy: 0, logLoss: expect.closeTo(0, 12) })
  })

  it('restore(state) goes on as before', () => {
    fc.assert(fc.property(fc.array(fc.tuple(number, number)), fc.array(fc.tuple(number, number)), (before, after) => {
      const [later, copy] = [new LaterScores('regression'), new LaterScores('regression')]
      for (const [answer, label] of before) later.score(later.said(answer, position), label)
      copy.restore(JSON.parse(JSON.stringify(later.state)) as object)
      for (const scores of [later, copy]) {
        for (const [answer, label] of after) scores.score(scores.said(answer, position), label)
      }
      expect(copy.report()).toEqual(later.report())
    }))
  })
})
