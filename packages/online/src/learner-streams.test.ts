import { concat, EMPTY, filter, from, identity, map, of, Subject, take, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { lens } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import type { Learner } from './learner.ts'
import { learner } from './make-learner.ts'
import type { Learned } from './results.ts'
import { bitsOf, deliveries, type Delivery, deliveryLearner } from './testing/streams.ts'

interface Log {
  readonly values: unknown[]
  readonly ends: unknown[]
}

/** Subscribes and writes down everything. */
function watch(source: { subscribe: (observer: object) => { unsubscribe: () => void } }): Log & { stop: () => void } {
  const log: Log = { values: [], ends: [] }
  const subscription = source.subscribe({
    next: (value: unknown) => log.values.push(value),
    error: (error: unknown) => log.ends.push(error),
    complete: () => log.ends.push('complete'),
  })
  return { ...log, stop: () => subscription.unsubscribe() }
}

const events = deliveries(40)

describe('train()', () => {
  it('emits one result for each event, in order, then completes', () => {
    const [model, plain] = [deliveryLearner(), deliveryLearner()]
    const { values, ends } = watch(from(events).pipe(model.train()))
    const wanted = events.map((event) => plain.learnOne(event))
    expect(values.map((result) => ({ ...(result as object) }))).toEqual(wanted.map((result) => ({ ...result })))
    expect((values as Learned<Delivery, number>[])[7]!.event).toBe(events[7])
    expect(ends).toEqual(['complete'])
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
  })

  it('completes at once for an empty source', () => {
    expect(watch(EMPTY.pipe(deliveryLearner().train())).ends).toEqual(['complete'])
  })

  it('passes an error of the source on; the learner goes on for others', () => {
    const model = deliveryLearner()
    const failing = watch(concat(of(events[0]!), throwError(() => 'broken')).pipe(model.train()))
    expect([failing.values.length, failing.ends]).toEqual([1, ['broken']])
    expect(watch(from(events).pipe(model.train())).values.length).toBe(40)
  })

  it('emits nothing for a rejected event, reports it, and goes on', () => {
    const model = deliveryLearner()
    const rejected = watch(model.rejected$)
    const bad = { distance: Infinity, minutes: 1 }
    const { values, ends } = watch(of(events[0]!, bad, events[1]!).pipe(model.train()))
    expect([values.length, ends]).toEqual([2, ['complete']])
    expect(rejected.values).toMatchObject([{
      id: 2, event: bad, node: 'features', phase: 'input',
      reason: expect.stringMatching(/got Infinity for feature "distance", wanted a finite number/),
    }])
    expect((rejected.values[0] as { event: unknown }).event).toBe(bad)
  })

  it("onReject: 'stop' errors every stream with the event, the node and the remedy", () => {
    const model = learner({
      features: features({ x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }), onReject: 'stop',
    })
    const source = new Subject<object>()
    const [one, two] = [watch(source.pipe(model.train())), watch(new Subject<object>().pipe(model.train()))]
    source.next({ x: 1, y: 1 })
    source.next({ x: NaN, y: 1 })
    source.next({ x: 1, y: 1 })
    expect(one.values.length).toBe(1)
    for (const { ends } of [one, two]) {
      expect(String(ends)).toMatch(/event 2 was rejected.*got NaN for feature "x".*onReject/)
    }
    expect(model.learnOne({ x: 1, y: 1 }).step).toBe(2)
  })

  it('stops taking events when it is unsubscribed; what was learned stays', () => {
    const model = deliveryLearner()
    const source = new Subject<Delivery>()
    const log = watch(source.pipe(model.train(), take(3)))
    for (const event of events) source.next(event)
    expect([log.values.length, log.ends, source.observed, model.counters.learned]).toEqual([3, ['complete'], false, 3])
    const again = watch(source.pipe(model.train()))
    source.next(events[3]!)
    again.stop()
    source.next(events[4]!)
    expect([again.values.length, model.counters.learned]).toEqual([1, 4])
  })

  it('two streams learn into one learner, in order of arrival, each getting its own results', () => {
    const [model, plain] = [deliveryLearner(), deliveryLearner()]
    const [a, b] = [new Subject<Delivery>(), new Subject<Delivery>()]
    const [logA, logB] = [watch(a.pipe(model.train())), watch(b.pipe(model.train()))]
    events.forEach((event, i) => (i % 3 === 0 ? a : b).next(event))
    for (const event of events) plain.learnOne(event)
    expect([logA.values.length, logB.values.length]).toEqual([14, 26])
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
  })

  it('an event that a result gives rise to waits its turn; completion waits for it', () => {
    const model = deliveryLearner()
    const source = new Subject<Delivery>()
    const order: number[] = []
    const ends: string[] = []
    source.pipe(model.train()).subscribe({
      next: ({ event, step }) => {
        order.push(step)
        if (step === 1) {
          source.next({ ...event, distance: 2 })
          source.next({ ...event, distance: NaN })
          source.complete()
          ends.push('asked')
        }
      },
      complete: () => ends.push('complete'),
    })
    source.next(events[0]!)
    expect([order, ends]).toEqual([[1, 2], ['asked', 'complete']])
  })

  it('an event that a lens lets not pass emits nothing, leaves no name behind, and holds up no completion', () => {
    const make = (skipped: number): Learner<{ c?: string; y: number }, number, string> => learner({
      features: features({ c: categorical() }), target: 'y', loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }),
      model: (m) => m.pipe(dense(1), lens({ forward: filter((_, i) => i !== skipped), backward: identity })),
    })
    const [model, plain] = [make(1), make(-1)]
    const stream = [{ c: 'a', y: 1 }, { c: 'ghost', y: 2 }, { c: 'b', y: 3 }, { y: 4 }]
    const { values, ends } = watch(from(stream).pipe(model.train()))
    expect([values.length, ends]).toEqual([3, ['complete']])
    expect(model.counters).toMatchObject({ learned: 3, skipped: 1, rejected: 0, names: 2 })
    for (const event of stream) if (event.c !== 'ghost') plain.learnOne(event)
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
    expect(watch(of({ y: 1 }).pipe(make(0).train())).ends).toEqual(['complete'])
  })

  it('a result that throws downstream ends that stream alone', () => {
    const model = deliveryLearner()
    const log = watch(from(events).pipe(model.train(), map(({ step }) => {
      if (step === 2) throw new Error('mine')
      return step
    })))
    expect([log.values, String(log.ends)]).toEqual([[1], 'Error: mine'])
    expect(model.learnOne(events[5]!).step).toBe(3)
  })

  it('learnOne() inside a result says what to do instead', () => {
    const model = deliveryLearner()
    const errors: unknown[] = []
    from(events.slice(0, 2)).pipe(model.train()).subscribe(() => {
      try {
        model.learnOne(events[3]!)
      } catch (error) {
        errors.push(String(error))
      }
    })
    expect(errors).toHaveLength(2)
    expect(errors[0]).toMatch(/while another event is being learned.*train\(\)/)
    expect(model.counters.learned).toBe(2)
  })
})

describe('predict()', () => {
  it('emits a prediction for each event that can be used, without a target, and passes on the end', () => {
    const model = deliveryLearner()
    for (const event of events) model.learnOne(event)
    const bits = bitsOf(model.snapshot())
    const queries = [{ distance: 3 }, { distance: 'far' }, {}] as unknown as Delivery[]
    const rejected = watch(model.rejected$)
    const { values, ends } = watch(from(queries).pipe(model.predict()))
    const wanted = [queries[0]!, queries[2]!].map((event) => ({ event, prediction: model.predictOne(event) }))
    expect(values).toEqual(wanted)
    expect([ends, rejected.values.length]).toEqual([['complete'], 1])
    expect(watch(throwError(() => 'broken').pipe(model.predict())).ends).toEqual(['broken'])
    expect(bitsOf(model.snapshot())).toBe(bits)
  })

  it('predicts with what was learned last, concurrently with training', () => {
    const [model, plain] = [deliveryLearner(), deliveryLearner()]
    const [labelled, queries] = [new Subject<Delivery>(), new Subject<Delivery>()]
    const { values } = watch(queries.pipe(model.predict()))
    watch(labelled.pipe(model.train()))
    const wanted = events.map((event, i) => {
      queries.next(event)
      const prediction = plain.predictOne(event)
      if (i % 2 === 0) {
        labelled.next(event)
        plain.learnOne(event)
      }
      return { event, prediction }
    })
    expect(values).toEqual(wanted)
  })
})

describe('state$', () => {
  it('emits the state now, then after every learned event and every restore', () => {
    const model = deliveryLearner()
    model.learnOne(events[0]!)
    const first = model.snapshot()
    const log = watch(model.state$)
    model.learnOne(events[1]!)
    expect(() => model.learnOne({ minutes: NaN })).toThrow()
    model.restore(first)
    log.stop()
    model.learnOne(events[2]!)
    const isFirst = (log.values as (typeof first)[]).map((state) => bitsOf(state) === bitsOf(first))
    expect(isFirst).toEqual([true, false, true])
  })
})

describe('restore(state)', () => {
  it('inside a result takes effect after the event in flight', () => {
    const model = deliveryLearner()
    model.learnOne(events[0]!)
    const before = model.snapshot()
    from([events[1]!]).pipe(model.train()).subscribe(() => {
      model.restore(before)
    })
    expect(bitsOf(model.snapshot())).toBe(bitsOf(before))
  })
})
