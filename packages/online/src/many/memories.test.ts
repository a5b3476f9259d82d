import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dense, relu, squaredError } from '@eddy/nodes'
import { adagrad, adam, sgd } from '@eddy/optim'
import { refuse } from '../encoder.ts'
import { defineMemory } from '../encoders/define-memory.ts'
import { lag } from '../encoders/lag.ts'
import { numeric } from '../encoders/numeric.ts'
import { type Features, features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { type Sale, saleFeatures, sales } from '../testing/sales.ts'
import { bitsOf } from '../testing/streams.ts'
import type { Evicted } from './keyed-options.ts'
import { ensemble } from './make-ensemble.ts'
import { keyedLearner } from './make-keyed-learner.ts'
import { isSameData } from './same-data.ts'
import type { ModelState } from './tenants.ts'
import { outcome } from '../testing/outcome.ts'

type Visit = Sale & { readonly key: string }

/** Whether it takes a price depends on how many events its model has learned. */
const moody = defineMemory<number>({
  name: 'moody', standardize: false, initial: 0,
  encode: (value, emit, count) => {
    if (value !== undefined && (count + Math.floor(value as number)) % 7 === 0) refuse(value, 'another', 'Try later.')
    emit(null, count / 100)
  },
  learn: (count) => count + 1,
})

const specs: Readonly<Record<string, Features>> = {
  every: saleFeatures,
  moody: features({ price: moody, soldBefore: lag({ by: 'shop' }) }),
  twice: features({ price: numeric({ standardize: 'after', missing: 'mean' }), soldBefore: lag({ capacity: 2 }) }),
}
const kinds = Object.keys(specs)

const optionsOf = (kind: string) => ({
  features: specs[kind]!, target: (event: Visit) => event.sold, loss: squaredError(), seed: 3,
  model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0]) => m.pipe(dense(4), relu(), dense(1)),
  optimizer: adagrad({ learningRate: 0.1 }),
})
type Single = ReturnType<typeof single>
const single = (kind: string) => learner(optionsOf(kind))
const keyed = (kind: string, capacity: number) => (
  keyedLearner({ ...optionsOf(kind), key: (event: Visit) => event.key, capacity })
)

const modelBits = (state: ModelState): string => bitsOf({ ...state, metrics: { model: {}, baselines: {} } })
const throughJson = <T>(state: T): T => JSON.parse(JSON.stringify(state)) as T

const rows = sales(80)
const aVisit = fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.nat(79)).map(
  ([key, k]): Visit => ({ ...rows[k]!, key }),
)
const aStep = fc.record({
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant('learn' as const) },
    { weight: 1, arbitrary: fc.constantFrom('predict', 'spoil', 'delete', 'resume', 'move') },
  ),
  event: aVisit,
})

/** Learners of their own, by key; the one that has not learned for longest makes room. */
class Separate {
  readonly models = new Map<string, Single>()
  readonly #kind: string
  readonly #capacity: number

  constructor(kind: string, capacity: number) {
    this.#kind = kind
    this.#capacity = capacity
  }

  of(key: string): Single {
    return this.models.get(key) ?? single(this.#kind)
  }

  learn(event: Visit): number | string {
    const model = this.of(event.key)
    const prediction = outcome(() => model.learnOne(event).prediction)
    if (typeof prediction === 'string') return prediction
    this.models.delete(event.key)
    this.models.set(event.key, model)
    if (this.models.size > this.#capacity) this.models.delete([...this.models.keys()][0]!)
    return prediction
  }
}

describe('keyedLearner whose features remember', () => {
  const scripts = fc.record({
    kind: fc.constantFrom(...kinds), capacity: fc.integer({ min: 1, max: 3 }),
    steps: fc.array(aStep, { minLength: 1, maxLength: 40 }),
  })

  it('every key has the bits, memories, predictions and rejections of a learner of its own', () => {
    fc.assert(fc.property(scripts, ({ kind, capacity, steps }) => {
      let many = keyed(kind, capacity)
      const separate = new Separate(kind, capacity)
      for (const { do: what, event } of steps) {
        if (what === 'learn') expect(outcome(() => many.learnOne(event).prediction)).toBe(separate.learn(event))
        else if (what === 'predict') {
          expect(outcome(() => many.predictOne(event))).toBe(outcome(() => separate.of(event.key).predictOne(event)))
        } else if (what === 'spoil') {
          expect(() => many.learnOne({ ...event, sold: NaN })).toThrow(/rejected/)
        } else if (what === 'delete') expect(many.delete(event.key)).toBe(separate.models.delete(event.key))
        else if (what === 'move') {
          const state = many.stateOf(event.key)
          if (state === null) continue
          many.put(event.key, { ...state, memories: throughJson(state.memories!) })
          const model = separate.of(event.key)
          separate.models.delete(event.key)
          separate.models.set(event.key, model)
        } else {
          const state = many.snapshot()
          many = keyed(kind, capacity)
          many.learnOne({ key: 'other', sold: 3 })
          many.restore({ ...state, memories: throughJson(state.memories!) })
        }
      }
      expect([...many.keys()]).toEqual([...separate.models.keys()])
      for (const [key, model] of separate.models) {
        expect(modelBits(many.stateOf(key)!)).toBe(modelBits(model.snapshot()))
      }
    }), { numRuns: 60 })
  })

  it('a look at another key from inside an event changes no bit and sees the memories of that key', () => {
    fc.assert(fc.property(scripts, ({ kind, steps }) => {
      const many = keyed(kind, 9)
      const separate = new Separate(kind, 9)
      let next = 0
      const seen: unknown[] = []
      many.nodes.prediction.subscribe(() => {
        const { event } = steps[next++ % steps.length]!
        seen.push(outcome(() => many.predictOne(event)), outcome(() => separate.of(event.key).predictOne(event)))
      })
      for (const { event } of steps) {
        const got = outcome(() => many.learnOne(event).prediction)
        expect(separate.learn(event)).toBe(got)
      }
      for (let k = 0; k < seen.length; k += 2) expect(seen[k]).toBe(seen[k + 1])
      for (const [key, model] of separate.models) {
        expect(modelBits(many.stateOf(key)!)).toBe(modelBits(model.snapshot()))
      }
    }), { numRuns: 30 })
  })

  it('evicted$ hands out what was remembered with the model, and a learner goes on with it', () => {
    const many = keyed('every', 1)
    const apart = single('every')
    const shelf: Evicted<string>[] = []
    many.evicted$.subscribe((evicted) => shelf.push(evicted))
    for (const row of rows.slice(0, 30)) many.learnOne({ ...row, key: 'a' })
    many.learnOne({ ...rows[0]!, key: 'b' })
    expect(shelf.map(({ key }) => key)).toEqual(['a'])
    apart.restore({ ...shelf[0]!.state, metrics: apart.snapshot().metrics })
    many.put('a', shelf[0]!.state)
    for (const row of rows.slice(30)) {
      const event = { ...row, key: 'a' }
      expect(many.learnOne(event).prediction).toBe(apart.learnOne(event).prediction)
    }
  })

  it('a state without the memories, or with others, is refused, and nothing changes', () => {
    const many = keyed('moody', 9)
    for (const row of rows.slice(0, 9)) outcome(() => many.learnOne({ ...row, key: `${row.shop}` }))
    const before = many.snapshot()
    const { memories, ...rest } = before
    expect(memories!.map(([feature]) => feature)).toEqual(['price', 'soldBefore'])
    expect(() => many.restore(rest)).toThrow(/other features that remember/)
    expect(() => many.restore({ ...before, memories: [['price', [1]]] })).toThrow(/the memories do not fit.*states/)
    const other = memories!.map(([name, states]) => [name, states.map(() => 'x')] as const)
    expect(() => many.restore({ ...before, memories: other })).toThrow(/nothing that lag remembers/)
    expect(() => keyed('every', 9).restore(keyed('moody', 9).snapshot())).toThrow(/other features that remember/)
    const { memories: _, ...model } = many.stateOf([...many.keys()][0]!)!
    expect(() => many.put('new', model)).toThrow(/other features that remember/)
    expect(many.snapshot()).toEqual(before)
    const none = keyed('moody', 9)
    none.restore(none.snapshot())
    expect(none.snapshot().memories).toEqual([['price', []], ['soldBefore', []]])
  })
})

const members = fc.array(fc.record({
  optimizer: fc.constantFrom(
    adagrad({ learningRate: 0.1 }), adagrad({ learningRate: 0.5 }), adam({ learningRate: 0.02 }),
    sgd({ learningRate: 0.001 }), sgd({ learningRate: 1e4 }), sgd({ learningRate: 1e30 }),
  ),
  seed: fc.nat(2),
}), { minLength: 1, maxLength: 5 })

describe('ensemble whose features remember', () => {
  it('every member has the bits, memories, predictions and rejections of a learner of its own', () => {
    const settings = fc.record({
      kind: fc.constantFrom(...kinds), members, count: fc.integer({ min: 1, max: 40 }), from: fc.nat(30),
      stop: fc.nat(40),
    })
    fc.assert(fc.property(settings, ({ kind, members: given, count, from, stop }) => {
      const make = () => ensemble<Visit>({ ...optionsOf(kind), members: given })
      let all = make()
      const apart = given.map((member) => learner<Visit>({ ...optionsOf(kind), ...member }))
      rows.slice(from, from + count).forEach((row, k) => {
        const event = { ...row, key: '' }
        if (k === stop) {
          const { members: states, ...rest } = all.snapshot()
          all = make()
          outcome(() => all.learnOne({ sold: 3, key: '' }))
          all.restore({ ...rest, members: states.map((state) => (
            { ...state, memories: throughJson(state.memories!) }
          )) })
        }
        if (k % 3 === 0) {
          expect(() => all.learnOne({ ...event, sold: NaN })).toThrow(/rejected/)
          const answers = apart.map((one) => outcome(() => one.predictOne(event)))
          const numbers = answers.filter((answer) => typeof answer === 'number')
          if (numbers.length === 0) expect(() => all.predictOne(event)).toThrow(/rejected/)
          else expect(all.predictOne(event)).toBe(numbers.reduce((sum, x) => sum + x, 0) / numbers.length)
        }
        const outcomes = apart.map((one) => {
          const got = outcome(() => one.learnOne(event).prediction)
          return typeof got === 'string' ? null : got
        })
        if (outcomes.some((got) => got !== null)) expect(all.learnOne(event).predictions).toEqual(outcomes)
        else expect(() => all.learnOne(event)).toThrow(/rejected/)
      })
      const { members: states } = all.snapshot()
      expect(states.map(modelBits)).toEqual(apart.map((one) => modelBits(one.snapshot())))
    }), { numRuns: 60 })
  })

  it('reads an event once for all that remember the same, also once restored, once more for one that does not', () => {
    let reads = 0
    const counting = defineMemory<number>({
      name: 'counting', standardize: false, initial: 0,
      encode: (value, emit, before) => {
        reads++
        emit(null, (value as number) + before)
      },
      learn: (_, value) => value as number,
    })
    const make = () => ensemble({
      features: features({ x: counting }), target: 'y', loss: squaredError(), optimizer: sgd({ learningRate: 0.01 }),
      model: (m) => m.pipe(dense(1)),
      members: [1e-4, 2e-4, 3e-4, 100].map((learningRate) => ({ optimizer: sgd({ learningRate }) })),
    })
    const first = make()
    const readsOf = (all: typeof first, x: number): readonly [number, number] => {
      reads = 0
      const { predictions } = all.learnOne({ x, y: 1 })
      return [reads, predictions.filter((prediction) => prediction === null).length]
    }
    first.learnOne({ x: 1, y: 1 }) // brings a name
    expect(first.counters.programs).toBe(1)
    const seen = [2, 3, 4, 5, 6, 7, 8, 9].map((x) => readsOf(first, x))
    // The fourth member's numbers are too large sooner or later; from the next event on it remembers another one.
    const at = seen.findIndex(([, failed]) => failed === 1)
    expect(at).toBeGreaterThanOrEqual(0)
    expect(seen.slice(0, at + 1).map(([count]) => count)).toEqual(seen.slice(0, at + 1).map(() => 1))
    expect(seen.slice(at + 1).map(([count]) => count)).toEqual(seen.slice(at + 1).map(() => 2))
    expect(first.snapshot().members.map(({ memories }) => memories![0]![1])).toEqual([9, 9, 9, at + 1])
    const second = make()
    second.restore(first.snapshot())
    expect([readsOf(second, 10), readsOf(first, 10)]).toEqual([[2, 1], [2, 1]])
  })
})

describe('isSameData', () => {
  it('tells plain data apart as JSON does, and 0 from -0', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(isSameData(a, structuredClone(a))).toBe(true)
      expect(isSameData([a, 1], [a, 2])).toBe(false)
      if (isSameData(a, b)) expect(b).toEqual(a)
    }))
    expect(isSameData([0], [-0])).toBe(false)
    expect(isSameData({ a: 1 }, { b: 1 })).toBe(false)
    expect(isSameData([], {})).toBe(false)
    expect(isSameData(null, {})).toBe(false)
  })
})
