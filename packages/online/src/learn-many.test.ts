import fc from 'fast-check'
import { RejectedError } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, crossEntropy, dense, squaredError } from '@eddy/nodes'
import { adagrad, adam, sgd } from '@eddy/optim'
import { describe, expect, it } from 'vitest'
import { features } from './features.ts'
import { learner } from './make-learner.ts'
import type { Learner } from './learner.ts'
import { saleFeatures, sales } from './testing/sales.ts'
import { bitsOf, deliveries, deliveryLearner } from './testing/streams.ts'
import { reservoir } from './replay/reservoir.ts'

type Row = Readonly<Record<string, unknown>>
type Any = Learner<object, unknown, string>
const auto = features({}, { unknown: 'auto' })

/** Learners that read events together, and some that must not; all of them reject some events. */
const makers: Readonly<Record<string, () => Any>> = {
  numbers: () => learner({
    features: auto, target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: adagrad(), seed: 1,
  }) as unknown as Any,
  standardized: () => learner({
    features: auto, target: 'y', model: (m) => m.pipe(dense(3), dense(1)), loss: squaredError(), seed: 1,
    optimizer: adagrad({ learningRate: 0.1 }), standardizeTarget: true,
  }) as unknown as Any,
  weighted: () => learner<Row>({
    features: auto, target: 'y', model: (m) => m.pipe(dense(3), dense(1)), loss: squaredError(),
    optimizer: adam({ learningRate: 0.05 }), seed: 1, weight: ({ a }) => (typeof a === 'number' ? 1 + a ** 2 : 1),
  }) as unknown as Any,
  'two classes': () => learner({
    features: auto, target: 'y', model: (m) => m.pipe(dense(1)), loss: binaryCrossEntropyWithLogits(),
    optimizer: sgd({ learningRate: 0.5 }), seed: 1,
  }) as unknown as Any,
  classes: () => learner({
    features: auto, target: 'y', model: (m, n) => m.pipe(dense(n)), loss: crossEntropy(), classes: [0, 1, 'x'],
    optimizer: adam(), seed: 1,
  }) as unknown as Any,
  'open classes': () => learner({
    features: auto, target: 'y', model: (m, n) => m.pipe(dense(n)), loss: crossEntropy(), classes: 'open',
    classesMax: 4, classWeights: 'balanced', optimizer: adam(), seed: 1,
  }) as unknown as Any,
  replaying: () => learner({
    features: auto, target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: adagrad(), seed: 1,
    replay: reservoir({ size: 8, per: 1 }),
  }) as unknown as Any,
  'few names': () => learner({
    features: features({}, { unknown: 'auto', namesMax: 4 }), target: 'y', model: (m) => m.pipe(dense(1)),
    loss: squaredError(), optimizer: adagrad(), seed: 1,
  }) as unknown as Any,
}

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -99, max: 99 }).map((x) => x / 7) },
  { weight: 4, arbitrary: fc.constantFrom('u', 'v', 'w', true) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, 1e31, null, undefined) },
)
const label = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(0, 1) }, {
  weight: 1, arbitrary: fc.constantFrom(0.25, -3.5, 'x', NaN, undefined, 1e29, 'y', 'z'),
})
const row = fc.tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'), value), label)
const rows = fc.array(row.map(([fields, y]): Row => ({ ...fields, y })), { minLength: 1, maxLength: 60 })

/** What `learnOne` gives for an event, or why it is rejected. */
function alone(model: Any, event: object): unknown {
  try {
    return seen(model.learnOne(event))
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    return seen(error.rejection)
  }
}

function seen(answer: object): unknown {
  if ('reason' in answer) {
    const { id, reason, node, phase, event } = answer as unknown as Record<string, unknown>
    return { id, reason, node, phase, event }
  }
  const { event, prediction, loss, step } = answer as unknown as Record<string, unknown>
  return { event, prediction, loss, step }
}

describe('learnMany(events)', () => {
  it.each(Object.keys(makers))('%s: the answers, counts and bits of learnOne, however events come together', (name) => {
    fc.assert(fc.property(rows, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (events, sizes) => {
      const [one, many] = [makers[name]!(), makers[name]!()]
      const rejected: unknown[] = []
      many.rejected$.subscribe((rejection) => rejected.push(seen(rejection)))
      const wanted = events.map((event) => alone(one, event))
      const got: unknown[] = []
      for (let at = 0, k = 0; at < events.length; at += sizes[k++ % sizes.length]!) {
        got.push(...many.learnMany(events.slice(at, at + sizes[k % sizes.length]!)).map(seen))
      }
      expect(got).toEqual(wanted)
      expect(rejected).toEqual(wanted.filter((answer) => 'reason' in (answer as object)))
      expect(bitsOf(many.snapshot())).toBe(bitsOf(one.snapshot()))
      expect(many.counters).toEqual(one.counters)
      expect(many.metrics).toEqual(one.metrics)
      expect(many.predictOne({ a: 1, b: 'u' })).toEqual(one.predictOne({ a: 1, b: 'u' }))
    }), { numRuns: 60 })
  })

  it('learns events with memories, and those that somebody watches, as learnOne does', () => {
    const make = (): Learner<object, number, string> => learner({
      features: saleFeatures, target: 'sold', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: adagrad(), seed: 4,
    }) as unknown as Learner<object, number, string>
    const [one, many] = [make(), make()]
    for (const event of sales(90)) one.learnOne(event)
    many.learnMany(sales(90))
    expect(bitsOf(many.snapshot())).toBe(bitsOf(one.snapshot()))

    const events = deliveries(150)
    const models = [deliveryLearner(), deliveryLearner(), deliveryLearner()]
    const [plain, watched, tapped] = models as [typeof models[0], typeof models[0], typeof models[0]]
    const [states, values]: [number[], number[]] = [[], []]
    watched.state$.subscribe(({ training: { step } }) => states.push(step))
    tapped.nodes.prediction.subscribe(({ data }) => values.push(data[0]!))
    const predictions = events.map((event) => plain.learnOne(event).prediction)
    for (const model of [watched, tapped]) {
      const answers = model.learnMany(events) as readonly { readonly prediction: number }[]
      expect(answers.map(({ prediction }) => prediction)).toEqual(predictions)
      expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
    }
    expect(states).toEqual(Array.from({ length: 151 }, (_, k) => k))
    expect(values).toEqual(predictions)
  })

  it('gives nothing for nothing, and throws from inside a result, and when the run has ended', () => {
    const model = deliveryLearner()
    expect(model.learnMany([])).toEqual([])
    const [first, second] = deliveries(2) as [ReturnType<typeof deliveries>[0], ReturnType<typeof deliveries>[0]]
    const errors: unknown[] = []
    model.rejected$.subscribe(() => {
      try {
        model.learnMany([first])
      } catch (error) {
        errors.push(error)
      }
    })
    const [learned, refused] = model.learnMany([first, { ...second, minutes: NaN }])
    expect([learned, refused]).toMatchObject([{ step: 1 }, { phase: 'input' }])
    expect(String(errors)).toMatch(/^GraphError: .*learnMany.*while another event is being learned[^,]*$/)
    const strict = learner({
      features: auto, target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: adagrad(),
      onReject: 'stop',
    })
    expect(() => strict.learnMany([{ a: 1, y: 1 }, { a: 1, y: NaN }, { a: 1, y: 2 }])).toThrow(/event 2 was rejected/)
    expect(strict.counters.learned).toBe(1)
  })
})

describe('learnMany(events)', () => {
  it('refuses what is no list', () => {
    const model = deliveryLearner()
    for (const wrong of [undefined, null, { distance: 1 }, deliveries(2).values()]) {
      expect(() => model.learnMany(wrong as never)).toThrow(/no events, in learnMany: .* a list of events.*train/)
    }
    expect(model.counters.learned).toBe(0)
  })
})
