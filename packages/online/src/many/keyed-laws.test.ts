import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dense, dropout, relu, squaredError } from '@eddy/nodes'
import { adam, cosineDecay, reduceOnPlateau, sgd } from '@eddy/optim'
import type { DType } from '@eddy/tensor'
import { categorical } from '../encoders/categorical.ts'
import { hashed } from '../encoders/hashed.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'
import { bitsOf, deliveries, type Delivery } from '../testing/streams.ts'
import type { KeyedLearner } from './keyed-learner.ts'
import { keyedLearner } from './make-keyed-learner.ts'
import type { ModelState } from './tenants.ts'
import { outcome } from '../testing/outcome.ts'

type Event = Delivery & { readonly key: string }
type Kind = 'adam' | 'schedule' | 'plateau' | 'dropout' | 'hashed'

const optimizers = {
  adam: adam({ learningRate: 0.03 }),
  schedule: adam({ learningRate: cosineDecay({ learningRate: 0.05, steps: 9 }) }),
  plateau: sgd({ learningRate: reduceOnPlateau({ learningRate: 0.02, every: 2, patience: 0 }), momentum: 0.9 }),
  dropout: sgd({ learningRate: 0.01 }),
  hashed: sgd({ learningRate: 0.01 }),
}

function optionsOf(kind: Kind, dtype: DType) {
  const courier = kind === 'hashed' ? hashed({ bits: 3 }) : categorical()
  return {
    features: features({ distance: numeric(), hour: numeric(), courier }), target: (event: Event) => event.minutes,
    model: (m: Parameters<Parameters<typeof learner>[0]['model']>[0]) => (
      kind === 'dropout' ? m.pipe(dense(4), dropout(0.5), dense(1)) : m.pipe(dense(4), relu(), dense(1))
    ),
    loss: squaredError(), optimizer: optimizers[kind], seed: 5, dtype,
  }
}

type Single = Learner<Event, number, string>
type Keyed = KeyedLearner<Event, number, string, string>

const single = (kind: Kind, dtype: DType): Single => learner(optionsOf(kind, dtype)) as unknown as Single
const keyed = (kind: Kind, dtype: DType, capacity: number): Keyed => (
  keyedLearner({ ...optionsOf(kind, dtype), key: (event: Event) => event.key, capacity }) as unknown as Keyed
)

const modelBits = (state: ModelState): string => bitsOf({ ...state, metrics: { model: {}, baselines: {} } })

/** What a keyed learner is to be equal to: a learner for each key; the keys stand in the order they last learned. */
class Separate {
  readonly #make: () => Single
  readonly #capacity: number
  readonly models = new Map<string, Single>()

  constructor(make: () => Single, capacity: number) {
    this.#make = make
    this.#capacity = capacity
  }

  learn(event: Event): number | string {
    const model = this.models.get(event.key) ?? this.#make()
    const prediction = outcome(() => model.learnOne(event).prediction)
    if (typeof prediction === 'string') return prediction
    this.models.delete(event.key)
    this.models.set(event.key, model)
    if (this.models.size > this.#capacity) this.models.delete([...this.models.keys()][0]!)
    return prediction
  }

  predict(event: Event): number | string {
    return outcome(() => (this.models.get(event.key) ?? this.#make()).predictOne(event))
  }
}

const rows = deliveries(60)
/** Once in a while a label so large that the update has to be careful, or the event be rejected. */
const scale = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(1e9, 1e15) })
const anEvent = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '__proto__'), fc.nat(59), scale).map(
  ([key, i, times]): Event => ({ ...rows[i]!, minutes: rows[i]!.minutes * times, key }),
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('learn' as const), event: anEvent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('predict' as const), event: anEvent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('spoil', 'delete', 'resume'), event: anEvent }) },
)
const scripts = fc.record({
  kind: fc.constantFrom<Kind>('adam', 'schedule', 'plateau', 'dropout', 'hashed'),
  dtype: fc.constantFrom<DType>('f32', 'f64'),
  capacity: fc.integer({ min: 1, max: 4 }),
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
})

/** The same models under the same keys in the same order, bit for bit. */
function expectSame(many: Keyed, separate: Separate): void {
  expect([...many.keys()]).toEqual([...separate.models.keys()])
  for (const [key, model] of separate.models) expect(modelBits(many.stateOf(key)!)).toBe(modelBits(model.snapshot()))
}

describe('keyedLearner law', () => {
  it('every key has the bits of a learner of its own: Adam, schedules, dropout, names, f64, eviction, resume', () => {
    fc.assert(fc.property(scripts, ({ kind, dtype, capacity, steps }) => {
      let many = keyed(kind, dtype, capacity)
      const separate = new Separate(() => single(kind, dtype), capacity)
      for (const { do: what, event } of steps) {
        if (what === 'learn') expect(outcome(() => many.learnOne(event).prediction)).toBe(separate.learn(event))
        else if (what === 'predict') expect(outcome(() => many.predictOne(event))).toBe(separate.predict(event))
        else if (what === 'delete') expect(many.delete(event.key)).toBe(separate.models.delete(event.key))
        else if (what === 'spoil') {
          expect(() => many.learnOne({ ...event, minutes: NaN, courier: 'never seen' })).toThrow(/target/)
          expect(() => many.learnOne({ ...event, courier: 'never seen', distance: Infinity })).toThrow(/distance/)
        } else {
          const state = many.snapshot()
          many = keyed(kind, dtype, capacity)
          many.restore(state)
        }
      }
      expectSame(many, separate)
    }), { numRuns: 150 })
  })

  it('a look at another key from inside an event changes no bit, also while the event brings names', () => {
    fc.assert(fc.property(scripts, ({ kind, dtype, capacity, steps }) => {
      const many = keyed(kind, dtype, capacity)
      const separate = new Separate(() => single(kind, dtype), capacity)
      let next = 0
      const looks: string[] = []
      const look = (): void => {
        const { event } = steps[next++ % steps.length]!
        const model = separate.models.get(event.key)
        expect(outcome(() => many.predictOne(event))).toBe(separate.predict(event))
        expect([...many.snapshot().keys]).toEqual([...separate.models.keys()])
        if (model !== undefined) looks.push(modelBits(many.stateOf(event.key)!), modelBits(model.snapshot()))
      }
      let failure: unknown = null
      many.nodes.prediction.subscribe(() => {
        try {
          look()
        } catch (error) {
          failure ??= error
        }
      })
      for (const { event } of steps) {
        const got = outcome(() => many.learnOne(event).prediction)
        expect(separate.learn(event)).toBe(got)
      }
      expect(failure).toBe(null)
      for (let k = 0; k < looks.length; k += 2) expect(looks[k]).toBe(looks[k + 1])
      expectSame(many, separate)
    }), { numRuns: 60 })
  })
})
