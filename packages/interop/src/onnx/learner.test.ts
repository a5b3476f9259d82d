import { dropout, dense, hedged, relu, crossEntropy, binaryCrossEntropyWithLogits, squaredError } from '@eddy/nodes'
import {
  boolean, categorical, cycle, features, hashed, lag, learner, type Learner, numeric, text, vector,
} from '@eddy/online'
import { adam, sgd } from '@eddy/optim'
import { rng } from '@eddy/tensor'
import * as ort from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { ExportError } from '../errors.ts'
import { exportOnnx } from './export-onnx.ts'
import { missingText } from './feature-inputs.ts'

interface Trip {
  readonly distance?: number
  readonly hour?: number
  readonly carrier?: string
  readonly weekend?: boolean
  readonly age?: number
  readonly spot?: readonly number[]
  readonly price: number
}

interface Choice {
  readonly label: string
  readonly probabilities: ArrayLike<number>
}

const seed = 7
const carriers = ['AA', 'B6', '', 'toString', '\u6f22']

/** Trips with some fields missing; the price depends on all of them. */
function trips(count: number): Trip[] {
  return Array.from({ length: count }, (_, k) => {
    const key = rng(seed, 'trip', k)
    const at = (name: string): number => key.split(name).uniform(0)
    const whole: Trip = {
      distance: 100 + 900 * at('distance'), hour: 24 * at('hour'), carrier: carriers[Math.floor(at('carrier') * 5)]!,
      weekend: at('weekend') < 0.3, age: 20 + 60 * at('age'), spot: [at('x'), 10 * at('y')], price: 0,
    }
    const price = whole.distance! / 500 + Math.sin(whole.hour! / 4) + (whole.weekend! ? 1 : 0) + whole.spot![1]! / 5
    const kept = Object.entries({ ...whole, price }).filter(([name]) => name === 'price' || at(`keep ${name}`) < 0.85)
    return Object.fromEntries(kept) as unknown as Trip
  })
}

/** The inputs of a model for an event; what it lacks is NaN, or the text that says so. */
function feedsOf(
  event: object, names: readonly string[], dtype: 'f32' | 'f64', wide: string | null = 'hour',
): Record<string, ort.Tensor> {
  return Object.fromEntries(names.map((name) => {
    const absent = name === 'carrier' ? missingText : name === 'spot' ? [NaN, NaN] : NaN
    const value = (event as Record<string, unknown>)[name] ?? absent
    if (typeof value === 'string') return [name, new ort.Tensor('string', [value], [1])]
    const numbers = Array.isArray(value) ? value as number[] : [Number(value)]
    return [name, dtype === 'f64' || name === wide
      ? new ort.Tensor('float64', Float64Array.from(numbers), [numbers.length])
      : new ort.Tensor('float32', Float32Array.from(numbers), [numbers.length])]
  }))
}

async function sessionOf(bytes: Uint8Array, dtype: 'f32' | 'f64' = 'f32'): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    logSeverityLevel: 4, graphOptimizationLevel: dtype === 'f64' ? 'basic' : 'all',
  })
}

const tripFeatures = features({
  distance: numeric(), hour: cycle({ period: 24, missing: 'indicator' }),
  carrier: categorical({ missing: 'indicator' }),
  weekend: boolean({ missing: false }), age: numeric({ missing: 'indicator' }), spot: vector({ length: 2 }),
})

describe.each(['f32', 'f64'] as const)('exportOnnx(learner) in %s', (dtype) => {
  const tolerance = dtype === 'f32' ? 1e-5 : 1e-12
  const close = (got: number, wanted: number): void => {
    const error = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))
    expect(error, `got ${got}, wanted ${wanted}`).toBeLessThanOrEqual(tolerance)
  }

  it('predicts numbers as the learner does, fields missing or never seen', async () => {
    const model = learner({
      features: tripFeatures, target: (e: Trip) => e.price, seed, dtype,
      model: (m) => m.pipe(dense(8), relu(), dropout(0.2), dense(1)), loss: squaredError(),
      optimizer: adam({ learningRate: 0.01 }),
    })
    for (const trip of trips(300)) model.learnOne(trip)
    const session = await sessionOf(exportOnnx(model), dtype)
    for (const trip of [...trips(340).slice(300), { carrier: 'unknown', price: 0 }, { price: 0 }]) {
      const { prediction } = await session.run(feedsOf(trip, session.inputNames, dtype))
      close((prediction!.data as Float32Array)[0]!, model.predictOne(trip))
    }
    await session.release()
  })

  it('predicts numbers in the unit that is given', async () => {
    const model = learner({
      features: features({ distance: numeric() }), target: (e: Trip) => (e.price - 3) / 7, seed, dtype,
      model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 0.05 }),
    })
    for (const trip of trips(100)) model.learnOne(trip)
    const session = await sessionOf(exportOnnx(model, { unit: { add: 3, multiply: 7 } }), dtype)
    for (const trip of trips(110).slice(100)) {
      const { prediction } = await session.run(feedsOf(trip, session.inputNames, dtype))
      close((prediction!.data as Float32Array)[0]!, 3 + 7 * model.predictOne(trip))
    }
    await session.release()
  })

  it('predicts what a learner does that standardises its labels, in their unit and in any other', async () => {
    const model = learner({
      features: features({ distance: numeric() }), target: (e: Trip) => 250_000 + 40_000 * e.price, seed, dtype,
      model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 0.05 }),
      standardizeTarget: true,
    })
    for (const trip of trips(100)) model.learnOne(trip)
    for (const unit of [{ add: 0, multiply: 1 }, { add: 3, multiply: 0.001 }]) {
      const session = await sessionOf(exportOnnx(model, unit.add === 0 ? {} : { unit }), dtype)
      for (const trip of trips(110).slice(100)) {
        const { prediction } = await session.run(feedsOf(trip, session.inputNames, dtype))
        const wanted = unit.add + unit.multiply * model.predictOne(trip)
        close((prediction!.data as Float32Array)[0]! / wanted, 1)
      }
      await session.release()
    }
  })

  it('predicts the probability of the second of two classes', async () => {
    const model = learner({
      features: features({}, { unknown: 'auto', ignore: ['spot', 'price'] }),
      target: (e: Trip) => (e.price > 2 ? 'dear' : 'cheap'),
      classes: ['cheap', 'dear'], seed, dtype, model: (m) => m.pipe(dense(1)), loss: binaryCrossEntropyWithLogits(),
      optimizer: sgd({ learningRate: 0.05 }),
    })
    for (const trip of trips(300)) model.learnOne(trip)
    const session = await sessionOf(exportOnnx(model), dtype)
    for (const trip of trips(340).slice(300)) {
      // An hour that was not declared is a number like others.
      const feeds = feedsOf(trip, session.inputNames, dtype, null)
      const { probability } = await session.run(feeds)
      close((probability!.data as Float32Array)[0]!, model.predictOne(trip))
    }
    await session.release()
  })

  it('predicts with the depths of a hedged network as they weigh now', async () => {
    const model = learner({
      ...hedged({ depths: 2, width: 5, loss: binaryCrossEntropyWithLogits(), discount: 0.9 }), seed, dtype,
      features: features({ distance: numeric(), hour: numeric() }), target: (e: Trip) => e.price > 2,
      optimizer: sgd({ learningRate: 0.1 }),
    })
    for (const trip of trips(300)) model.learnOne(trip)
    const weights = Array.from(model.snapshot().training.buffers['hedged.weights']!.data)
    expect(Math.max(...weights)).toBeGreaterThan(0.4)
    const session = await sessionOf(exportOnnx(model), dtype)
    for (const trip of trips(340).slice(300)) {
      const { probability } = await session.run(feedsOf(trip, session.inputNames, dtype, null))
      close((probability!.data as Float32Array)[0]!, model.predictOne(trip))
    }
    await session.release()
  })

  const kinds = [
    ['named', ['low', 'mid', 'high'], false], ['open', 'open', false], ['named, hedged', ['low', 'mid', 'high'], true],
    ['open, hedged', 'open', true],
  ] as const
  it.each(kinds)('predicts classes, %s', async (_, classes, isHedged) => {
    const nameOf = (e: Trip): string => (e.price < 1.5 ? 'low' : e.price < 2.5 ? 'mid' : 'high')
    const options = {
      features: tripFeatures, target: nameOf, seed, dtype, loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.02 }),
      model: (m: never, outputs: number) => (m as { pipe: (a: unknown) => never }).pipe(dense(outputs)),
      ...(isHedged ? hedged({ depths: 2, width: 5, loss: crossEntropy() }) : {}),
    }
    const model: Learner<Trip, Choice> = learner({ ...options, classes } as never) as never
    for (const trip of trips(300)) model.learnOne(trip)
    const session = await sessionOf(exportOnnx(model), dtype)
    for (const trip of trips(340).slice(300)) {
      const wanted = model.predictOne(trip)
      const { probabilities, label } = await session.run(feedsOf(trip, session.inputNames, dtype))
      expect(probabilities!.dims).toEqual([3])
      Array.from(wanted.probabilities).forEach((share, k) => close((probabilities!.data as Float32Array)[k]!, share))
      expect(label!.data).toEqual([wanted.label])
    }
    await session.release()
  })
})

describe('exportOnnx(learner) refuses, naming the feature:', () => {
  it.each([
    ['a hash', hashed({ bits: 4 }), 'hash'], ['words', text(), 'text'],
    ['the past', lag({ of: 'a' } as never), 'before'],
    ['statistics of the past', numeric({ scale: 'robust' }), 'before'],
    ['an encoder in JavaScript', { name: 'celsius', standardize: true, encode: () => {} }, 'celsius'],
    ['one that only has the name', {
      name: 'numeric', standardize: true, encode: (v: unknown, emit: (p: null, x: number) => void) =>
        emit(null, Number(v) * 2),
    }, 'your own'],
  ] as const)('%s', (_, encoder, word) => {
    const model = learner({
      features: features({ odd: encoder }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }),
    })
    expect(() => exportOnnx(model)).toThrow(ExportError)
    expect(() => exportOnnx(model)).toThrow(/feature "odd": .*/)
    expect(() => exportOnnx(model)).toThrow(word)
  })

  it('a dictionary that is full', () => {
    const model = learner({
      features: features({ city: categorical({ max: 2 }) }), target: 'y', model: (m) => m.pipe(dense(1)),
      loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
    })
    for (const city of ['a', 'b']) model.learnOne({ city, y: 1 })
    expect(() => exportOnnx(model)).toThrow(/2 categories/)
  })
})
