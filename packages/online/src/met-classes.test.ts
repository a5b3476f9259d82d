import { defineOperator, type Node } from '@eddy/graph'
import { crossEntropy, focal, hedged, hedgeOf } from '@eddy/nodes'
import { adagrad, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import type { Learner } from './learner.ts'
import { learner } from './make-learner.ts'
import { keyedLearner } from './many/make-keyed-learner.ts'
import type { OpenClassPrediction } from './prediction.ts'
import { bitsOf } from './testing/streams.ts'

interface Point {
  readonly x: number
  readonly y: number
  readonly kind: string
}

const kinds = ['ant', 'bee', '__proto__', 'cat', 'constructor'] as const

/** Points around a centre of their own for each kind; a new kind appears every 15 points. */
function points(count: number, seed = 1): readonly Point[] {
  const random = rng(seed, 'points')
  return Array.from({ length: count }, (_, i) => {
    const k = random.integer(3 * i, Math.min(kinds.length, 1 + Math.floor(i / 15)))
    const [a, b] = [standardNormal(random, 3 * i + 1), standardNormal(random, 3 * i + 2)]
    return { x: 3 * (k % 3) + a / 2, y: k + b / 2, kind: kinds[k]! }
  })
}

type Model = Learner<Point, OpenClassPrediction>

const parts = { features: features({ x: numeric(), y: numeric() }), target: 'kind' } as const
const open = (others: object = {}, net = hedged({ depths: 3, width: 6, loss: crossEntropy() })) => learner({
  ...net, ...parts, classes: 'open', classesMax: 8, optimizer: adagrad({ learningRate: 0.2 }), seed: 1, ...others,
} as never) as unknown as Model
const shown = ({ label, probabilities, classes }: OpenClassPrediction): unknown => (
  { label, probabilities: Array.from(probabilities), classes }
)
const events = points(150)

describe("learner({ ...hedged({ loss: crossEntropy() }), classes: 'open' })", () => {
  it('predicts by the names of the classes that were met, the same when asked before, new classes or not', () => {
    const model = open()
    expect(model.predictOne({ x: 1 })).toMatchObject({ label: null, classes: [] })
    events.forEach((event, k) => {
      const said = model.predictOne(event)
      const { prediction } = model.learnOne(event)
      expect(shown(prediction), `event ${k}`).toEqual(shown(said))
      const sum = Array.from(said.probabilities).reduce((total, each) => total + each, 0)
      if (k > 0) expect(sum).toBeCloseTo(1, 6)
    })
    expect(model.snapshot().classes).toEqual(kinds)
  })

  it('has the bits of a learner that knows the classes, once all have been met', () => {
    const model = open({ classesMax: 5, optimizer: sgd({ learningRate: 0.1 }) })
    for (const event of events) model.learnOne(event)
    const { classes, ...state } = model.snapshot()
    const fixed = open({ classes, classesMax: undefined, optimizer: sgd({ learningRate: 0.1 }) })
    fixed.restore(state)
    for (const event of points(60, 5)) {
      const [a, b] = [model.learnOne(event), fixed.learnOne(event)]
      expect([a.loss, a.prediction.label, a.prediction.probabilities])
        .toEqual([b.loss, b.prediction.label, b.prediction.probabilities])
    }
    expect(model.snapshot().training).toEqual(fixed.snapshot().training)
  })

  it('classes that were not met have no part in loss, gradient, depth weights and prediction', () => {
    // Along the axis of the features what is drawn depends on how many outputs there are.
    const net = () => hedged({ depths: 3, width: 6, loss: crossEntropy(), linear: false })
    const [few, many] = [5, 30].map((classesMax) => open({ classesMax }, net())) as [Model, Model]
    for (const event of events) {
      const [a, b] = [few.learnOne(event), many.learnOne(event)]
      expect(b.loss).toBe(a.loss)
      expect(b.prediction.label).toBe(a.prediction.label)
      Array.from(b.prediction.probabilities).forEach((each, k) => (
        expect(each).toBeCloseTo(a.prediction.probabilities[k]!, 5)
      ))
    }
    const [one, other] = [few.snapshot().training, many.snapshot().training]
    expect(other.buffers['hedged.weights']).toEqual(one.buffers['hedged.weights'])
    const untouched = open({ classesMax: 30 }, net()).snapshot().training.parameters
    for (const [name, { data, shape }] of Object.entries(other.parameters)) {
      if (shape[0] !== 30) continue
      const used = kinds.length * data.length / 30
      expect(data.slice(used), name).toEqual(untouched[name]!.data.slice(used))
      expect(data.slice(0, used), name).toEqual(one.parameters[name]!.data)
    }
  })

  it('stop anywhere, restore elsewhere, with fewer and with more classes: as if never stopped', () => {
    fc.assert(fc.property(fc.nat(120), fc.nat(120), (stop, elsewhere) => {
      const [model, copy] = [open(), open({ seed: 7 })]
      for (const event of events.slice(0, stop)) model.learnOne(event)
      for (const event of points(elsewhere, 3)) copy.learnOne(event)
      copy.restore(model.snapshot())
      for (const event of events.slice(stop, stop + 25)) {
        expect(shown(copy.learnOne(event).prediction)).toEqual(shown(model.learnOne(event).prediction))
      }
      expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
    }), { numRuns: 15 })
  })

  it('a rejected event takes its class with it; taps and questions from inside them change no bit', () => {
    const fragile = defineOperator({
      name: 'fragile',
      forward: ([x], y) => x!.forEach((value, i) => {
        if (Math.abs(value) > 1e4) throw new Error('too large')
        y[i] = value
      }),
      backward: (dy, _x, _y, [dx]) => dx?.set(Array.from(dy)),
    })
    const net = () => hedged({ depths: 2, width: 4, loss: crossEntropy(), activation: fragile as never })
    const plain = { ...parts, features: features({ x: numeric({ scale: 'none' }), y: numeric({ scale: 'none' }) }) }
    const [model, alone] = [open(plain, net()), open(plain, net())]
    const answers: unknown[] = []
    model.nodes.loss.subscribe(() => answers.push(shown(model.predictOne({ x: 1, y: 1 }))))
    hedgeOf(model.nodes.prediction).weights.gradient$.subscribe()
    events.forEach((event, k) => {
      const before = shown(alone.predictOne({ x: 1, y: 1 }))
      expect(() => model.learnOne({ x: 1e9, y: 0, kind: `never ${k}` })).toThrow(/rejected/)
      model.learnOne(event)
      alone.learnOne(event)
      expect(answers.at(-1)).toEqual(before)
    })
    expect(bitsOf(model.snapshot())).toBe(bitsOf(alone.snapshot()))
    expect(model.snapshot().classes).toEqual(kinds)
  })

  it('learns, with other losses of classes, and one model for each key with classes of its own', () => {
    const rows = points(900, 2)
    const model = open({}, hedged({ depths: 3, width: 6, loss: focal({ gamma: 1 }) }) as never)
    for (const event of rows) model.learnOne(event)
    expect(model.metrics.accuracy).toBeGreaterThan(model.metrics.baselines['majority']!.accuracy + 0.3)
    const key = ({ x }: Point): string => (x > 1.5 ? 'right' : 'left')
    const whole = { ...parts, classes: 'open', classesMax: 8, optimizer: sgd({ learningRate: 0.1 }), seed: 1 } as const
    const net = hedged({ depths: 2, width: 5, loss: crossEntropy() })
    const keyed = keyedLearner<Point>({ ...net, ...whole, key } as never) as unknown as Model
    const own = new Map(['left', 'right'].map((name) => (
      [name, open(whole, hedged({ depths: 2, width: 5, loss: crossEntropy() }))]
    )))
    for (const event of rows.slice(0, 200)) {
      const [a, b] = [keyed.learnOne(event), own.get(key(event))!.learnOne(event)]
      expect([a.loss, shown(a.prediction)]).toEqual([b.loss, shown(b.prediction)])
    }
  })

  it('a tap on the prediction sees every output, those of classes that were not met far below the others', () => {
    const model = open()
    let last: readonly number[] = []
    ;(model.nodes.prediction as Node<[number]>).subscribe((value) => (last = Array.from(value.data)))
    for (const event of events.slice(0, 20)) model.learnOne(event)
    expect(last).toHaveLength(8)
    expect(last.slice(0, 1).every((logit) => logit > -100)).toBe(true)
    expect(last.slice(2).every((logit) => logit < -1e5)).toBe(true)
  })
})
