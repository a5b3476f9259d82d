import { defineOperator, type Node } from '@eddy/graph'
import { crossEntropy, delay, dense, mul, relu, squaredError } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import fc from 'fast-check'
import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { categorical } from '../encoders/categorical.ts'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { LearnerState } from '../learner-state.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'
import { keyedLearner } from '../many/make-keyed-learner.ts'
import { bitsOf, type Delivery, deliveries } from '../testing/streams.ts'
import { type Replay, reservoir } from './reservoir.ts'

type Model = Learner<Delivery, number, 'mae' | 'rmse' | 'r2'>

function make(others: object = {}): Model {
  return learner({
    features: features({ distance: numeric(), hour: numeric(), courier: categorical() }),
    target: (event: Delivery) => event.minutes, model: (m: Node<[number]>) => m.pipe(dense(8), relu(), dense(1)),
    loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), seed: 1, replay: reservoir({ size: 20, per: 2 }),
    ...others,
  }) as unknown as Model
}

const bits = (state: LearnerState): string => `${bitsOf(state)}\n${JSON.stringify(state.replay)}`
const events = deliveries(300)

describe('learner({ replay })', () => {
  it('learns each event, then as many of those before it, and scores and counts only the events', () => {
    // New couriers would have weights in learning that predicting does not have yet.
    const model = make({ features: features({ distance: numeric(), hour: numeric() }) })
    const losses: number[] = []
    model.nodes.loss.subscribe((loss) => losses.push(loss.item()))
    const wrong: number[] = []
    for (const event of events) {
      const said = model.predictOne(event)
      const { prediction, metrics } = model.learnOne(event)
      expect(prediction).toBe(said)
      wrong.push(Math.abs(prediction - event.minutes))
      expect(metrics.mae).toBeCloseTo(wrong.reduce((sum, error) => sum + error, 0) / wrong.length, 9)
    }
    // The first event finds an empty memory.
    expect(losses).toHaveLength(300 + 2 * 299)
    expect(model.counters).toMatchObject({ learned: 300, replayed: 598, replaysRejected: 0, rejected: 0, skipped: 0 })
    expect(model.snapshot().training.step).toBe(898)
  })

  it('learns what it remembers as it was: like a learner that is given those events again', () => {
    const [model, plain] = [make({ replay: reservoir({ size: 300, per: 1 }) }), make({ replay: undefined })]
    for (const [i, event] of events.entries()) {
      const before = model.snapshot().replay!
      model.learnOne(event)
      plain.learnOne(event)
      // The memory has room for all, so the draw is a position.
      if (i === 0) continue
      const place = rng(1, 'replay').integer(before.draws, i)
      expect(before.items).toHaveLength(i)
      plain.learnOne(events[place]!)
    }
    expect(model.snapshot().training).toEqual(plain.snapshot().training)
  })

  it('stop anywhere, restore elsewhere, go back: as if never stopped, also between an event and its replays', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 200 }), fc.boolean(), (stop, between) => {
      const [model, copy] = [make(), make({ seed: 7 })]
      for (const event of deliveries(50, 9)) copy.learnOne(event)
      let state = model.snapshot()
      from(events.slice(0, stop)).pipe(model.train()).subscribe(() => (state = model.snapshot()))
      if (between && stop > 1) expect(state.replay!.due).toHaveLength(2)
      if (!between) state = model.snapshot()
      copy.restore(JSON.parse(JSON.stringify({ ...state, training: null }), (key, value: unknown) => (
        key === 'training' ? state.training : value
      )) as LearnerState)
      expect(bits(copy.snapshot())).toBe(bits(model.snapshot()))
      for (const event of events.slice(stop, stop + 40)) {
        expect(copy.learnOne(event).loss).toBe(model.learnOne(event).loss)
      }
      expect(bits(copy.snapshot())).toBe(bits(model.snapshot()))
    }), { numRuns: 15 })
  })

  it('the same, however the events come: one at a time, as a stream, from inside results', () => {
    const [one, stream, nested] = [make(), make(), make()]
    for (const event of events) one.learnOne(event)
    from(events).pipe(stream.train()).subscribe()
    const source = new Subject<Delivery>()
    let next = 1
    let completed = false
    source.pipe(nested.train()).subscribe({
      next: () => (next < events.length ? source.next(events[next++]!) : source.complete()),
      complete: () => (completed = true),
    })
    source.next(events[0]!)
    expect(bits(stream.snapshot())).toBe(bits(one.snapshot()))
    expect(completed).toBe(true)
    expect(nested.counters).toMatchObject({ learned: 300, replayed: 598 })
    expect(nested.snapshot().replay!.items).toEqual(one.snapshot().replay!.items)
  })

  it('publishes one state for each event, replays included', () => {
    const model = make()
    const states: LearnerState[] = []
    model.state$.subscribe((state) => states.push(state))
    for (const event of events.slice(0, 50)) {
      model.learnOne(event)
      expect(bits(states.at(-1)!)).toBe(bits(model.snapshot()))
    }
    expect(states).toHaveLength(51)
    expect(states.every(({ replay }) => replay!.due.length === 0)).toBe(true)
  })

  it('a rejected event is not remembered; taps change no bit', () => {
    const [model, plain] = [make(), make()]
    let asked = 0
    model.nodes.prediction.gradient$.subscribe(() => (asked += model.predictOne({ distance: 3 })))
    const rejected: unknown[] = []
    model.rejected$.subscribe((rejection) => rejected.push(rejection.event))
    for (const event of events.slice(0, 100)) {
      expect(() => model.learnOne({ minutes: NaN })).toThrow(/rejected/)
      model.learnOne(event)
      plain.learnOne(event)
    }
    expect(bits(model.snapshot())).toBe(bits(plain.snapshot()))
    expect(rejected.filter((event) => event === undefined)).toEqual([])
    expect(asked).not.toBe(0)
    expect(model.counters).toMatchObject({ learned: 100, rejected: 100, replayed: 198 })
  })

  it('a remembered event that can no longer be learned is counted, and nothing else', () => {
    let fails = false
    const moody = defineOperator({
      name: 'moody',
      forward: ([x], y) => {
        if (fails) throw new Error('not now')
        y.set(Array.from(x!))
      },
      backward: (dy, _x, _y, [dx]) => dx?.set(Array.from(dy)),
    })
    const model = make({ model: (m: Node<[number]>) => m.pipe(dense(8), moody(), dense(1)) })
    const rejected: unknown[] = []
    model.rejected$.subscribe((rejection) => rejected.push(rejection))
    for (const event of events.slice(0, 10)) model.learnOne(event)
    from(events.slice(10, 11)).pipe(model.train()).subscribe(() => (fails = true))
    fails = false
    model.learnOne(events[11]!)
    expect(rejected).toEqual([])
    expect(model.counters).toMatchObject({ learned: 12, rejected: 0, replayed: 18 + 2, replaysRejected: 2 })
  })

  it('encoders that remember are not taught twice, labels that come later are remembered when they have come', () => {
    const spec = features({ distance: numeric(), before: lag({ of: 'distance' }) })
    const [model, plain] = [make({ features: spec }), make({ features: spec, replay: undefined })]
    for (const event of events) {
      model.learnOne(event)
      plain.learnOne(event)
    }
    expect(model.snapshot().memories).toEqual(plain.snapshot().memories)
    const later = make()
    const labels = new Subject<{ readonly id: number; readonly minutes: number }>()
    labels.pipe(later.learn({ key: (l) => l.id, label: (l) => l.minutes })).subscribe()
    const asked = events.slice(0, 50).map((event, id) => ({ ...event, id }))
    from(asked).pipe(later.predict({ key: (e: { readonly id: number }) => e.id } as never)).subscribe()
    for (const { id, minutes } of asked) labels.next({ id, minutes })
    expect(later.counters).toMatchObject({ learned: 50, replayed: 98 })
    expect(later.labelCounters).toMatchObject({ learned: 50 })
  })

  it('forgets less: after the concept of one class is long gone from the stream, it is still known', () => {
    const random = rng(4, 'turns')
    /** First only a and b, then only b and c. */
    const turns = Array.from({ length: 3000 }, (_, i) => {
      const k = (i < 1000 ? 0 : 1) + random.integer(3 * i, 2)
      const angle = k * 2.1
      return {
        x: 2 * Math.cos(angle) + 0.7 * standardNormal(random, 3 * i + 1),
        y: 2 * Math.sin(angle) + 0.7 * standardNormal(random, 3 * i + 2),
        kind: 'abc'[k]!,
      }
    })
    const rightOf = (replay: Replay | undefined): number => {
      const model = learner({
        features: features({ x: numeric({ scale: 'none' }), y: numeric({ scale: 'none' }) }), target: 'kind',
        classes: ['a', 'b', 'c'], model: (m, outputs) => m.pipe(dense(16), relu(), dense(outputs)),
        loss: crossEntropy(), optimizer: sgd({ learningRate: 0.05 }), ...(replay === undefined ? {} : { replay }),
      })
      for (const turn of turns) model.learnOne(turn)
      const old = turns.slice(0, 1000).filter(({ kind }) => kind === 'a')
      return old.filter((turn) => model.predictOne(turn).label === 'a').length / old.length
    }
    const [none, plain, balanced] = [
      undefined, reservoir({ size: 100 }), reservoir({ size: 100, balanced: true }),
    ].map(rightOf) as [number, number, number]
    expect(plain).toBeGreaterThan(none + 0.1)
    expect(balanced).toBeGreaterThan(none + 0.1)
    expect(balanced).toBeGreaterThan(0.9)
  })

  it('of classes that are met on the way: learned again by name, resumed anywhere, balanced or not', () => {
    const classified = deliveries(150).map((event, i) => ({ ...event, kind: `k${(7 * i) % (1 + Math.floor(i / 30))}` }))
    for (const balanced of [false, true]) {
      const fresh = (seed = 1): Learner<Delivery & { kind: string }, object, string> => learner({
        features: features({ distance: numeric(), hour: numeric() }), target: 'kind', classes: 'open',
        model: (m: Node<[number]>, outputs: number) => m.pipe(dense(outputs)), loss: crossEntropy(),
        optimizer: adam({ learningRate: 0.05 }), seed, replay: reservoir({ size: 20, per: 2, balanced }),
      }) as never
      const [model, stopped] = [fresh(), fresh()]
      for (const event of classified) model.learnOne(event)
      for (const event of classified.slice(0, 95)) stopped.learnOne(event)
      const copy = fresh(3)
      copy.restore(stopped.snapshot())
      for (const event of classified.slice(95)) copy.learnOne(event)
      expect(bits(copy.snapshot())).toBe(bits(model.snapshot()))
      expect(model.snapshot().classes).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
      expect(model.counters).toMatchObject({ learned: 150, replayed: 298, replaysRejected: 0 })
    }
  })

  it('refuses what does not go with it, and states that are not its own', () => {
    expect(() => make({ replay: { size: 3 } })).toThrow(/replay is no memory of events.*reservoir/)
    expect(() => make({ replay: reservoir({ balanced: true }) })).toThrow(/a regression has no classes to balance/)
    const model = (m: Node<[number]>): Node<[1]> => {
      const x = m.pipe(dense(1)) as Node<[1]>
      return delay([1], (previous) => mul(previous, x) as Node<[1]>)
    }
    expect(() => make({ model })).toThrow(/remembers earlier events.*out of its order/)
    expect(() => keyedLearner({ key: 'courier', ...optionsOf(), replay: reservoir() } as never))
      .toThrow(/replay remembers events/)
    const own = make()
    own.learnOne(events[0]!)
    const state = own.snapshot()
    expect(() => make({ replay: undefined }).restore(state)).toThrow(/has no memory for them/)
    const broken = { ...state.replay!, items: [{ indices: [0], values: [], label: 0 }] }
    expect(() => own.restore({ ...state, replay: broken })).toThrow(/no state of such a memory/)
    expect(() => own.restore({ ...state, replay: { ...state.replay!, due: [{}] as never } })).toThrow(/to learn again/)
    expect(bits(own.snapshot())).toBe(bits(state))
    const { replay: _, ...without } = state
    own.restore(without)
    expect(own.snapshot().replay!.items).toEqual([])
  })
})

function optionsOf(): object {
  return {
    features: features({ distance: numeric() }), target: 'minutes', model: (m: Node<[number]>) => m.pipe(dense(1)),
    loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
  }
}
