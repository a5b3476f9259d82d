import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { from, Subject } from 'rxjs'
import type { Node } from '@eddy/graph'
import { absoluteError, crossEntropy, dense, dropout, relu, squaredError } from '@eddy/nodes'
import { adam, adamw, chain, clipByGlobalNorm, reduceOnPlateau, rmsprop, sgd } from '@eddy/optim'
import type { DType, Shape } from '@eddy/tensor'
import type { Encoder } from '../encoder.ts'
import { categorical } from '../encoders/categorical.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { bitsOf, deliveries, type Delivery } from '../testing/streams.ts'
import type { EnsembleMember } from './ensemble-options.ts'
import { grid } from './grid.ts'
import { ensemble } from './make-ensemble.ts'
import type { ModelState } from './tenants.ts'
import { formOf } from './take-turns.ts'

type Model = (m: Node<[number]>) => Node<Shape>

const wide: Model = (m) => m.pipe(dense(4), relu(), dense(1))
const noisy: Model = (m) => m.pipe(dense(4), dropout(0.5), dense(1))
const base = {
  features: features({ distance: numeric(), hour: numeric(), courier: categorical() }),
  target: (event: Delivery) => event.minutes, model: wide, loss: squaredError(),
  optimizer: adam({ learningRate: 0.02 }), seed: 4,
}
const bits = (state: ModelState): string => bitsOf({ ...state, metrics: { model: {}, baselines: {} } })

const plateau = reduceOnPlateau({ learningRate: 0.02, every: 2, patience: 0 })
const aMember: fc.Arbitrary<Omit<EnsembleMember, 'loss'>> = fc.record({
  optimizer: fc.constantFrom(
    adam({ learningRate: 0.02 }), adam({ learningRate: 0.3, betas: [0.5, 0.999] }), sgd({ learningRate: 0.01 }),
    sgd({ learningRate: 1e4 }), sgd({ learningRate: plateau }), rmsprop({ learningRate: 0.01 }),
    adamw({ learningRate: 0.02 }), chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 })),
  ),
  model: fc.constantFrom(wide, noisy),
  seed: fc.nat(3),
})

describe('ensemble law', () => {
  it('every member has the bits, predictions and rejections of a learner of its own', () => {
    const settings = fc.record({
      members: fc.array(aMember, { minLength: 1, maxLength: 6 }), dtype: fc.constantFrom<DType>('f32', 'f64'),
      count: fc.integer({ min: 1, max: 40 }), from: fc.nat(60),
    })
    fc.assert(fc.property(settings, ({ members, dtype, count, from: first }) => {
      const all = ensemble({ ...base, dtype, members })
      const apart = members.map((member) => learner({ ...base, dtype, ...member }))
      for (const event of deliveries(first + count).slice(first)) {
        const outcomes = apart.map((one) => {
          try {
            return one.learnOne(event).prediction
          } catch {
            return null
          }
        })
        if (outcomes.some((outcome) => outcome !== null)) expect(all.learnOne(event).predictions).toEqual(outcomes)
        else expect(() => all.learnOne(event)).toThrow(/rejected/)
      }
      const { members: states } = all.snapshot()
      expect(states.map(bits)).toEqual(apart.map((one) => bits(one.snapshot())))
    }), { numRuns: 80 })
  })

  it('snapshot and restore into one made anew: as if never stopped', () => {
    const members = grid({ learningRate: [0.01, 0.05], seed: [1, 2] }, ({ learningRate, seed }) => (
      { optimizer: adam({ learningRate }), seed }
    ))
    const [one, other] = [0, 1].map(() => ensemble({ ...base, members, combine: 'best' as const }))
    const events = deliveries(80)
    for (const event of events.slice(0, 40)) one!.learnOne(event)
    const state = one!.snapshot()
    const copy = structuredClone(state)
    other!.restore(state)
    for (const event of events.slice(40)) {
      expect(other!.learnOne(event).prediction).toBe(one!.learnOne(event).prediction)
    }
    expect(other!.snapshot()).toEqual(one!.snapshot())
    expect(other!.members).toEqual(one!.members)
    expect(state).toEqual(copy)
  })
})

describe('programs', () => {
  it('members that differ in numbers and seeds share one; another model, loss or optimizer has its own', () => {
    const optimizers = [0.1, 0.2, 0.3].map((learningRate) => ({ optimizer: sgd({ learningRate }) }))
    const programsOf = (members: readonly EnsembleMember<never>[]): number => (
      ensemble({ ...base, members: members as never }).counters.programs
    )
    expect(programsOf([...optimizers, { optimizer: sgd({ learningRate: 1 }), seed: 9 }] as never)).toBe(1)
    expect(programsOf([...optimizers, { optimizer: adam({ learningRate: 1 }) }] as never)).toBe(2)
    expect(programsOf([{}, { model: noisy }, { seed: 3 }] as never)).toBe(2)
    expect(programsOf([{}, { loss: absoluteError() }, { seed: 3 }] as never)).toBe(2)
  })

  it('formOf tells optimizers apart by what they do, not by their coefficients', () => {
    const form = (optimizer: Parameters<typeof formOf>[0]): string => formOf(optimizer)!
    expect(form(adam({ learningRate: 0.1 }))).toBe(form(adam({ learningRate: 0.2, eps: 1e-6 })))
    // Averages that forget faster are swept for denormal numbers more often.
    expect(form(adam({ learningRate: 0.1 }))).not.toBe(form(adam({ learningRate: 0.1, betas: [0.5, 0.999] })))
    expect(form(adam({ learningRate: 0.1 }))).not.toBe(form(rmsprop({ learningRate: 0.1 })))
    expect(form(sgd({ learningRate: 0.1 }))).not.toBe(form(sgd({ learningRate: 0.1, momentum: 0.9 })))
    expect(form(sgd({ learningRate: 0.1 }))).not.toBe(form(sgd({ learningRate: plateau })))
    const update = (scope: { call: (f: () => void) => void }): void => scope.call(() => {})
    expect(formOf({ ...sgd({ learningRate: 1 }), update } as never)).toBe(null)
  })
})

describe('combined prediction', () => {
  const members = [{ seed: 1 }, { seed: 2 }, { seed: 3 }]

  it('mean: of numbers', () => {
    const all = ensemble({ ...base, members })
    for (const event of deliveries(20)) {
      const { prediction, predictions } = all.learnOne(event)
      const [a, b, c] = predictions as number[]
      expect(prediction).toBe((a! + b! + c!) / 3)
    }
    const query = { distance: 4 }
    const answers = all.snapshot().members.map((state, k) => {
      const one = learner({ ...base, ...members[k] })
      one.restore({ ...state, metrics: one.snapshot().metrics })
      return one.predictOne(query)
    })
    expect(all.predictOne(query)).toBe((answers[0]! + answers[1]! + answers[2]!) / 3)
    expect(all.counters).toMatchObject({ learned: 20, predicted: 1, rejected: 0 })
  })

  it('best: follows the model with the least loss so far, not of the event itself', () => {
    const rates = grid({ learningRate: [1e-5, 0.005, 1e4] }, ({ learningRate }) => (
      { optimizer: sgd({ learningRate }) }
    ))
    const all = ensemble({ ...base, members: rates, combine: 'best' })
    for (const event of deliveries(300)) {
      const { best } = all
      const position = rates.findIndex(({ name }) => name === best)
      const { prediction, predictions } = all.learnOne(event)
      expect(prediction).toBe(predictions[position])
    }
    expect(all.best).toBe('learningRate=0.005')
    const [slow, good, wild] = all.members
    expect(good!.metrics['mae']).toBeLessThan(slow!.metrics['mae']!)
    expect(good!.loss).toBeLessThan(wild!.loss)
    expect([slow!.rejected, good!.rejected]).toEqual([0, 0])
    expect(wild!.rejected).toBeGreaterThan(200)
  })

  it('mean and vote of classes', () => {
    const colours = (combine: 'mean' | 'vote') => ensemble({
      ...base, target: 'colour', classes: ['red', 'green', 'blue'], loss: crossEntropy(),
      model: (m) => m.pipe(dense(3)), members: [{ seed: 1 }, { seed: 2 }], combine,
    })
    const [mean, vote] = [colours('mean'), colours('vote')]
    for (let k = 0; k < 30; k++) {
      const event = { distance: k % 7, colour: ['red', 'green', 'blue'][k % 3]! }
      const { prediction, predictions } = mean.learnOne(event)
      const [a, b] = predictions
      expect(prediction.probabilities[1]).toBeCloseTo((a!.probabilities[1]! + b!.probabilities[1]!) / 2, 14)
      const votes = vote.learnOne(event)
      const share = votes.predictions.filter((each) => each!.label === 'red').length / 2
      expect(votes.prediction.probabilities[0]).toBe(share)
    }
    expect(mean.members[0]!.metrics['accuracy']).toBeGreaterThanOrEqual(0)
  })

  it('a function of all predictions', () => {
    const all = ensemble({ ...base, members, combine: (predictions) => Math.max(...predictions) })
    const { prediction, predictions } = all.learnOne({ distance: 3, minutes: 9 })
    expect(prediction).toBe(Math.max(...(predictions as number[])))
  })

  it('vote about numbers throws, and so do no members and names that come twice', () => {
    expect(() => ensemble({ ...base, members, combine: 'vote' })).toThrow(/no way to combine/)
    expect(() => ensemble({ ...base, members: [] })).toThrow(/no members/)
    expect(() => ensemble({ ...base, members: [{ name: 'a' }, { name: 'a' }] })).toThrow(/name of two members/)
  })
})

describe('events', () => {
  it('one that none can read is rejected once, and leaves no trace', () => {
    const all = ensemble({ ...base, members: [{ seed: 1 }, { seed: 2 }] })
    const seen: (string | null)[] = []
    all.rejected$.subscribe(({ member }) => seen.push(member))
    all.learnOne({ distance: 1, minutes: 3 })
    const before = all.snapshot()
    expect(() => all.learnOne({ distance: 1, courier: 'new', minutes: NaN })).toThrow(/target/)
    expect(all.snapshot()).toEqual(before)
    expect(seen).toEqual([null])
    expect(all.counters).toMatchObject({ learned: 1, rejected: 1 })
  })

  it('one that only some can learn is learned by those', () => {
    const members = [{ name: 'wild', optimizer: sgd({ learningRate: 1e30 }) }, { name: 'calm' }]
    const all = ensemble({ ...base, members })
    const seen: (string | null)[] = []
    all.rejected$.subscribe(({ member }) => seen.push(member))
    const learned = deliveries(10).map((event) => all.learnOne(event))
    expect(new Set(seen)).toEqual(new Set(['wild']))
    expect(learned.at(-1)!.predictions[0]).toBe(null)
    expect(learned.at(-1)!.losses[0]).toBe(NaN)
    expect(learned.at(-1)!.prediction).toBe(learned.at(-1)!.predictions[1])
  })

  it('train(): those handed over from inside a tap wait, in order; completes after them', () => {
    const all = ensemble({ ...base, members: [{ seed: 1 }, { seed: 2 }] })
    const apart = learner({ ...base, seed: 2 })
    const events = deliveries(12)
    const source$ = new Subject<Delivery>()
    const seen: Delivery[] = []
    let isComplete = false
    source$.pipe(all.train()).subscribe({
      next: ({ event, predictions }) => {
        seen.push(event)
        expect(predictions[1]).toBe(apart.learnOne(event).prediction)
        if (seen.length === 1) {
          for (const next of events.slice(1)) source$.next(next)
          source$.complete()
          expect(() => all.learnOne(events[0]!)).toThrow(/another event is being learned/)
          expect(isComplete).toBe(false)
        }
      },
      complete: () => void (isComplete = true),
    })
    source$.next(events[0]!)
    expect(seen).toEqual(events)
    expect(isComplete).toBe(true)
    const answers: number[] = []
    from([{ distance: 2 }, { distance: NaN }]).pipe(all.predict()).subscribe(({ prediction }) => {
      answers.push(prediction)
    })
    expect(answers).toEqual([all.predictOne({ distance: 2 })])
  })

  it('the same object with other values is another event', () => {
    const [one, other] = [0, 1].map(() => ensemble({ ...base, members: [{ seed: 1 }, { seed: 2 }] }))
    const event = { distance: 1, minutes: 3 }
    one!.learnOne(event)
    Object.assign(event, { distance: 5, minutes: 16 })
    one!.learnOne(event)
    other!.learnOne({ distance: 1, minutes: 3 })
    other!.learnOne({ distance: 5, minutes: 16 })
    expect(one!.snapshot()).toEqual(other!.snapshot())
  })

  it('features are read once for all members that share a program', () => {
    let reads = 0
    const counting: Encoder = {
      name: 'counting', standardize: false,
      encode: (value, emit) => {
        reads++
        emit(null, value as number)
      },
    }
    const all = ensemble({
      ...base, features: features({ distance: counting }), members: [1, 2, 3, 4].map((seed) => ({ seed })),
    })
    all.learnOne({ distance: 1, minutes: 2 }) // brings a name, so everyone reads it
    reads = 0
    all.learnOne({ distance: 2, minutes: 2 })
    expect(reads).toBe(1)
    all.predictOne({ distance: 2 })
    expect(reads).toBe(2)
  })
})

describe('grid', () => {
  it('gives a member for each combination, named after it', () => {
    const points = grid({ rate: [0.1, 0.2], kind: ['a', 'b'] }, ({ rate, kind }) => (
      { seed: rate === 0.1 && kind === 'a' ? 1 : 2 }
    ))
    expect(points).toEqual([
      { name: 'rate=0.1 kind=a', seed: 1 }, { name: 'rate=0.1 kind=b', seed: 2 },
      { name: 'rate=0.2 kind=a', seed: 2 }, { name: 'rate=0.2 kind=b', seed: 2 },
    ])
  })
})
