import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dense, relu, squaredError } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { boolean } from './encoders/boolean.ts'
import { categorical } from './encoders/categorical.ts'
import { hashed } from './encoders/hashed.ts'
import { numeric } from './encoders/numeric.ts'
import { type Features, features } from './features.ts'
import type { Learner } from './learner.ts'
import { learner } from './make-learner.ts'
import { bitsOf, deliveries, type Delivery, deliveryLearner, rowBits } from './testing/streams.ts'

type Row = Readonly<Record<string, unknown>>
const auto = features({}, { unknown: 'auto' })

function rowLearner(spec: Features, target = 'y'): Learner<object, number, string> {
  return learner({
    features: spec, target, model: (m) => m.pipe(dense(4), relu(), dense(1)), loss: squaredError(),
    optimizer: adam({ learningRate: 0.05 }), seed: 3,
  }) as unknown as Learner<object, number, string>
}

function learnAll<E, K extends string>(model: Learner<E, number, K>, events: readonly E[]): string {
  for (const event of events) model.learnOne(event)
  return bitsOf(model.snapshot())
}

const name = fc.constantFrom('', '__proto__', 'a', 'b', 'constructor', 'q', 'toString')
const number = fc.integer({ min: -99, max: 99 }).map((x) => x / 7)
const value = fc.oneof(
  number, fc.constantFrom('', 'u', 'v', '__proto__', 'constructor'), fc.boolean(),
)
type Entries = readonly (readonly [string, unknown])[]
const entriesOf = (names: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>): fc.Arbitrary<[Entries, number]> => (
  fc.tuple(fc.uniqueArray(fc.tuple(names, values), { selector: ([key]) => key, maxLength: 6 }), number)
)
const rows = fc.array(entriesOf(name, value), { minLength: 1, maxLength: 12 })
const toRow = ([entries, y]: readonly [Entries, number]): Row => Object.fromEntries([...entries, ['y', y]])
const settings = { numRuns: 60 }

describe('permutation law', () => {
  it('the order of the keys of an event changes no bit', () => {
    const shuffled = rows.chain((all) => fc.tuple(fc.constant(all), fc.tuple(...all.map(([entries, y]) => (
      fc.shuffledSubarray([...entries], { minLength: entries.length }).map((list) => [list, y] as const)
    )))))
    fc.assert(fc.property(shuffled, ([all, others]) => {
      expect(learnAll(rowLearner(auto), others.map(toRow))).toBe(learnAll(rowLearner(auto), all.map(toRow)))
    }), settings)
  })

  it('the order in which names are declared changes no bit', () => {
    const encoders = Object.entries({
      distance: numeric(), hour: numeric({ standardize: false }), courier: categorical(), far: boolean(),
      area: hashed({ bits: 4 }), street: hashed({ bits: 4, seed: 1 }),
    })
    const events = deliveries(40).map((event, i) => ({ ...event, far: i % 3 === 0, area: `a${i % 9}`, street: i % 17 }))
    fc.assert(fc.property(fc.shuffledSubarray(encoders, { minLength: 6 }), (order) => {
      const [one, two] = [encoders, order].map((list) => rowLearner(features(Object.fromEntries(list)), 'minutes'))
      expect(learnAll(two!, events)).toBe(learnAll(one!, events))
    }), { numRuns: 20 })
  })
})

describe('names are data', () => {
  it('renaming features and categories to the names of Object.prototype changes no bit', () => {
    const plain = ['a', 'b', 'c', 'd']
    const awkward = ['', '__proto__', 'constructor', 'toString'] // in the same ascending order
    const rename = (x: unknown): unknown => (plain.includes(x as string) ? awkward[plain.indexOf(x as string)] : x)
    const plainRows = fc.array(
      entriesOf(fc.constantFrom(...plain), fc.oneof(number, fc.constantFrom(...plain))),
      { minLength: 1, maxLength: 12 },
    )
    const bitsBut = (model: Learner<object, number, string>): string => bitsOf({ ...model.snapshot(), names: [] })
    const keys = Reflect.ownKeys(Object.prototype)
    fc.assert(fc.property(plainRows, (all) => {
      const [one, two] = [rowLearner(auto), rowLearner(auto)]
      for (const each of all) {
        one.learnOne(toRow(each))
        two.learnOne(toRow([each[0].map(([key, x]) => [rename(key) as string, rename(x)] as const), each[1]]))
      }
      expect(bitsBut(two)).toBe(bitsBut(one))
    }), settings)
    expect(Reflect.ownKeys(Object.prototype)).toEqual(keys)
  })
})

describe('a new name', () => {
  it('changes no bit of the rows that were there', () => {
    const model = deliveryLearner()
    for (const event of deliveries(100)) model.learnOne(event)
    const { training: { parameters, slots, buffers }, names } = model.snapshot()
    // Only the new row and what stands behind the first layer may move.
    for (let i = 0; i < 40; i++) model.learnOne({ courier: `new${i}`, minutes: 20 })
    const after = model.snapshot().training
    const size = names.length
    const tables = [
      [parameters['dense.weight'], after.parameters['dense.weight']],
      ...Object.keys(slots['dense.weight']!).map((slot) => (
        [slots['dense.weight']![slot], after.slots['dense.weight']![slot]] as const
      )),
      [buffers['standardize.statistics'], after.buffers['standardize.statistics']],
    ] as const
    for (const [before, now] of tables) {
      const width = before!.shape[1]!
      expect(now!.shape).toEqual([size + 40, width])
      expect(rowBits(now!.data.slice(0, size * width))).toBe(rowBits(before!.data))
    }
  })

  it('starts from a row that depends on its slot alone, however it was reached', () => {
    const [one, two] = [deliveryLearner(), deliveryLearner()]
    one.learnOne({ courier: 'a', minutes: 1 })
    expect(() => two.learnOne({ courier: 'b', distance: NaN, minutes: 1 })).toThrow()
    two.learnOne({ courier: 'a', minutes: 1 })
    expect(bitsOf(two.snapshot())).toBe(bitsOf(one.snapshot()))
  })
})

describe('features that emerge and vanish', () => {
  it('are learned from whenever they are there', () => {
    fc.assert(fc.property(rows, (all) => {
      const model = rowLearner(auto)
      for (const each of all) {
        const { loss } = model.learnOne(toRow(each))
        expect(Number.isFinite(loss)).toBe(true)
        expect(Number.isFinite(model.predictOne({}))).toBe(true)
      }
      expect(model.counters.learned).toBe(all.length)
    }), settings)
  })
})

describe('resume law', () => {
  const events = deliveries(1200)

  it.each(['f32', 'f64'] as const)('restore(snapshot()) elsewhere: 500 more results are bit-equal (%s)', (dtype) => {
    const model = deliveryLearner(1, dtype)
    for (const event of events.slice(0, 300)) model.learnOne(event)
    const copy = deliveryLearner(99, dtype)
    for (const event of events.slice(900, 1200)) copy.learnOne(event)
    copy.restore(model.snapshot())
    expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
    for (const event of events.slice(300, 800)) {
      const [a, b] = [model.learnOne(event), copy.learnOne(event)]
      expect([b.prediction, b.loss, b.step]).toEqual([a.prediction, a.loss, a.step])
    }
    expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
  })

  it('going back and forth in one learner, with fewer and with more names, is exact', () => {
    const model = deliveryLearner()
    const empty = model.snapshot()
    const states = [0, 60, 300, 700].map((from, k, all) => {
      const part = events.slice(from, all[k + 1] ?? 1000)
      for (const event of part) model.learnOne(event)
      return model.snapshot()
    })
    fc.assert(fc.property(fc.array(fc.nat(3), { maxLength: 4 }), (order) => {
      for (const k of order) {
        model.restore(states[k]!)
        expect(bitsOf(model.snapshot())).toBe(bitsOf(states[k]!))
        model.learnOne(events[1100]!)
      }
      model.restore(empty)
      for (const event of events.slice(0, 60)) model.learnOne(event)
      expect(bitsOf(model.snapshot())).toBe(bitsOf(states[0]!))
    }), { numRuns: 12 })
  })

  it('a state of another model is refused and changes nothing', () => {
    const model = deliveryLearner()
    model.learnOne(events[0]!)
    const bits = bitsOf(model.snapshot())
    const other = rowLearner(features({ a: numeric() })).snapshot()
    const deeper = learner({
      features: features({ distance: numeric() }), target: 'minutes',
      model: (m) => m.pipe(dense(2), dense(2), dense(1)),
      loss: squaredError(), optimizer: adam({ learningRate: 0.02 }),
    })
    expect(() => deeper.restore(model.snapshot())).toThrow(/belongs to another model/)
    expect(() => model.restore({ ...other, names: [{} as never] })).toThrow(/distinct names/)
    const noMetrics = { model: {}, baselines: {} }
    expect(() => model.restore({ ...model.snapshot(), metrics: noMetrics })).toThrow(/no state of these metrics/)
    expect(bitsOf(model.snapshot())).toBe(bits)
  })
})

describe('seeds', () => {
  it('equal ones give equal bits, different ones different weights', () => {
    const events = deliveries(50)
    const bits = [1, 1, 2].map((seed) => learnAll(deliveryLearner(seed), events))
    expect(bits[1]).toBe(bits[0])
    expect(bits[2]).not.toBe(bits[0])
  })
})

describe('rejected events', () => {
  const bad: readonly unknown[] = [
    { distance: NaN, courier: 'ghost', minutes: 1 }, { distance: 1, minutes: NaN }, { distance: '3', minutes: 1 },
    { distance: 1 }, { distance: Infinity, minutes: 1 }, { courier: {}, minutes: 1 },
    { courier: 'ghost', minutes: JSON.parse('1e999') as number },
    { distance: 1e30, courier: 'ghost', minutes: -1e30 }, { courier: 'ghost', minutes: 1e31 }, null, 5, [], undefined,
    { get distance(): number { throw new Error('getter') }, minutes: 1 }, { hour: true, minutes: 1 },
  ]
  const events = deliveries(60)

  it('give their rows back at once: the same slot may be another kind of feature next time', () => {
    const [model, plain] = [rowLearner(auto), rowLearner(auto)]
    for (const each of [model, plain]) each.learnOne({ a: 1, y: 1 })
    expect(() => model.learnOne({ text: 'new', a: 1e30, y: -1e30 })).toThrow(/rejected at squaredError/)
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
    for (let i = 0; i < 5; i++) {
      expect(model.learnOne({ number: i, y: i }).prediction).toBe(plain.learnOne({ number: i, y: i }).prediction)
    }
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
  })

  it('leave every bit as if they had never come', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(bad.length - 1), fc.nat(59)), { maxLength: 12 }), (insertions) => {
      const [model, plain] = [deliveryLearner(), deliveryLearner()]
      let rejected = 0
      events.forEach((event, i) => {
        for (const [k, at] of insertions) {
          if (at !== i) continue
          rejected++
          expect(() => model.learnOne(bad[k] as Delivery), `bad event ${k}`).toThrow(/rejected/)
        }
        expect(model.learnOne(event).prediction).toBe(plain.learnOne(event).prediction)
      })
      expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
      expect(model.counters).toMatchObject({ learned: 60, rejected, names: plain.counters.names })
    }), { numRuns: 40 })
  })
})

describe('observer law', () => {
  it('taps, throwing ones too, state$ and concurrent predictions change no bit', () => {
    const [model, plain] = [deliveryLearner(), deliveryLearner()]
    const events = deliveries(120)
    const { features, prediction, loss } = model.nodes
    let values = 0
    features.subscribe(() => values++)
    prediction.subscribe((tensor) => tensor.data.fill(7))
    prediction.gradient$.subscribe(() => model.predictOne({ distance: 3, courier: 'never seen', minutes: 0 }))
    loss.subscribe(() => model.predictOne({ hour: 2, minutes: 0 }))
    model.state$.subscribe((state) => Object.isFrozen(state))
    for (const event of events) {
      model.predictOne({ ...event, courier: 'a name that only queries have' })
      expect(model.learnOne(event).loss).toBe(plain.learnOne(event).loss)
    }
    expect(values).toBe(120)
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
  })
})
