import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  absoluteError, binaryCrossEntropyWithLogits, crossEntropy, dense, hinge, poissonNll, quantileError, relu,
  squaredError,
} from '@eddy/nodes'
import { adagrad, adam, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { lag } from './encoders/lag.ts'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import { LabelScale } from './label-scale.ts'
import type { LearnerState } from './learner-state.ts'
import { learner } from './make-learner.ts'
import { ensemble } from './many/make-ensemble.ts'
import { keyedLearner } from './many/make-keyed-learner.ts'
import { meanOf } from './metrics/mean-of.ts'
import type { LearnerLoss, LearnerOptions } from './options.ts'
import { Prequential } from './prequential.ts'
import { reservoir } from './replay/reservoir.ts'
import { bitsOf, deliveries, type Delivery } from './testing/streams.ts'

const events = deliveries(300)
const usual = {
  features: features({ distance: numeric(), hour: numeric(), courier: categorical() }),
  target: (event: Delivery) => event.minutes, model: (m) => m.pipe(dense(8), relu(), dense(1)),
  loss: squaredError(), optimizer: adam({ learningRate: 0.02 }), seed: 1, standardizeTarget: true,
} satisfies LearnerOptions<Delivery, LearnerLoss, number, string>
const make = (more: object = {}) => learner<Delivery>({ ...usual, ...more } as never) as unknown as ReturnType<
  typeof plainLearner
>
const plainLearner = () => learner({ ...usual, standardizeTarget: false })
const scaleOf = ({ memories }: LearnerState): readonly unknown[] => memories!.at(-1)!

/** Events whose labels are in another unit. */
const inUnit = (times: number, plus = 0): Delivery[] => (
  events.map((event) => ({ ...event, minutes: event.minutes * times + plus }))
)

describe('learner({ standardizeTarget: true })', () => {
  it('learns (label - mean) / deviation of the labels up to this one, says mean + deviation y of those before', () => {
    let current = 0
    const inner = learner({
      ...usual, standardizeTarget: false, target: () => current, metrics: () => new Prequential({}),
    })
    const model = make()
    let scale = LabelScale.empty
    for (const event of events) {
      const before = scale
      scale = scale.with(event.minutes)
      current = scale.scaled(event.minutes)
      expect(model.predictOne(event)).toBe(before.unscaled(inner.predictOne(event)))
      const [one, other] = [model.learnOne(event), inner.learnOne(event)]
      expect(one.prediction).toBe(before.unscaled(other.prediction))
      expect(one.loss).toBe(other.loss)
    }
    const [state, { training, names, metrics }] = [model.snapshot(), inner.snapshot()]
    expect(scaleOf(state)).toEqual(['standardizeTarget', scale.state])
    expect(bitsOf({ ...state, memories: [], metrics })).toBe(bitsOf({ training, names, metrics, memories: [] }))
  })

  it.each([2 ** -70, 1, 2 ** 40])('labels times %f: the same bits are learned, predictions are times that', (times) => {
    const [one, other] = [make(), make()]
    for (const [k, event] of inUnit(times).entries()) {
      expect(other.learnOne(event).prediction).toBe(times * one.learnOne(events[k]!).prediction)
    }
    const { training, names, metrics } = one.snapshot()
    const state = other.snapshot()
    expect(bitsOf({ training: state.training, names, metrics })).toBe(bitsOf({ training, names, metrics }))
    expect(other.metrics.mae).toBeCloseTo(times * one.metrics.mae, 6 - Math.log10(times))
    expect(other.metrics.r2).toBeCloseTo(one.metrics.r2, 9)
  })

  it.each([
    [250_000, 1e4, squaredError(), sgd({ learningRate: 0.03 })],
    [0, 1e-4, squaredError(), adam({ learningRate: 0.02 })],
    [1e6, 1e5, absoluteError(), adagrad({ learningRate: 0.1 })],
  ])('labels around %d with a unit of %d are learned as well as small ones', (plus, times, loss, optimizer) => {
    const [small, model, plain] = [
      make({ loss, optimizer }), make({ loss, optimizer }), make({ loss, optimizer, standardizeTarget: false }),
    ]
    const late = (prediction: number, label: number, k: number): number => (k < 100 ? 0 : Math.abs(prediction - label))
    let [own, wide, without] = [0, 0, 0]
    for (const [k, event] of inUnit(times, plus).entries()) {
      own += times * late(small.learnOne(events[k]!).prediction, events[k]!.minutes, k)
      wide += late(model.learnOne(event).prediction, event.minutes, k)
      const { prediction } = plain.learnMany([event])[0] as { readonly prediction?: number }
      without += late(prediction ?? 0, event.minutes, k)
    }
    expect(wide).toBeLessThan(1.02 * own)
    expect(without).toBeGreaterThan(2 * wide)
  })

  it('what cannot be learned does not move the scale, alone or among many', () => {
    const bad: readonly object[] = [
      { ...events[0], minutes: NaN }, { ...events[0], minutes: 1e31 }, { ...events[0], distance: 'far' },
      { ...events[0], minutes: 'late' }, { distance: 1e30, hour: -1e30, minutes: 1e30 },
    ]
    const [model, many, plain] = [make(), make(), make()]
    const all = events.flatMap((event, k) => (k % 7 === 3 ? [bad[k % 4]!, event, bad[(k + 1) % 4]!] : [event]))
    for (const event of events) plain.learnOne(event)
    for (const event of all) {
      if (events.includes(event as Delivery)) model.learnOne(event as Delivery)
      else expect(() => model.learnOne(event as Delivery)).toThrow(/rejected/)
    }
    const answers = many.learnMany(all as Delivery[])
    expect(answers.filter((answer) => 'reason' in answer)).toHaveLength(all.length - events.length)
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
    expect(bitsOf(many.snapshot())).toBe(bitsOf(plain.snapshot()))
    // Its updates leave the numbers.
    const wild = make({ optimizer: sgd({ learningRate: 1e38 }) })
    const outcomes = wild.learnMany(events)
    const learned = events.filter((_, k) => 'prediction' in outcomes[k]!)
    expect(learned.length).toBeLessThan(events.length)
    const scale = learned.reduce((so, { minutes }) => so.with(minutes), LabelScale.empty)
    expect(scaleOf(wild.snapshot())[1]).toEqual(scale.state)
  })

  it('labels that come later: what was said is scored in their unit, each moves the scale when it is learned', () => {
    const model = make()
    const [requests, labels] = [new Subject<object>(), new Subject<{ id: number; minutes: unknown }>()]
    const said: number[] = []
    requests.pipe(model.predict({ key: 'id' } as never)).subscribe(({ prediction }) => said.push(prediction as never))
    labels.pipe(model.learn({ key: 'id', label: 'minutes' })).subscribe()
    let [scale, error] = [LabelScale.empty, 0]
    inUnit(1000, 1e6).forEach((event, k, all) => {
      const { minutes: _, ...rest } = event
      requests.next({ ...rest, id: k })
      if (k % 3 > 0 || k < 5) return
      labels.next({ id: k - 5, minutes: NaN })
      labels.next({ id: k - 5, minutes: all[k - 5]!.minutes })
      scale = scale.with(all[k - 5]!.minutes)
      error += Math.abs(said[k - 5]! - all[k - 5]!.minutes)
    })
    const [count] = scale.state
    expect(scaleOf(model.snapshot())[1]).toEqual(scale.state)
    expect(model.metrics.mae).toBeCloseTo(error / count, 6)
    expect(model.labelCounters).toMatchObject({ learned: count, rejected: count })
  })

  it('events that are learned again are in the scale of now, and move it once', () => {
    const model = make({ replay: reservoir({ size: 20, per: 2 }) })
    const targets: number[] = []
    model.nodes.target.subscribe(({ data }) => void targets.push(data[0]!))
    for (const event of events) model.learnOne(event)
    const scale = events.reduce((so, { minutes }) => so.with(minutes), LabelScale.empty)
    expect(scaleOf(model.snapshot())[1]).toEqual(scale.state)
    expect(Math.max(...targets.slice(100).map(Math.abs))).toBeLessThan(5)
    expect(model.counters.replayed).toBeGreaterThan(500)
  })

  it('the models of a keyedLearner, and of an ensemble, have the bits of learners of their own', () => {
    const unitOf = ({ courier = 'none' }: Delivery): number => (courier === 'c1' ? 1e5 : courier === 'c2' ? 1e-3 : 1)
    const byCourier = events.map((event) => ({ ...event, minutes: unitOf(event) * event.minutes }))
    const keyed = keyedLearner({ ...usual, key: ({ courier = 'none' }: Delivery) => courier })
    for (const event of byCourier) keyed.learnOne(event)
    for (const key of ['c1', 'c2', 'none']) {
      const own = make()
      for (const event of byCourier) if ((event.courier ?? 'none') === key) own.learnOne(event)
      const { metrics } = own.snapshot()
      expect(bitsOf({ ...keyed.stateOf(key)!, metrics })).toBe(bitsOf(own.snapshot()))
      expect(keyed.predictOne({ ...events[0]!, courier: key })).toBe(own.predictOne({ ...events[0]!, courier: key }))
    }
    const members = [{ seed: 1 }, { seed: 2 }, { optimizer: sgd({ learningRate: 1e38 }) }]
    const many = ensemble({ ...usual, members })
    const alone = members.map((member) => make(member))
    for (const event of inUnit(1e4, 1e6)) {
      many.learnOne(event)
      for (const one of alone) one.learnMany([event])
    }
    many.snapshot().members.forEach((state, k) => {
      const { metrics } = alone[k]!.snapshot()
      expect(bitsOf({ ...state, metrics })).toBe(bitsOf(alone[k]!.snapshot()))
    })
    expect(scaleOf(alone[2]!.snapshot())).not.toEqual(scaleOf(alone[0]!.snapshot()))
  })

  it('quantiles hold their share of labels of any unit', () => {
    const random = rng(3, 'intervals')
    const [low, high] = [0.1, 0.9].map((quantile) => learner({
      features: features({ x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)),
      loss: quantileError({ quantile }), optimizer: adam({ learningRate: 0.01 }), standardizeTarget: true,
    }))
    let inside = 0
    for (let k = 0; k < 6000; k++) {
      const x = random.uniform(2 * k)
      const event = { x, y: 250_000 + 90_000 * x + 20_000 * standardNormal(random, k) }
      const [from, to] = [low!.learnOne(event).prediction, high!.learnOne(event).prediction]
      if (k >= 2000 && from <= event.y && event.y <= to) inside++
    }
    expect(inside / 4000).toBeCloseTo(0.8, 1)
  })

  it('metrics and encoders have labels in their own unit', () => {
    const model = make({
      features: features({ distance: numeric(), before: lag({ standardize: false }) }),
      metrics: () => new Prequential({ label: () => meanOf((_: number, label: number) => label) }),
    })
    const values: number[] = []
    model.nodes.features.subscribe(({ data }) => void values.push(...data))
    for (const event of inUnit(1000)) model.learnOne(event)
    const labels = inUnit(1000).map(({ minutes }) => minutes)
    expect((model.metrics as unknown as { label: number }).label).toBeCloseTo(labels.reduce((a, b) => a + b) / 300, 6)
    expect(values).toContain(Math.fround(labels[10]!))
  })

  it('refuses losses of classes, counts and signs, what is no choice, and states without a scale', () => {
    const of = (more: object) => () => make(more)
    expect(of({ loss: crossEntropy(), model: (m: never) => usual.model(m).pipe(dense(3)) })).toThrow(
      /standardizeTarget is for labels that are amounts, crossEntropy\(\) takes classes/,
    )
    expect(of({ loss: binaryCrossEntropyWithLogits() })).toThrow(/binaryCrossEntropyWithLogits\(\) takes classes/)
    for (const loss of [hinge(), poissonNll()]) expect(of({ loss })).toThrow(/takes others.*squaredError\(\)/s)
    expect(of({ standardizeTarget: 'yes' })).toThrow(/standardizeTarget.*'yes'|"yes"/)
    const [model, plain] = [make(), plainLearner()]
    expect(() => model.restore(plain.snapshot())).toThrow(/standardizeTarget/)
    expect(() => plain.restore(model.snapshot())).toThrow(/standardizeTarget/)
    const state = model.snapshot()
    expect(() => model.restore({ ...state, memories: [['standardizeTarget', [1, 2]]] })).toThrow(/standardizeTarget/)
  })
})
