import fc from 'fast-check'
import { filter, from, share, Subject, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { dense, squaredError } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { bitsOf, deliveries, type Delivery, deliveryLearner } from '../testing/streams.ts'
import { delayLabels, type DelayedPart } from './delay-labels.ts'
import { answer, events, type Model, request, type Request, wired } from './testing/wired.ts'

const is = (kind: DelayedPart<unknown>['kind']) => filter((part: DelayedPart<Delivery>) => part.kind === kind)

/** Learns a labelled stream whose labels come later. */
function learnDelayed(model: Model, all: readonly Delivery[], by: number): void {
  const parts$ = new Subject<Delivery>()
  const delayed$ = parts$.pipe(delayLabels({ by }), share())
  delayed$.pipe(is('request'), model.predict({ key: 'key', event: ({ event }) => event })).subscribe()
  delayed$.pipe(is('label'), model.learn({ key: 'key', label: ({ event }) => event.minutes })).subscribe()
  for (const event of all) parts$.next(event)
  parts$.complete()
}

describe('laws of delayed labels', () => {
  const numbers = (seed: number): Delivery[] => deliveries(120, seed).map(({ distance, hour, minutes: taken }) => ({
    distance: distance ?? 0, hour: hour ?? 0, minutes: taken,
  }))

  it.each([0, 1])('delay %i is train(), to the last bit of parameters, optimizer, statistics and metrics', (by) => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 99 }), (seed) => {
      const [model, plain] = [deliveryLearner(seed), deliveryLearner(seed)]
      const all = numbers(seed)
      // A name that train() meets for the first time has its first weights there; predict() knows it an event later.
      for (const each of [model, plain]) each.learnOne(all[0]!)
      learnDelayed(model, all, by)
      from(all).pipe(plain.train()).subscribe()
      const { delayed, ...state } = model.snapshot()
      expect(bitsOf(state)).toBe(bitsOf(plain.snapshot()))
      expect(delayed!.counts).toMatchObject({ kept: 120, learned: 120 })
    }), { numRuns: 15 })
  })

  it('any delay learns the same events in the same order: the same parameters as train()', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 150 }), (by) => {
      const [model, plain] = [deliveryLearner(), deliveryLearner()]
      learnDelayed(model, deliveries(120), by)
      from(deliveries(120)).pipe(plain.train()).subscribe()
      expect(bitsOf({ ...model.snapshot(), metrics: null as never }))
        .toBe(bitsOf({ ...plain.snapshot(), metrics: null as never }))
    }), { numRuns: 15 })
  })

  const step = fc.record({
    kind: fc.constantFrom('ask' as const, 'answer' as const, 'answer' as const, 'train' as const),
    k: fc.nat(9), at: fc.nat(40), taken: fc.constantFrom(undefined, 7, 9, NaN),
  })
  const options = fc.record({
    within: fc.constantFrom(5, 20, Infinity), capacity: fc.integer({ min: 1, max: 8 }),
    revised: fc.constantFrom('ignore' as const, 'learn' as const),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
  const play = ({ model, requests$, answers$ }: ReturnType<typeof wired>, steps: readonly Step[]): void => {
    for (const { kind, k, at, taken } of steps) {
      if (kind === 'ask') requests$.next(request(k, at))
      else if (kind === 'answer') answers$.next(answer(k, at, taken ?? events[k]!.minutes))
      else model.learnOne(events[k + 30]!)
    }
  }

  it('any interleaving: everything is counted once, and what was learned is train() on just that', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), options, (steps, rules) => {
      const one = wired(rules)
      const { model, reports, learned } = one
      const plain = deliveryLearner()
      const lessons: Delivery[] = []
      one.model.state$.subscribe() // watching changes nothing
      learned.push = (...items) => {
        for (const { event, label } of items) lessons.push({ ...(event as Delivery), minutes: label as number })
        return Array.prototype.push.apply(learned, items)
      }
      for (const each of steps) {
        if (each.kind === 'train') lessons.push(events[each.k + 30]!)
        play(one, [each])
      }
      for (const lesson of lessons) plain.learnOne(lesson)
      expect(bitsOf({ ...model.snapshot(), metrics: null as never }))
        .toBe(bitsOf({ ...plain.snapshot(), metrics: null as never }))
      const { kept, received, pending, waiting, ...counts } = model.labelCounters
      const count = (...fates: readonly string[]): number => reports.filter(({ fate }) => fates.includes(fate)).length
      for (const [fate, found] of Object.entries(counts)) expect([fate, count(fate)]).toEqual([fate, found])
      expect([kept, received]).toEqual(['ask', 'answer'].map((kind) => steps.filter((s) => s.kind === kind).length))
      expect(kept).toBe(pending + counts.learned + counts.expired + counts.evicted + counts.replaced)
      expect(received).toBe(reports.length - counts.expired - counts.evicted - counts.replaced + waiting)
      expect(pending).toBeLessThanOrEqual(rules.capacity)
      const firsts = learned.filter(({ isRevision }) => !isRevision)
      expect(new Set(firsts.map(({ event }) => event)).size).toBe(firsts.length)
      for (const { event, key } of learned) expect((event as Request).id).toBe(key)
    }), { numRuns: 60 })
  })

  it('a snapshot restored elsewhere at any point goes on as if never stopped: parameters, metrics, what waits', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), options, fc.nat(40), (steps, rules, at) => {
      const whole = wired(rules)
      play(whole, steps)
      const first = wired(rules)
      play(first, steps.slice(0, at))
      const model = deliveryLearner(9)
      model.restore(first.model.snapshot())
      const second = wired(rules, true, model)
      play(second, steps.slice(at))
      expect([...first.fates(), ...second.fates()]).toEqual(whole.fates())
      const [{ delayed: a, ...x }, { delayed: b, ...y }] = [model.snapshot(), whole.model.snapshot()]
      expect(bitsOf(x)).toBe(bitsOf(y))
      expect(a).toEqual(b)
      expect(model.labelCounters).toEqual(whole.model.labelCounters)
    }), { numRuns: 40 })
  })

  it('a state without delayed labels empties what waits; one that is no state changes nothing', () => {
    const { model, requests$ } = wired()
    const empty = model.snapshot()
    expect(empty).not.toHaveProperty('delayed')
    requests$.next(request(1))
    const state = model.snapshot()
    expect(Object.isFrozen(state.delayed!.pending)).toBe(true)
    expect(() => model.restore({ ...state, delayed: { ...state.delayed!, pending: [] } })).toThrow(/delayed labels/)
    expect(model.labelCounters.pending).toBe(1)
    model.restore(empty)
    expect(model.labelCounters).toMatchObject({ pending: 0, kept: 0 })
    model.restore(state)
    expect(model.snapshot()).toEqual(state)
  })

  it('100,000 requests, labels repeated, late, lost, out of order and orphaned: bounded, exact, nothing twice', () => {
    const model = learner({
      features: features({ x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: adam({ learningRate: 0.01 }),
    })
    interface Row { readonly id: number; readonly x: number; readonly t: number }
    interface Late { readonly id: number; readonly y: number; readonly t: number }
    const [rows$, labels$] = [new Subject<Row>(), new Subject<Late>()]
    const learned = new Uint8Array(100_000)
    let wrong = 0
    rows$.pipe(model.predict({ key: 'id', time: 't' })).subscribe()
    labels$.pipe(
      model.learn({ key: 'id', label: 'y', time: 't', within: 500, capacity: 400 }),
      tap(({ key, event, label }) => {
        learned[key as number]!++
        const row = event as Row
        if (row.id !== key || row.x !== row.id % 7 || label !== 3 * row.x) wrong++
      }),
    ).subscribe()
    const later: Late[][] = Array.from({ length: 2048 }, () => [])
    const mixed = (k: number): number => Math.imul(k ^ (k >>> 15), 0x2c1b3c6d) >>> 16
    const sent: Record<string, number> = { lost: 0, once: 0 }
    for (let id = 0; id < 100_000; id++) {
      for (const label of later[id % 2048]!.splice(0)) labels$.next({ ...label, t: id })
      rows$.next({ id, x: id % 7, t: id })
      const label = { id, y: 3 * (id % 7), t: 0 }
      const draw = mixed(id) % 100
      const slot = (by: number): Late[] => later[(id + by) % 2048]!
      if (draw < 10) sent.lost!++
      else if (draw < 15) slot(600 + mixed(id + 7) % 1000).push(label)
      else if (draw < 20) slot(1).push(label, label)
      else slot(1 + mixed(id + 3) % 450).push(label)
      if (draw === 50) labels$.next({ id: -1 - id, y: 0, t: id })
    }
    const { kept, learned: count, pending, expired, evicted, replaced, late, orphaned, unknown } = model.labelCounters
    expect([kept, replaced, wrong, Math.max(...learned)]).toEqual([100_000, 0, 0, 1])
    expect(learned.reduce((sum, times) => sum + times, 0)).toBe(count)
    expect(kept).toBe(pending + count + expired + evicted)
    expect(count).toBeGreaterThan(80_000)
    expect(pending).toBeLessThanOrEqual(400)
    expect(Math.min(late + orphaned + unknown, expired + evicted)).toBeGreaterThan(1000)
    expect(model.snapshot().delayed!.past.length).toBeLessThanOrEqual(400)
  })
})
