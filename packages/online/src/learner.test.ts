import { describe, expect, it } from 'vitest'
import { RejectedError } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, crossEntropy, dense, squaredError } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { rng, standardNormal, zeros } from '@eddy/tensor'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { type Features, features } from './features.ts'
import { learner } from './make-learner.ts'
import { mae } from './metrics/mae.ts'
import { Prequential } from './prequential.ts'
import { bitsOf, deliveries, deliveryLearner } from './testing/streams.ts'

const colours = ['red', 'green', 'blue']

describe('learner of a regression', () => {
  it('is linear regression by gradient descent, standardised by the events before: checked by hand', () => {
    const lines = learner({
      features: features({ x: numeric() }), target: 'y', dtype: 'f64',
      model: (m) => m.pipe(dense(1, { weight: zeros(), bias: false })), loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }),
    })
    const seen: number[] = []
    let [weight, count, mean, squares] = [0, 0, 0, 0]
    for (const [x, y] of [[1, 3], [5, 7], [2, 2], [8, 11], [4, 6]] as const) {
      const z = squares > 0 ? (x - mean) / Math.sqrt(squares / count) : 0
      const prediction = weight * z
      weight -= 0.1 * 2 * (prediction - y) * z
      const before = x - mean
      mean += before / ++count
      squares += before * (x - mean)
      const result = lines.learnOne({ x, y })
      expect(result.prediction).toBeCloseTo(prediction, 12)
      expect(result.loss).toBeCloseTo((prediction - y) ** 2, 10)
      seen.push(result.step)
    }
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })

  it('predictOne(event) is what learnOne(event) predicts, once the names are known', () => {
    const model = deliveryLearner()
    for (const event of deliveries(300)) {
      const known = event.courier === undefined || model.snapshot().names.some(({ part }) => part === event.courier)
      const before = model.predictOne(event)
      const { prediction } = model.learnOne(event)
      if (known && model.counters.learned > 60) expect(prediction).toBe(before)
    }
  })

  it('has metrics of the emitted predictions, beside baselines', () => {
    const model = deliveryLearner()
    const events = deliveries(200)
    const errors = events.map((event) => Math.abs(model.learnOne(event).prediction - event.minutes))
    expect(model.metrics.mae).toBeCloseTo(errors.reduce((a, b) => a + b) / 200, 10)
    expect(Object.keys(model.metrics.baselines)).toEqual(['noChange', 'mean', 'median'])
    const { metrics } = model.learnOne(events[0]!)
    expect(metrics).toEqual(model.metrics)
  })

  it('takes metrics of your own', () => {
    const model = learner({
      features: features({ x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }), metrics: () => new Prequential({ error: mae }),
    })
    expect(model.learnOne({ x: 1, y: 2 }).metrics).toEqual({ error: model.metrics.error, baselines: {} })
  })

  it('changes no event that it is given', () => {
    const model = deliveryLearner()
    for (const event of deliveries(20)) {
      const copy = structuredClone(event)
      model.learnOne(Object.freeze(event))
      model.predictOne(event)
      expect(event).toEqual(copy)
    }
  })

  it('counts what became of every event', () => {
    const model = deliveryLearner()
    for (const event of deliveries(30)) model.learnOne(event)
    expect(() => model.learnOne({ distance: NaN, minutes: 1 })).toThrow(RejectedError)
    expect(() => model.predictOne({ distance: NaN, minutes: 1 })).toThrow(RejectedError)
    model.predictOne({ minutes: NaN })
    expect(model.counters)
      .toMatchObject({ learned: 30, predicted: 1, rejected: 2, skipped: 0, dropped: 0, overflow: 0 })
  })
})

describe('learner of two classes', () => {
  const make = (classes?: readonly string[]) => learner({
    features: features({ x: numeric(), c: categorical() }), target: 'spam',
    ...(classes === undefined ? {} : { classes }), model: (m) => m.pipe(dense(1)),
    loss: binaryCrossEntropyWithLogits(), optimizer: adam({ learningRate: 0.05 }), seed: 1,
  })

  it('predicts the probability of the positive class', () => {
    const model = make()
    const random = rng(4)
    for (let i = 0; i < 600; i++) {
      const x = standardNormal(random, i)
      const { prediction } = model.learnOne({ x, c: 'a', spam: x > 0.3 })
      expect(prediction).toBeGreaterThan(0)
      expect(prediction).toBeLessThan(1)
    }
    expect(model.task).toBe('binary')
    expect(model.predictOne({ x: 2, c: 'a' })).toBeGreaterThan(0.9)
    expect(model.predictOne({ x: -2, c: 'a' })).toBeLessThan(0.1)
    expect(model.metrics.accuracy).toBeGreaterThan(0.85)
    expect(model.metrics.rocAuc).toBeGreaterThan(0.9)
    expect(model.metrics.baselines.majority!.accuracy).toBeLessThan(0.7)
  })

  it('takes 0 and 1, true and false, or the names of classes, of which the second is the positive one', () => {
    const [numbers, flags, names] = [make(), make(), make(['ham', 'spam'])]
    for (let i = 0; i < 40; i++) {
      const event = { x: (i * 7) % 5, c: `${i % 3}` }
      const spam = i % 4 === 1
      const losses = [
        numbers.learnOne({ ...event, spam: Number(spam) }), flags.learnOne({ ...event, spam }),
        names.learnOne({ ...event, spam: spam ? 'spam' : 'ham' }),
      ].map(({ loss }) => loss)
      expect(new Set(losses).size).toBe(1)
    }
    expect(() => names.learnOne({ x: 1, spam: 'eggs' }))
      .toThrow(/"eggs" as the target in field "spam", wanted one of \["ham", "spam"\]/)
    expect(() => numbers.learnOne({ x: 1, spam: 2 })).toThrow(/wanted true, false, or a number from 0 to 1/)
  })
})

describe('learner of several classes', () => {
  it('predicts the class and all probabilities', () => {
    const model = learner({
      features: features({ x: numeric() }), target: (e: { x: number; colour: string }) => e.colour, classes: colours,
      model: (m) => m.pipe(dense(3)), loss: crossEntropy(), optimizer: adam({ learningRate: 0.05 }), seed: 1,
    })
    const random = rng(9)
    for (let i = 0; i < 900; i++) {
      const x = standardNormal(random, i)
      const { prediction } = model.learnOne({ x, colour: x < -0.5 ? 'red' : x < 0.5 ? 'green' : 'blue' })
      const probabilities = Array.from(prediction.probabilities)
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      expect(probabilities[colours.indexOf(prediction.label)]).toBe(Math.max(...probabilities))
    }
    expect(model.predictOne({ x: 2, colour: '' }).label).toBe('blue')
    expect(model.metrics.accuracy).toBeGreaterThan(0.75)
    expect(model.metrics.accuracy).toBeGreaterThan(model.metrics.baselines.majority!.accuracy)
    expect(model.counters.learned).toBe(900)
  })

  it('takes numbers of classes, and rejects what is none', () => {
    const model = learner({
      features: features({ x: numeric() }), target: 'k', model: (m) => m.pipe(dense(3)), loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
    })
    expect(model.learnOne({ x: 1, k: 2 }).prediction.label).toBeLessThan(3)
    for (const k of [3, -1, 0.5, '1', undefined]) {
      expect(() => model.learnOne({ x: 1, k })).toThrow(/number of a class, 0 to 2/)
    }
  })
})

describe('learner(options) refuses', () => {
  const base = { loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }) }
  const x = { x: numeric() }

  it('a label among the features', () => {
    const make = (spec: Features, target: string | ((event: { y: number }) => number)) => (): unknown => learner({
      ...base, features: spec, target, model: (m) => m.pipe(dense(1)),
    })
    expect(make(features(x), 'x')).toThrow(/target x is a feature/)
    expect(make(features(x, { unknown: 'auto' }), (e) => e.y)).toThrow(/the label might be among them.*ignore/)
    expect(make(features(x, { unknown: 'auto', ignore: ['y'] }), (e) => e.y)).not.toThrow()
    expect(make(features(x, { unknown: 'auto' }), 'y')).not.toThrow()
  })

  it('an output that does not fit the loss, and classes that do not fit the output', () => {
    const make = (outputs: number, options: object) => (): unknown => learner({
      ...base, features: features(x), target: 'y', model: (m) => m.pipe(dense(outputs)), ...options,
    })
    expect(make(2, {})).toThrow(/output has shape \[2\], wanted \[1\]/)
    expect(make(3, { loss: crossEntropy(), classes: ['a', 'b'] })).toThrow(/classes do not suit.*3 different ones/)
    expect(make(1, { classes: ['a', 'b'] })).toThrow(/none, the loss is one of regression/)
    expect(make(3, { loss: crossEntropy(), classes: ['a', 'b', 'b'] })).toThrow(/3 different ones/)
  })
})

describe('Learner#snapshot()', () => {
  it('is immutable and shares what did not change', () => {
    const model = deliveryLearner()
    const events = deliveries(80)
    for (const event of events.slice(0, 60)) model.learnOne(event)
    const one = model.snapshot()
    const bits = bitsOf(one)
    expect([one, one.names, one.training, one.metrics].every(Object.isFrozen)).toBe(true)
    expect(model.snapshot().names).toBe(one.names)
    expect(model.snapshot().training.parameters['dense.weight']).toBe(one.training.parameters['dense.weight'])
    for (const event of events.slice(60)) model.learnOne(event)
    expect(bitsOf(one)).toBe(bits)
  })

  it('asked for inside a tap, is a state of one piece: as many names as rows', () => {
    const make = () => learner({
      features: features({}, { unknown: numeric() }), target: 'y', seed: 3, model: (m) => m.pipe(dense(1)),
      loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
    })
    const model = make()
    const states: ReturnType<typeof model.snapshot>[] = []
    model.nodes.prediction.subscribe(() => states.push(model.snapshot()))
    for (const event of [{ a: 1, y: 2 }, { a: 2, b: 1, y: 3 }, { c: 1, b: 4, y: 1 }]) model.learnOne(event)
    expect(states.map(({ names }) => names.length)).toEqual([1, 2, 3])
    for (const state of states) {
      const other = make()
      other.restore(state)
      expect(bitsOf(other.snapshot())).toBe(bitsOf(state))
    }
  })
})
