import { describe, expect, it } from 'vitest'
import { from, Subject } from 'rxjs'
import { binaryCrossEntropyWithLogits, dense, squaredError } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { tensor } from '@eddy/tensor'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { bitsOf } from '../testing/streams.ts'
import type { Evicted } from './keyed-options.ts'
import { keyedLearner } from './make-keyed-learner.ts'
import type { ModelState } from './tenants.ts'

type Input = Parameters<Parameters<typeof learner>[0]['model']>[0]

interface Visit {
  readonly user: string
  readonly x: number
  readonly y: number
}

const options = {
  features: features({ x: numeric() }), target: (visit: Visit) => visit.y,
  model: (m: Input) => m.pipe(dense(3), dense(1)),
  loss: squaredError(), optimizer: adam({ learningRate: 0.1 }), seed: 2,
}
const users = (capacity?: number, more: object = {}) => keyedLearner({
  ...options, ...more, key: (visit: Visit) => visit.user, ...(capacity === undefined ? {} : { capacity }),
})
const visit = (user: string, k = 0): Visit => ({ user, x: Math.sin(7 * k), y: Math.cos(5 * k) })
const bits = (state: ModelState): string => bitsOf({ ...state, metrics: { model: {}, baselines: {} } })

describe('key', () => {
  it('by its name may be anything an event has, as a target may: an accessor of its class', () => {
    class Seen {
      readonly x = 1

      get user(): string {
        return 'a'
      }
    }
    const many = keyedLearner<Seen>({ ...options, key: 'user', target: () => 1 })
    expect(many.learnOne(new Seen()).step).toBe(1)
    expect([...many.keys()]).toEqual(['a'])
    const strange = keyedLearner<object>({ ...options, key: 'toString', target: () => 1 })
    expect(() => strange.learnOne({ x: 1 })).toThrow(/undefined as the key in field "toString"/)
  })
})

describe('snapshot()', () => {
  it('may pass through structuredClone', () => {
    const [many, copy] = [users(), users()]
    for (let k = 0; k < 30; k++) many.learnOne(visit(`u${k % 4}`, k))
    copy.restore(structuredClone(many.snapshot()))
    for (let k = 30; k < 40; k++) {
      expect(copy.learnOne(visit(`u${k % 5}`, k)).prediction).toBe(many.learnOne(visit(`u${k % 5}`, k)).prediction)
    }
  })
})

describe('capacity', () => {
  it('the key that has not learned for longest goes first; predicting for it does not keep it', () => {
    const many = users(2)
    for (const user of ['a', 'b', 'a']) many.learnOne(visit(user))
    many.predictOne(visit('b'))
    expect([...many.keys()]).toEqual(['b', 'a'])
    many.learnOne(visit('c'))
    expect([...many.keys()]).toEqual(['a', 'c'])
    expect(many.counters).toMatchObject({ keys: 2, evicted: 1, learned: 4, predicted: 1, names: 1 })
  })

  it('1: every other key begins anew, and the bits are those of a new learner', () => {
    const many = users(1)
    for (let k = 0; k < 5; k++) for (const user of ['a', 'b']) many.learnOne(visit(user, k))
    const one = learner(options)
    one.learnOne(visit('b', 4))
    expect(bits(many.stateOf('b')!)).toBe(bits(one.snapshot()))
    expect([...many.keys()]).toEqual(['b'])
    expect(many.counters.evicted).toBe(9)
  })

  it.each([0, 1.5, -1, NaN, 2 ** 32])('%s throws', (capacity) => {
    expect(() => users(capacity)).toThrow(/number of models is out of range/)
  })

  it('memory does not grow with the keys that came and went', () => {
    const many = users(10)
    for (let k = 0; k < 20; k++) many.learnOne(visit(`u${k}`))
    const { bytes } = many
    for (let k = 0; k < 500; k++) many.learnOne(visit(`v${k}`))
    expect(many.bytes).toBe(bytes)
  })

  it('names that no model knows any more are forgotten', () => {
    const many = keyedLearner({
      ...options, features: features({ x: numeric(), tag: categorical() }), key: 'user', capacity: 3,
    })
    for (let k = 0; k < 100; k++) many.learnOne({ ...visit(`u${k}`, k), tag: `t${k}` } as Visit)
    expect(many.counters.names).toBe(4)
    for (const user of Array.from(many.keys())) many.delete(user)
    expect(many.counters.names).toBe(0)
  })
})

describe('a model with numbers near the largest', () => {
  it('is watched while it is resident, and no other: its update is refused as that of a learner', () => {
    const plain = {
      ...options, features: features({ x: numeric({ standardize: false }) }), model: (m: Input) => m.pipe(dense(1)),
      optimizer: sgd({ learningRate: 1, momentum: 0.9 }),
    }
    const zero = (user: string): Visit => ({ user, x: 0, y: 0 })
    const apart = learner(plain)
    apart.learnOne(zero('a'))
    const { training, ...rest } = apart.snapshot()
    const huge = (value: number) => ({ 'dense.weight': tensor([[value]]), 'dense.bias': tensor([0]) })
    const [slot] = Object.keys(training.slots['dense.weight']!)
    const slots = { 'dense.weight': { [slot!]: tensor([[3e38]]) }, 'dense.bias': { [slot!]: tensor([0]) } }
    apart.restore({ ...rest, training: { ...training, parameters: huge(-3e38), slots } })
    const many = keyedLearner({ ...plain, key: 'user' })
    many.put('a', apart.snapshot())
    many.learnOne(zero('b'))
    const failure = /the update would make it not finite/
    expect(() => apart.learnOne(zero('a'))).toThrow(failure)
    expect(() => many.learnOne(zero('a'))).toThrow(failure)
    many.learnOne(zero('b'))
    expect(() => many.learnOne(zero('a'))).toThrow(failure)
    expect(bits(many.stateOf('a')!)).toBe(bits(apart.snapshot()))
  })
})

describe('evicted$', () => {
  it('hands out the key with its model, which put(key, state) brings back bit for bit', () => {
    const many = users(2)
    const apart = learner(options)
    const shelf = new Map<string, Evicted<string>>()
    many.evicted$.subscribe((evicted) => shelf.set(evicted.key, evicted))
    for (let k = 0; k < 6; k++) many.learnOne(visit('a', k))
    for (let k = 0; k < 6; k++) apart.learnOne(visit('a', k))
    many.learnOne(visit('b'))
    many.learnOne(visit('c'))
    expect([...shelf.keys()]).toEqual(['a'])
    expect(bits(shelf.get('a')!.state)).toBe(bits(apart.snapshot()))
    many.put('a', shelf.get('a')!.state)
    expect([...many.keys()]).toEqual(['c', 'a'])
    for (let k = 6; k < 9; k++) {
      expect(many.learnOne(visit('a', k)).prediction).toBe(apart.learnOne(visit('a', k)).prediction)
    }
    expect(bits(many.stateOf('a')!)).toBe(bits(apart.snapshot()))
  })

  it('a model that a learner has learned goes on under a key, and one of a key in a learner', () => {
    const apart = learner(options)
    for (let k = 0; k < 4; k++) apart.learnOne(visit('a', k))
    const many = users()
    many.put('new', apart.snapshot())
    expect(many.learnOne(visit('new', 9)).prediction).toBe(apart.learnOne(visit('a', 9)).prediction)
    const other = learner(options)
    other.restore({ ...many.stateOf('new')!, metrics: other.snapshot().metrics })
    expect(other.predictOne(visit('a', 3))).toBe(apart.predictOne(visit('a', 3)))
  })
})

describe('events', () => {
  it.each([undefined, null, NaN, {}, true])('with %s as the key are rejected and leave no trace', (user) => {
    const many = users()
    many.learnOne(visit('a'))
    const before = bits(many.stateOf('a')!)
    const event = { ...visit('a', 1), user } as unknown as Visit
    expect(() => many.learnOne(event)).toThrow(/as the key, wanted text or a number/)
    expect(() => many.predictOne(event)).toThrow(/as the key, wanted text or a number/)
    expect([...many.keys()]).toEqual(['a'])
    expect(bits(many.stateOf('a')!)).toBe(before)
  })

  it('that are rejected make no model', () => {
    const many = users()
    expect(() => many.learnOne({ ...visit('a'), y: NaN })).toThrow(/target/)
    expect([many.has('a'), many.stateOf('a'), many.counters.keys]).toEqual([false, null, 0])
    expect(many.predictOne(visit('a'))).toBe(learner(options).predictOne(visit('a')))
  })

  it('the key may be a field, and a number', () => {
    const many = keyedLearner({
      ...options, key: 'shop', target: 'y', loss: binaryCrossEntropyWithLogits(), optimizer: sgd({ learningRate: 1 }),
    })
    for (let k = 0; k < 20; k++) many.learnOne({ shop: k % 2, x: 1, y: k % 2 })
    expect([...many.keys()]).toEqual([0, 1])
    expect(many.predictOne({ shop: 1, x: 1 })).toBeGreaterThan(0.9)
    expect(many.predictOne({ shop: 0, x: 1 })).toBeLessThan(0.1)
    expect(many.metrics.accuracy).toBeGreaterThan(0.5)
  })

  it('train() and predict() are operators; an event that is handed over from inside a result waits its turn', () => {
    const many = users()
    const apart = new Map(['a', 'b'].map((user) => [user, learner(options)]))
    const visits$ = new Subject<Visit>()
    const seen: string[] = []
    visits$.pipe(many.train()).subscribe(({ event, prediction, step }) => {
      seen.push(`${event.user}${step}`)
      expect(prediction).toBe(apart.get(event.user)!.learnOne(event).prediction)
      if (event.user === 'a' && step < 4) visits$.next(visit('b', step))
    })
    for (let k = 0; k < 4; k++) visits$.next(visit('a', k))
    expect(seen.join(' ')).toBe('a1 b1 a2 b2 a3 b3 a4')
    const answers: number[] = []
    from([visit('a', 1), visit('b', 1)]).pipe(many.predict()).subscribe(({ prediction }) => answers.push(prediction))
    expect(answers).toEqual(['a', 'b'].map((user) => apart.get(user)!.predictOne(visit(user, 1))))
  })

  it('delete(key) inside a result forgets the key once the event has ended', () => {
    const many = users()
    const visits$ = new Subject<Visit>()
    const deleted: boolean[] = []
    visits$.pipe(many.train()).subscribe(({ event, step }) => {
      if (step === 3) many.delete('b')
      else if (event.user === 'b') deleted.push(many.delete('a'))
    })
    for (const user of ['a', 'a', 'b', 'a', 'b', 'b']) visits$.next(visit(user))
    expect([deleted, [...many.keys()]]).toEqual([[true, true], []])
    visits$.next(visit('b', 3))
    const one = learner(options)
    one.learnOne(visit('b', 3))
    expect(bits(many.stateOf('b')!)).toBe(bits(one.snapshot()))
  })

  it('hundreds of them, two keys in turn, have the bits of two learners', () => {
    const many = users()
    const apart = ['a', 'b'].map(() => learner(options))
    for (let k = 0; k < 700; k++) {
      const who = k % 3 === 0 ? 0 : 1
      many.learnOne(visit('ab'[who]!, k))
      apart[who]!.learnOne(visit('x', k))
    }
    expect(['a', 'b'].map((user) => bits(many.stateOf(user)!))).toEqual(apart.map((one) => bits(one.snapshot())))
  })
})

describe('snapshot and restore', () => {
  const learned = (count: number) => {
    const many = users(5)
    for (let k = 0; k < count; k++) many.learnOne(visit(`u${(k * k) % 7}`, k))
    return many
  }

  it('undo: keys, their order, metrics and every bit go back', () => {
    const many = learned(30)
    const before = many.snapshot()
    const copy = structuredClone(before)
    const report = many.metrics
    for (let k = 0; k < 9; k++) many.learnOne(visit(`w${k}`, k))
    many.restore(before)
    expect(many.snapshot()).toEqual(before)
    expect(before).toEqual(copy)
    expect(many.metrics).toEqual(report)
  })

  it('a tensor of the state holds one parameter of all keys', () => {
    const { keys, steps, parameters, rows, names, nameCounts } = learned(30).snapshot()
    expect(parameters['dense_1.weight']!.shape).toEqual([keys.length, 1, 3])
    expect(rows['dense.weight']!.length).toBe(keys.length)
    expect([names.length, nameCounts, steps.length]).toEqual([1, keys.map(() => 1), keys.length])
  })

  it('a state of another model is refused, and nothing changes', () => {
    const many = learned(30)
    const before = many.snapshot()
    const { parameters, ...rest } = before
    expect(() => many.restore({ ...rest, parameters: {} })).toThrow(/dense\.weight does not fit/)
    expect(() => many.restore({ ...before, steps: [1] })).toThrow(/no list of steps/)
    expect(() => many.restore({ ...before, nameIndices: [4] })).toThrow(/names do not fit/)
    expect(() => many.restore({ ...before, keys: before.keys.map(() => 'same') })).toThrow(/keys come twice/)
    expect(() => users(2).restore(before)).toThrow(/there is room for 2/)
    const other = keyedLearner({ ...options, key: 'user', model: (m) => m.pipe(dense(1)) })
    expect(() => other.restore(before as never)).toThrow(/does not fit/)
    expect(() => other.put('a', many.stateOf('u0')!)).toThrow(/dense/)
    expect(many.snapshot()).toEqual(before)
    expect(parameters).toBe(before.parameters)
  })
})
