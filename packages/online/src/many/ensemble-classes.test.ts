import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RejectedError } from '@eddy/graph'
import { crossEntropy, dense, relu } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { targetMean } from '../encoders/target-mean.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { OpenClassPrediction } from '../prediction.ts'
import type { Label } from '../target.ts'
import { bitsOf } from '../testing/streams.ts'
import { combiner } from './combine.ts'
import { ensemble } from './make-ensemble.ts'
import type { ModelState } from './tenants.ts'

interface Point {
  readonly x: number
  readonly tag?: string
  readonly kind: Label
}

const kinds: readonly Label[] = ['ant', '__proto__', 3, true, 'true', 'bee']
const random = rng(5, 'points')
const points = Array.from({ length: 60 }, (_, i): Point => {
  const k = random.integer(3 * i, kinds.length)
  return { x: k + standardNormal(random, 3 * i + 1) / 2, ...(i % 3 > 0 ? { tag: `t${i % 5}` } : {}), kind: kinds[k]! }
})

const options = {
  target: (point: Point) => point.kind, classes: 'open', classesMax: 5, loss: crossEntropy(), seed: 2,
  model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0], outputs: number) => (
    m.pipe(dense(5), relu(), dense(outputs))
  ),
  optimizer: adam({ learningRate: 0.03 }),
} as const
const plain = features({ x: numeric() })
const remembering = features({ x: numeric(), before: lag({ of: 'x', by: 'tag' }), usual: targetMean('tag') })
const modelBits = (state: ModelState): string => bitsOf({ ...state, metrics: { model: {}, baselines: {} } })

function outcome<T>(act: () => T): T | null {
  try {
    return act()
  } catch (error) {
    if (error instanceof RejectedError) return null
    throw error
  }
}

describe("ensemble({ classes: 'open' })", () => {
  it('every member has the bits, classes, predictions and rejections of a learner of its own; resume', () => {
    const settings = fc.record({
      members: fc.array(fc.record({
        optimizer: fc.constantFrom(
          adam({ learningRate: 0.03 }), adam({ learningRate: 0.3 }), sgd({ learningRate: 0.1 }),
          sgd({ learningRate: 1e5 }), sgd({ learningRate: 1e30 }),
        ),
        seed: fc.nat(2),
      }), { minLength: 1, maxLength: 4 }),
      spec: fc.constantFrom(plain, remembering), from: fc.nat(30), count: fc.integer({ min: 1, max: 30 }),
      stop: fc.nat(30), scale: fc.constantFrom(1, 1e6),
    })
    fc.assert(fc.property(settings, ({ members, spec, from, count, stop, scale }) => {
      const make = () => ensemble({ ...options, features: spec, members })
      let all = make()
      const apart = members.map((member) => learner({ ...options, features: spec, ...member }))
      points.slice(from, from + count).forEach((point, k) => {
        const event = k % 4 === 1 ? { ...point, x: point.x * scale } : point
        if (k === stop) {
          const state = all.snapshot()
          const report = structuredClone(all.metrics)
          all = make()
          all.learnOne({ x: 1, kind: 'other' })
          all.restore(state)
          expect([all.snapshot(), all.metrics]).toEqual([state, report])
        }
        if (k % 3 === 0) expect(() => all.learnOne({ ...event, kind: 'ghost', x: NaN })).toThrow(/rejected/)
        const outcomes = apart.map((one) => outcome(() => one.learnOne(event).prediction))
        if (outcomes.every((got) => got === null)) expect(() => all.learnOne(event)).toThrow(/rejected/)
        else expect(all.learnOne(event).predictions).toEqual(outcomes)
      })
      const { members: states } = all.snapshot()
      expect(states.map(modelBits)).toEqual(apart.map((one) => modelBits(one.snapshot())))
      expect(all.members.map(({ metrics }) => metrics['accuracy'])).toEqual(apart.map((one) => one.metrics.accuracy))
    }), { numRuns: 50 })
  })

  it('metrics are of the combined prediction, classes by name', () => {
    const all = ensemble({ ...options, features: plain, classesMax: 6, members: [{ seed: 1 }, { seed: 2 }] })
    let [right, surprise] = [0, 0]
    for (const event of points) {
      const { prediction } = all.learnOne(event)
      if (prediction.label === event.kind) right++
      surprise -= Math.log(Math.min(1 - 1e-15, Math.max(1e-15, prediction.probabilityOf(event.kind))))
    }
    expect(all.metrics.accuracy).toBe(right / points.length)
    expect(all.metrics.logLoss).toBeCloseTo(surprise / points.length, 12)
    const state = all.snapshot()
    expect(() => all.restore({ ...state, classes: ['a', 'a'] })).toThrow(/do not fit.*distinct names/)
    const { classes: _, ...without } = state
    expect(() => all.restore(without)).toThrow(/it has no classes/)
    expect(all.snapshot()).toEqual(state)
  })
})

describe('combined predictions of open classes', () => {
  const said = [
    new OpenClassPrediction([0.7, 0.3], ['a', 'b']), new OpenClassPrediction([0.6, 0.4], ['b', 'c']),
    new OpenClassPrediction([], []),
  ]
  const combined = (how: 'mean' | 'vote', which = said): OpenClassPrediction => (
    combiner(how, 'multiclass', 'open')(which, which.map(() => 0)) as OpenClassPrediction
  )

  it('mean: by name, over the models that have met any class', () => {
    const { label, classes, probabilities } = combined('mean')
    expect([label, classes]).toEqual(['b', ['a', 'b', 'c']])
    expect(probabilities).toEqual([0.35, 0.15 + 0.3, 0.2])
  })

  it('vote: the share of models for each class; nothing while none has met a class', () => {
    expect(combined('vote')).toMatchObject({ classes: ['a', 'b', 'c'], probabilities: [0.5, 0.5, 0] })
    expect(combined('mean', said.slice(2))).toMatchObject({ label: null, classes: [], probabilities: [] })
  })
})
