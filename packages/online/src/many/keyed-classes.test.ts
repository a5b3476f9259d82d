import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossEntropy, dense, relu } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { targetMean } from '../encoders/target-mean.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import type { Label } from '../target.ts'
import { bitsOf } from '../testing/streams.ts'
import { keyedLearner } from './make-keyed-learner.ts'
import type { ModelState } from './tenants.ts'
import { outcome } from '../testing/outcome.ts'

interface Point {
  readonly key: string
  readonly x: number
  readonly tag?: string
  readonly kind: Label
}

const kinds: readonly Label[] = ['ant', '__proto__', 3, true, 'true', 'bee']
const random = rng(5, 'points')
const points = Array.from({ length: 60 }, (_, i): Omit<Point, 'key'> => {
  const k = random.integer(3 * i, kinds.length)
  return { x: k + standardNormal(random, 3 * i + 1) / 2, ...(i % 3 > 0 ? { tag: `t${i % 5}` } : {}), kind: kinds[k]! }
})

const options = {
  features: features({ x: numeric(), tag: categorical(), usual: targetMean('tag', { capacity: 3 }) }),
  target: (point: Point) => point.kind, classes: 'open', classesMax: 4, loss: crossEntropy(), seed: 2,
  model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0], outputs: number) => (
    m.pipe(dense(5), relu(), dense(outputs))
  ),
  optimizer: adam({ learningRate: 0.03 }),
} as const
type Single = ReturnType<typeof single>
const single = () => learner(options)
const keyed = (capacity: number) => keyedLearner({ ...options, key: (point: Point) => point.key, capacity })

const modelBits = (state: ModelState): string => bitsOf({ ...state, metrics: { model: {}, baselines: {} } })

const aPoint = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(59)).map(
  ([key, k]): Point => ({ ...points[k]!, key }),
)
const scripts = fc.record({
  capacity: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(fc.record({
    do: fc.oneof(
      { weight: 6, arbitrary: fc.constant('learn' as const) },
      { weight: 3, arbitrary: fc.constantFrom('predict', 'spoil', 'delete', 'resume', 'move') },
    ),
    event: aPoint,
  }), { minLength: 1, maxLength: 40 }),
})

/** Learns with one learner for each key, of which there are so many. */
function learnApart(models: Map<string, Single>, capacity: number, event: Point): unknown {
  const model = models.get(event.key) ?? single()
  const prediction = outcome(() => model.learnOne(event).prediction)
  if (typeof prediction === 'string') return prediction
  models.delete(event.key)
  models.set(event.key, model)
  if (models.size > capacity) models.delete([...models.keys()][0]!)
  return prediction
}

describe("keyedLearner({ classes: 'open' })", () => {
  it('every key has the bits, classes, predictions and rejections of a learner of its own', () => {
    fc.assert(fc.property(scripts, ({ capacity, steps }) => {
      let many = keyed(capacity)
      const models = new Map<string, Single>()
      for (const { do: what, event } of steps) {
        const model = models.get(event.key) ?? single()
        if (what === 'learn') {
          expect(outcome(() => many.learnOne(event).prediction)).toEqual(learnApart(models, capacity, event))
        } else if (what === 'predict') expect(many.predictOne(event)).toEqual(model.predictOne(event))
        else if (what === 'spoil') {
          expect(() => many.learnOne({ ...event, kind: 'ghost', x: NaN })).toThrow(/rejected/)
        } else if (what === 'delete') expect(many.delete(event.key)).toBe(models.delete(event.key))
        else if (what === 'move') {
          const state = many.stateOf(event.key)
          if (state === null) continue
          many.put(event.key, state)
          models.delete(event.key)
          models.set(event.key, model)
        } else {
          const state = many.snapshot()
          const report = structuredClone(many.metrics)
          many = keyed(capacity)
          many.learnOne({ key: 'other', x: 1, kind: 'other' })
          many.restore(state)
          expect(many.metrics).toEqual(report)
          expect(many.snapshot()).toEqual(state)
        }
      }
      expect([...many.keys()]).toEqual([...models.keys()])
      for (const [key, model] of models) expect(modelBits(many.stateOf(key)!)).toBe(modelBits(model.snapshot()))
    }), { numRuns: 60 })
  })

  it('a look at another key from inside an event changes no bit, also while the event brings a class', () => {
    fc.assert(fc.property(scripts, ({ steps }) => {
      const many = keyed(9)
      const models = new Map<string, Single>()
      let next = 0
      const seen: (readonly [unknown, unknown])[] = []
      many.nodes.loss.subscribe(() => {
        const { event } = steps[next++ % steps.length]!
        const model = models.get(event.key) ?? single()
        seen.push([many.predictOne(event), model.predictOne(event)])
        const state = many.stateOf(event.key)
        if (state !== null) seen.push([modelBits(state), modelBits(model.snapshot())])
      })
      for (const { event } of steps) {
        const got = outcome(() => many.learnOne(event).prediction)
        expect(got).toEqual(learnApart(models, 9, event))
      }
      for (const [got, wanted] of seen) expect(got).toEqual(wanted)
      for (const [key, model] of models) expect(modelBits(many.stateOf(key)!)).toBe(modelBits(model.snapshot()))
    }), { numRuns: 40 })
  })

  it('put(), a look at another key and a bad key change nothing about how many classes a model learns', () => {
    const many = keyed(9)
    const [a, b] = [single(), single()]
    const both = (key: 'a' | 'b', kind: Label): void => {
      const event = { key, x: 1, kind }
      many.learnOne(event)
      ;(key === 'a' ? a : b).learnOne(event)
    }
    const agree = (): void => {
      for (const [key, model] of [['a', a], ['b', b]] as const) {
        expect(modelBits(many.stateOf(key)!)).toBe(modelBits(model.snapshot()))
      }
    }
    for (const kind of ['one', 'two']) both('a', kind)
    both('b', 'one')
    both('a', 'one')
    many.put('b', many.stateOf('b')!)
    both('b', 'one')
    agree()
    both('a', 'two')
    many.predictOne({ key: 'b', x: 2 })
    expect(() => many.learnOne({ key: null as never, x: 1, kind: 'one' })).toThrow(/as the key/)
    both('b', 'one')
    agree()
  })

  it('metrics count classes by name, whatever numbers they have for each key', () => {
    const many = keyed(2)
    const events = points.map((point, i): Point => (
      { ...point, kind: kinds[Math.floor(point.x) === 0 ? i % 2 : 2]!, key: 'abc'[i % 3]! }
    ))
    let [right, same, surprise] = [0, 0, 0]
    let last: Point['kind'] | null = null
    for (const event of events) {
      const { prediction } = many.learnOne(event)
      if (prediction.label === event.kind) right++
      if (last === event.kind) same++
      last = event.kind
      surprise -= Math.log(Math.min(1 - 1e-15, Math.max(1e-15, prediction.probabilityOf(event.kind))))
    }
    expect(many.counters.evicted).toBeGreaterThan(50)
    const { accuracy, logLoss, baselines } = many.metrics
    expect(accuracy).toBe(right / events.length)
    expect(baselines['noChange']!.accuracy).toBe(same / events.length)
    expect(logLoss).toBeCloseTo(surprise / events.length, 12)
  })

  it('a state whose classes do not fit is refused, and nothing changes', () => {
    const many = keyed(9)
    for (const [i, point] of points.slice(0, 12).entries()) outcome(() => many.learnOne({ ...point, key: `${i % 2}` }))
    const before = many.snapshot()
    const { classes, ...rest } = before
    const { all, ofKeys } = classes!
    expect(() => many.restore(rest)).toThrow(/the classes do not fit.*distinct names/)
    expect(() => many.restore({ ...rest, classes: { all, ofKeys: [] } })).toThrow(/do not fit.*lists for 2 keys/)
    expect(() => many.restore({ ...rest, classes: { all: [...all, ...all], ofKeys } })).toThrow(/distinct names/)
    expect(() => many.restore({ ...rest, classes: { all, ofKeys: [['a', 'a'], []] } })).toThrow(/distinct classes/)
    const { classes: _, ...model } = many.stateOf('0')!
    expect(() => many.put('new', model)).toThrow(/distinct classes/)
    expect(many.snapshot()).toEqual(before)
  })
})
