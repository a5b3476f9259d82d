import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { crossEntropy, dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { constant as constantInitializer, rng } from '@eddy/tensor'
import type { Encoder } from './encoder.ts'
import { defineMemory } from './encoders/define-memory.ts'
import { lag } from './encoders/lag.ts'
import { numeric } from './encoders/numeric.ts'
import { targetMean } from './encoders/target-mean.ts'
import { features } from './features.ts'
import type { LearnerState } from './learner-state.ts'
import { learner } from './make-learner.ts'
import { type Sale, saleFeatures, saleLearner, sales } from './testing/sales.ts'
import { bitsOf } from './testing/streams.ts'

const events = sales(240)
/** As a store keeps it. */
const throughJson = (state: LearnerState): LearnerState => (
  { ...state, memories: JSON.parse(JSON.stringify(state.memories)) as NonNullable<LearnerState['memories']> }
)
const shuffledKeys = <T extends object>(event: T, seed: number): T => {
  const entries = Object.entries(event)
  const random = rng(seed, 'keys')
  for (let k = entries.length - 1; k > 0; k--) {
    const other = random.integer(k, k + 1)
    ;[entries[k], entries[other]] = [entries[other]!, entries[k]!]
  }
  return Object.fromEntries(entries) as T
}

describe('a learner whose features remember', () => {
  it('the order of the keys of an event, and of declaration, changes no bit', () => {
    const declared = new Map([...saleFeatures.declared].reverse())
    const reverse = features(declared, { namesMax: 60, overflow: { bits: 4, seed: 9 } })
    const [one, two] = [saleLearner(), saleLearner(reverse)]
    events.forEach((event, k) => {
      expect(two.learnOne(shuffledKeys(event, k)).prediction).toBe(one.learnOne(event).prediction)
    })
    expect(bitsOf(two.snapshot())).toBe(bitsOf(one.snapshot()))
  })

  it('predicting changes nothing, and rejected events leave no trace', () => {
    const bad: readonly unknown[] = [
      { price: NaN, shop: 's1', sold: 1 }, { shop: 'ghost', price: 3, sold: NaN },
      { shop: 'ghost', at: 'never', sold: 1 }, { shop: 'ghost', price: 1e30, stock: -1e30, sold: -1e30 },
      { shop: {}, sold: 1 }, { place: [1, 2], sold: 1 },
      { shop: 's0', note: 5, sold: 1 }, { shop: 's0', promoted: 1, sold: 1 }, { shop: 's2', sold: 1e31 }, null,
    ]
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(bad.length - 1), fc.nat(99)), { maxLength: 12 }), (insertions) => {
      const [model, plain] = [saleLearner(), saleLearner()]
      events.slice(0, 100).forEach((event, i) => {
        for (const [k, at] of insertions) {
          if (at === i) expect(() => model.learnOne(bad[k] as Sale), `bad event ${k}`).toThrow(/rejected/)
        }
        model.predictOne({ ...events[200 - i]!, shop: 'a shop that only queries have' })
        expect(model.learnOne(event).prediction).toBe(plain.learnOne(event).prediction)
      })
      expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
      expect(model.counters.hashed).toBe(plain.counters.hashed)
    }), { numRuns: 15 })
  })

  it('stop anywhere, restore elsewhere, also from JSON: the same bits as never stopped', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 150 }), (stop) => {
      const model = saleLearner()
      for (const event of events.slice(0, stop)) model.learnOne(event)
      const copy = saleLearner(saleFeatures, 7)
      for (const event of events.slice(150, 190)) copy.learnOne(event)
      copy.restore(throughJson(model.snapshot()))
      expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
      for (const event of events.slice(stop, stop + 60)) {
        expect(copy.learnOne(event).prediction).toBe(model.learnOne(event).prediction)
      }
      expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
    }), { numRuns: 12 })
  })

  it('a snapshot never changes after it was taken, and shares what did not change', () => {
    const model = saleLearner()
    for (const event of events.slice(0, 60)) model.learnOne(event)
    const before = model.snapshot()
    const bits = bitsOf(before)
    model.learnOne({ shop: 's1', sold: 3 })
    expect(bitsOf(before)).toBe(bits)
    const stateOf = ({ memories }: LearnerState, name: string): unknown => memories!.find(([own]) => own === name)![1]
    expect(stateOf(model.snapshot(), 'priceBefore')).toBe(stateOf(before, 'priceBefore'))
    expect(stateOf(model.snapshot(), 'soldBefore')).not.toEqual(stateOf(before, 'soldBefore'))
  })

  it('memories are those of its features, in ascending order; others are refused and change nothing', () => {
    const model = saleLearner()
    model.learnOne(events[0]!)
    const state = model.snapshot()
    const names = state.memories!.map(([name]) => name)
    expect(names).toEqual([
      'lately', 'price', 'priceBefore', 'prices', 'promoted', 'shop', 'soldBefore', 'stock', 'usual', 'usualHere',
    ])
    const bits = bitsOf(state)
    expect(() => model.restore({ ...state, memories: state.memories!.slice(1) })).toThrow(/other features that/)
    const { memories: _, ...without } = state
    expect(() => model.restore(without)).toThrow(/other features that remember/)
    for (const [k, name] of names.entries()) {
      const memories = state.memories!.map((entry, j) => (j === k ? [name, { no: 'such state' }] as const : entry))
      expect(() => model.restore({ ...state, memories }), name).toThrow(/this is nothing that \w+ remembers/)
    }
    expect(bitsOf(model.snapshot())).toBe(bits)
  })

  it('memory is bounded whatever the keys: names, keys and numbers for each', () => {
    const model = saleLearner()
    for (const event of events) model.learnOne(event)
    for (let k = 0; k < 200; k++) model.learnOne({ ...events[k]!, shop: `shop ${k}`, sold: 5 })
    const { names, memories } = model.snapshot()
    const sizeOf = (name: string): number => (memories!.find(([own]) => own === name)![1] as unknown[]).length
    expect(names.length).toBe(60)
    expect([sizeOf('soldBefore'), sizeOf('lately')]).toEqual([4, 6])
    expect(model.counters).toMatchObject({ names: 60, learned: 440 })
    expect(model.counters.hashed).toBeGreaterThan(200)
  })

  it('learns better with the mean label of a field than without it', () => {
    const errorOf = (spec: Readonly<Record<string, Encoder>>): number => {
      const model = learner({
        features: features(spec), target: (sale: Sale) => sale.sold, model: (m) => m.pipe(dense(1)),
        loss: squaredError(), optimizer: sgd({ learningRate: 0.02 }),
      })
      for (const event of sales(2000, 3)) model.learnOne(event)
      return model.metrics.mae
    }
    expect(errorOf({ price: numeric(), usual: targetMean('shop') })).toBeLessThan(0.7 * errorOf({ price: numeric() }))
  })
})

describe('labels that come later', () => {
  it('count for the mean of labels when they have come, and not before', () => {
    const model = learner({
      features: features({ usual: targetMean('shop', { smoothing: 0, standardize: false }) }), target: 'y',
      model: (m) => m.pipe(dense(1, { weight: constantInitializer(1), bias: false })), loss: squaredError(),
      optimizer: sgd({ learningRate: 0 }),
    })
    const requests = new Subject<{ id: string; shop: string }>()
    const labels = new Subject<{ id: string; y: number }>()
    const predicted: number[] = []
    requests.pipe(model.predict({ key: ({ id }) => id })).subscribe(({ prediction }) => predicted.push(prediction))
    labels.pipe(model.learn({ key: ({ id }) => id, label: ({ y }) => y })).subscribe()
    for (const shop of ['b', 'b']) model.learnOne({ shop, y: 0 })
    for (const id of ['p', 'q']) requests.next({ id, shop: 'a' })
    labels.next({ id: 'q', y: 6 })
    requests.next({ id: 'r', shop: 'a' })
    labels.next({ id: 'p', y: 2 })
    requests.next({ id: 's', shop: 'a' })
    expect(predicted).toEqual([0, 0, 6, 4])
    expect(model.snapshot().memories).toEqual([['usual', [[4, 8], [['b', [2, 0]], ['a', [2, 8]]]]]])
  })
})

describe('an encoder of your own that remembers', () => {
  const change = defineMemory<number | null>({
    name: 'change', standardize: false, initial: null,
    encode: (x, emit, before) => {
      if (typeof x === 'number' && before !== null) emit(null, x - before)
    },
    learn: (before, x) => (x as number | undefined) ?? before,
  })

  it('sees the events that were learned, and no others', () => {
    const model = learner({
      features: features({ x: change }), target: 'y', loss: squaredError(), optimizer: sgd({ learningRate: 0 }),
      model: (m) => m.pipe(dense(1, { weight: constantInitializer(1), bias: false })),
    })
    const seen = (x?: number): unknown => model.learnOne({ ...(x === undefined ? {} : { x }), y: 1 }).prediction
    expect([seen(3), seen(4), seen(), seen(8)]).toEqual([0, 1, 0, 4])
    expect(model.predictOne({ x: 100 } as never)).toBe(92)
    expect(() => model.learnOne({ x: 50, y: NaN })).toThrow(/rejected/)
    expect(seen(9)).toBe(1)
    expect(model.snapshot().memories).toEqual([['x', 9]])
  })
})

describe('defineMemory(definition)', () => {
  it('refuses what is no definition, a misspelt part, and one that is missing', () => {
    const [encode, learn] = [(): void => {}, (): null => null]
    const make = (given: unknown) => (): Encoder => defineMemory(given as never)
    expect(make(undefined)).toThrow(/defineMemory: got undefined/)
    expect(make({ name: 'x', encode, lern: learn })).toThrow(/no such option, in defineMemory: got "lern"/)
    expect(make({ name: 'x', encode })).toThrow(/learn is missing, in defineMemory: got undefined, wanted a function/)
    expect(make({ name: 'x', learn, encode: 5 })).toThrow(/encode is missing, in defineMemory: got 5/)
    expect(make({ name: 'x', standardize: false, initial: null, encode, learn })).not.toThrow()
  })
})

describe('features(declared, options)', () => {
  it('refuses an encoder that remembers for names that are not declared', () => {
    expect(() => features({}, { unknown: numeric({ scale: 'robust' }) })).toThrow(/numeric remembers.*Declare/)
  })
})

describe('learner({ target })', () => {
  const made = (spec: Readonly<Record<string, Encoder>>, isClass = false): unknown => learner({
    features: features(spec), target: 'y', model: (m) => m.pipe(dense(isClass ? 3 : 1)),
    loss: isClass ? crossEntropy() : squaredError(), optimizer: sgd({ learningRate: 0.1 }),
  })

  it('is no field that a feature reads, but may have the name of a feature that reads others', () => {
    expect(() => made({ before: lag({ of: 'y' }) })).toThrow(/before reads the target y.*labels that were/)
    expect(() => made({ usual: targetMean('y') })).toThrow(/feature usual reads the target y/)
    expect(() => made({ y: lag() })).not.toThrow()
  })

  it('whose numbers are names of classes is no number to look back on', () => {
    expect(() => made({ before: lag() }, true)).toThrow(/lag: would calculate with the numbers of classes/)
    expect(() => made({ usual: targetMean('shop') }, true)).not.toThrow()
  })
})
