import { concat, EMPTY, filter, from, identity, map, of, Subject, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { lens } from '@eddy/graph'
import type { Encoder } from '../encoder.ts'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { bitsOf, deliveryLearner } from '../testing/streams.ts'
import { minutes } from './durations.ts'
import { answer, type Answer, events, request, wired } from './testing/wired.ts'

describe('predict({ key }) and learn({ key, label })', () => {
  it('learns the event of the prediction with the parameters of now, and scores what was predicted then', () => {
    const { model, requests$, answers$, predicted, learned, reports } = wired()
    const plain = deliveryLearner()
    for (let k = 0; k < 20; k++) {
      for (const each of [model, plain]) each.learnOne(events[k + 30]!)
    }
    const before = model.metrics
    requests$.next(request(1))
    requests$.next(request(2))
    const said = [1, 2].map((k) => model.predictOne(request(k)))
    answers$.next(answer(2))
    answers$.next(answer(1))
    expect(predicted).toEqual([1, 2].map((k) => ({ key: `d${k}`, event: request(k), prediction: said[k - 1] })))
    expect(learned).toMatchObject([2, 1].map((k) => ({
      key: `d${k}`, label: events[k]!.minutes, prediction: said[k - 1], event: request(k), isRevision: false,
    })))
    const losses = [2, 1].map((k) => plain.learnOne(events[k]!).loss)
    expect(learned.map(({ loss, step }) => [loss, step])).toEqual([[losses[0], 21], [losses[1], 22]])
    expect(bitsOf({ ...model.snapshot(), metrics: null as never }))
      .toBe(bitsOf({ ...plain.snapshot(), metrics: null as never }))
    const errors = [1, 2].map((k) => Math.abs(said[k - 1]! - events[k]!.minutes))
    expect(model.metrics.mae * 22).toBeCloseTo(before.mae * 20 + errors[0]! + errors[1]!, 6)
    expect(learned.at(-1)!.metrics).toEqual(model.metrics)
    expect(reports.map(({ fate, key, label }) => [fate, key, label]))
      .toEqual([2, 1].map((k) => ['learned', `d${k}`, events[k]!.minutes]))
  })

  it('a label that is late, repeated, revised, unknown or of no use is counted and reported, never thrown', () => {
    const { model, requests$, answers$, learned, reports, fates, ends } = wired({ within: minutes(30) })
    const rejected: unknown[] = []
    model.rejected$.subscribe((one) => rejected.push(one))
    requests$.next(request(1, 0))
    requests$.next(request(2, 0))
    answers$.next(answer(9, 0))
    answers$.next(answer(1, 0, NaN))
    answers$.next(answer(1, 0, 'soon'))
    answers$.next(answer(1, minutes(30)))
    answers$.next(answer(1, minutes(30)))
    answers$.next(answer(1, minutes(30), 5))
    requests$.next(request(3, minutes(31)))
    answers$.next(answer(2, minutes(20)))
    answers$.next({ id: undefined as never, minutes: 3 })
    answers$.next(answer(3, NaN))
    expect(fates()).toEqual([
      'unknown', 'rejected', 'rejected', 'learned', 'duplicate', 'ignored', 'expired', 'late', 'rejected', 'rejected',
    ])
    expect(reports.filter(({ fate }) => fate === 'rejected').map(({ key, reason }) => [key, reason])).toEqual([
      ['d1', expect.stringMatching(/got NaN as the target, wanted a number/)],
      ['d1', expect.stringMatching(/got "soon" as the target/)],
      [null, expect.stringMatching(/got undefined as the key/)], ['d3', expect.stringMatching(/got NaN as the time/)],
    ])
    expect(rejected).toMatchObject([{ node: 'target', event: request(1) }, { node: 'target' }])
    expect(model.labelCounters).toEqual({
      kept: 3, received: 9, pending: 1, waiting: 0, learned: 1, expired: 1, evicted: 0, replaced: 0, revised: 0,
      ignored: 1, duplicate: 1, late: 1, orphaned: 0, unknown: 1, rejected: 4, skipped: 0,
    })
    expect([learned.length, ends]).toEqual([1, []])
  })

  it("revised: 'learn' learns a second, different label, and scores the prediction by the first alone", () => {
    const { model, requests$, answers$, learned, fates } = wired({ revised: 'learn', within: minutes(30) })
    requests$.next(request(1, 0))
    answers$.next(answer(1, 0, 10))
    const { metrics } = model
    for (const taken of [12, 12, NaN, 10]) answers$.next(answer(1, 0, taken))
    answers$.next(answer(1, minutes(31), 11))
    expect(fates()).toEqual(['learned', 'revised', 'duplicate', 'rejected', 'revised', 'late'])
    expect(learned.map(({ label, isRevision, prediction }) => [label, isRevision, prediction]))
      .toEqual([10, 12, 10].map((label, k) => [label, k > 0, learned[0]!.prediction]))
    expect(model.metrics).toEqual(metrics)
    expect(model.counters.learned).toBe(3)
  })

  it('a rejected label changes no bit, and its prediction waits for a better one', () => {
    const { model, requests$, answers$, learned } = wired()
    model.learnOne(events[0]!)
    requests$.next(request(1))
    const { delayed: _, ...before } = model.snapshot()
    answers$.next(answer(1, 0, 1e31))
    const { delayed, ...after } = model.snapshot()
    expect(bitsOf(after)).toBe(bitsOf(before))
    expect(delayed!.pending).toHaveLength(1)
    answers$.next(answer(1))
    expect(learned).toHaveLength(1)
  })

  it('bounds what waits: the oldest predictions make room, their labels are orphaned', () => {
    const { model, requests$, answers$, fates } = wired({ capacity: 3 })
    for (let k = 0; k < 5; k++) requests$.next(request(k, k))
    answers$.next(answer(0))
    answers$.next(answer(2))
    requests$.next(request(4, 9))
    expect(fates()).toEqual(['evicted', 'evicted', 'orphaned', 'learned', 'replaced'])
    expect(model.snapshot().delayed!.pending.map(({ key }) => key)).toEqual(['d3', 'd4'])
  })

  it('without any time, within counts requests', () => {
    const { requests$, answers$, fates } = wired({ within: 2 }, false)
    for (let k = 0; k < 3; k++) requests$.next(request(k))
    answers$.next(answer(0))
    requests$.next(request(3))
    requests$.next(request(4))
    answers$.next(answer(1))
    answers$.next(answer(2))
    expect(fates()).toEqual(['learned', 'expired', 'late', 'learned'])
  })

  it('takes time from a clock of your own, which never goes back and leaves with the stream', () => {
    const clock = new Subject<number>()
    const { requests$, answers$, fates, ends, model } = wired({ within: 10, clock }, false)
    requests$.next(request(0))
    clock.next(100)
    requests$.next(request(1))
    clock.next(110)
    clock.next(50)
    answers$.next(answer(0))
    clock.next(NaN)
    clock.next(111)
    answers$.next(answer(1))
    expect(fates()).toEqual(['learned', 'expired', 'late'])
    expect(model.snapshot().delayed!.now).toBe(111)
    clock.error('stopped')
    expect(ends).toEqual(['stopped'])
    const other = new Subject<number>()
    const subscription = EMPTY.pipe(wired({}, false).model.learn({ key: 'id', label: 'x', clock: other })).subscribe()
    expect([subscription.closed, other.observed]).toEqual([true, false])
  })

  it('a request without a key, or with a time that is none, is rejected; the stream goes on', () => {
    const { model, requests$, predicted } = wired()
    const rejected: { reason: string; event: unknown }[] = []
    model.rejected$.subscribe((one) => rejected.push(one as never))
    const bad = { ...request(1), id: null as never }
    requests$.next(bad)
    requests$.next(request(2, Infinity))
    requests$.next({ ...request(3), distance: NaN })
    requests$.next(request(4))
    expect(predicted).toHaveLength(1)
    expect(rejected.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/null as the key/), expect.stringMatching(/Infinity as the time/),
      expect.stringMatching(/NaN for feature/),
    ])
    expect(rejected[0]!.event).toBe(bad)
    expect([model.counters.rejected, model.labelCounters.kept]).toEqual([3, 1])
  })

  it('functions that throw reject what they were given, with what was thrown', () => {
    const model = deliveryLearner()
    const refuse = (): never => {
      throw new Error('no such thing')
    }
    const reasons: (string | null)[] = []
    model.rejected$.subscribe(({ reason }) => reasons.push(reason))
    model.labels$.subscribe(({ reason }) => reasons.push(reason))
    for (const options of [{ key: refuse }, { key: 'id', time: refuse }, { key: 'id', event: refuse }]) {
      of(request(1)).pipe(model.predict(options as { key: 'id' })).subscribe()
    }
    for (const options of [{ key: refuse }, { time: refuse }, { label: refuse }]) {
      of(answer(1)).pipe(model.learn({ key: 'id', label: 'minutes', ...options })).subscribe()
    }
    expect(reasons).toHaveLength(6)
    for (const reason of reasons) expect(reason).toMatch(/no such thing/)
  })

  it('refuses rules that are none, and rules that differ from those of another live stream', () => {
    const { model } = wired({ within: 5 })
    const options = { key: 'id', label: 'minutes' }
    expect(() => model.learn({ ...options, within: -1 })).toThrow(/within is no duration/)
    expect(() => model.learn({ ...options, within: NaN })).toThrow(/within is no duration/)
    expect(() => model.learn({ ...options, capacity: 0 })).toThrow(/capacity is no number/)
    expect(() => model.learn({ ...options, revised: 'twice' as never })).toThrow(/no policy/)
    expect(() => model.learn({ ...options, within: 6 })).toThrow(/another live stream of labels has within 5/)
    model.learn({ ...options, within: 5 })
  })

  it('learns with what encoders remembered when it was asked, not with what they have learned since', () => {
    const make = (before: Encoder) => learner({
      features: features({ before, x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }),
    })
    let model = make(lag({ of: 'x' }))
    const ask = (x: number): unknown => of({ id: x, x }).pipe(model.predict({ key: 'id' })).subscribe()
    const tell = (id: number): unknown => of({ id, y: id }).pipe(model.learn({ key: 'id', label: 'y' })).subscribe()
    for (const x of [1, 2]) model.learnOne({ x, y: x })
    for (const x of [3, 4]) ask(x)
    for (const x of [4, 3]) tell(x)
    ask(5)
    model.learnOne({ x: 9, y: 9 })
    const state = model.snapshot()
    model = make(lag({ of: 'x' }))
    model.restore(state)
    tell(5)
    const plain = make(numeric())
    const asked = [[1], [2, 1], [4, 2], [3, 2], [9, 3], [5, 3]]
    for (const [x, before] of asked) plain.learnOne({ x, y: x, ...(before === undefined ? {} : { before }) })
    const [mine, wanted] = [model, plain].map((each) => each.snapshot().training)
    expect(mine).toEqual(wanted)
  })

  it('judges the baselines by what they said when it was asked, too', () => {
    const { model, requests$, answers$ } = wired()
    for (const taken of [10, 20]) model.learnOne({ distance: 1, minutes: taken })
    requests$.next(request(1))
    model.learnOne({ distance: 1, minutes: 60 })
    const before = model.metrics.baselines
    answers$.next(answer(1, 0, 60))
    const { noChange, mean } = model.metrics.baselines
    expect(noChange!.mae * 4).toBeCloseTo(before['noChange']!.mae * 3 + 40, 10) // it had said 20, not 60
    expect(mean!.mae * 4).toBeCloseTo(before['mean']!.mae * 3 + 45, 10)
    expect(model.snapshot().delayed!.past).toMatchObject([{ guesses: null }])
  })

  it('works for several classes: what is scored are the probabilities of then', () => {
    const colours = learner({
      features: features({ x: numeric() }), target: 'colour', model: (m) => m.pipe(dense(2)), loss: crossEntropy(),
      classes: ['red', 'blue'], optimizer: sgd({ learningRate: 0.5 }),
    })
    const asked: unknown[] = []
    const learned: unknown[] = []
    for (let k = 0; k < 40; k++) {
      of({ id: k, x: k % 2 }).pipe(colours.predict({ key: 'id' })).subscribe(({ prediction }) => asked.push(prediction))
    }
    from([...asked.keys()]).pipe(
      map((id) => ({ id, colour: id % 2 === 0 ? 'red' : 'blue' })),
      colours.learn({ key: 'id', label: 'colour' }),
    ).subscribe(({ prediction }) => learned.push(prediction))
    expect(learned).toEqual(asked)
    expect(colours.predictOne({ x: 1 }).label).toBe('blue')
    // All were asked before anything was known.
    expect(colours.metrics.logLoss).toBeGreaterThan(0.5)
  })
})

describe('learn() as an operator', () => {
  it('completes with its source, also an empty one, and passes its error on; the learner goes on', () => {
    const { model, answers$, requests$, ends } = wired()
    answers$.complete()
    expect(ends).toEqual(['complete'])
    requests$.next(request(1))
    const log: unknown[] = []
    const observer = {
      next: () => log.push('learned'), error: (error: unknown) => log.push(error), complete: () => log.push('.'),
    }
    const learn = model.learn<Answer>({ key: 'id', label: 'minutes' })
    EMPTY.pipe(learn).subscribe(observer)
    concat(of(answer(1)), throwError(() => 'broken')).pipe(learn).subscribe(observer)
    expect(log).toEqual(['.', 'learned', 'broken'])
    expect(model.learnOne(events[3]!).step).toBe(2)
  })

  it('stops taking labels when it is unsubscribed; predictions wait on', () => {
    const { model, requests$ } = wired()
    const answers$ = new Subject<Answer>()
    const subscription = answers$.pipe(model.learn({ key: 'id', label: 'minutes' })).subscribe()
    requests$.next(request(1))
    subscription.unsubscribe()
    answers$.next(answer(1))
    expect([answers$.observed, model.labelCounters.pending]).toEqual([false, 1])
  })

  it('labels that a result gives rise to wait their turn, in order; completion waits for them', () => {
    const model = deliveryLearner()
    const answers$ = new Subject<Answer>()
    const log: string[] = []
    from([1, 2, 3]).pipe(map((k) => request(k)), model.predict({ key: 'id' })).subscribe()
    answers$.pipe(model.learn({ key: 'id', label: 'minutes' })).subscribe({
      next: ({ key }) => {
        log.push(`> ${key}`)
        if (key === 'd1') {
          for (const k of [2, 2, 3]) answers$.next(answer(k))
          answers$.complete()
        }
        log.push(`< ${key}`)
      },
      complete: () => log.push('complete'),
    })
    answers$.next(answer(1))
    expect(log).toEqual(['> d1', '< d1', '> d2', '< d2', '> d3', '< d3', 'complete'])
    expect(model.labelCounters).toMatchObject({ learned: 3, duplicate: 1, waiting: 0 })
  })

  it('a label that a lens holds back is skipped; its prediction waits on, and completion is not held up', () => {
    let open = false
    const model = learner({
      features: features({ distance: numeric() }), target: 'minutes',
      model: (m) => m.pipe(dense(1), lens({ forward: filter(() => open), backward: identity })),
      loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
    })
    open = true
    from([1, 2]).pipe(map((k) => request(k)), model.predict({ key: 'id' })).subscribe()
    const ends: string[] = []
    const learn = (...ks: number[]): unknown => from(ks.map((k) => answer(k))).pipe(
      model.learn({ key: 'id', label: 'minutes' }),
    ).subscribe({ next: ({ key }) => ends.push(`${key}`), complete: () => ends.push('complete') })
    open = false
    learn(1)
    open = true
    learn(2, 1)
    expect(ends).toEqual(['complete', 'd2', 'd1', 'complete'])
    expect(model.labelCounters).toMatchObject({ kept: 2, received: 3, learned: 2, skipped: 1, pending: 0, waiting: 0 })
  })

  it("when the run ends, by onReject: 'stop', its stream errors and no label stays on its way", () => {
    const model = learner({
      features: features({ distance: numeric() }), target: 'minutes', model: (m) => m.pipe(dense(1)),
      loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }), onReject: 'stop',
    })
    from([1, 2]).pipe(map((k) => request(k)), model.predict({ key: 'id' })).subscribe()
    const ends: unknown[] = []
    of(answer(1, 0, NaN), answer(2)).pipe(model.learn({ key: 'id', label: 'minutes' }))
      .subscribe({ error: (error) => ends.push(String(error)) })
    expect(ends).toEqual([expect.stringMatching(/event 1 was rejected.*NaN as the target/)])
    expect(model.labelCounters).toMatchObject({ pending: 2, waiting: 0, rejected: 1 })
  })
})
