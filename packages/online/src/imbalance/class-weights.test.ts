import { defineOperator, input, minimize, type Node } from '@eddy/graph'
import { binaryCrossEntropyWithLogits, classBalance, crossEntropy, dense, focal, mul, squaredError } from '@eddy/nodes'
import { adam, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import type { Learner } from '../learner.ts'
import { learner } from '../make-learner.ts'
import { bitsOf } from '../testing/streams.ts'
import { balancedWeights, type ClassWeights } from './class-weights.ts'

interface Reading { readonly x: number; readonly kind: string }

const kinds = ['usual', 'odd', 'rare'] as const

/** 90 % usual, 8 % odd, 2 % rare, which overlap. */
function readings(count: number, seed = 1): Reading[] {
  const random = rng(seed, 'readings')
  return Array.from({ length: count }, (_, i) => {
    const u = random.uniform(2 * i)
    const k = u < 0.9 ? 0 : u < 0.98 ? 1 : 2
    return { x: 1.5 * k + standardNormal(random, 2 * i + 1), kind: kinds[k] }
  })
}

type Model = Learner<Reading, { readonly label: string }, string>

function readingLearner(classWeights?: ClassWeights, others: object = {}): Model {
  return learner({
    features: features({ x: numeric({ scale: 'none' }) }), target: 'kind', classes: kinds,
    model: (m: Node<[number]>, outputs: number) => m.pipe(dense(outputs)), loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.125 }), ...(classWeights === undefined ? {} : { classWeights }), ...others,
  } as never) as unknown as Model
}

/** The definition, in loops: frequencies with this event included. */
function weightsByHand(labels: readonly number[], { fading = 1, limit = 10 } = {}): number[] {
  const counts = new Map<number, number>()
  return labels.map((label) => {
    for (const [c, n] of counts) counts.set(c, n * fading)
    counts.set(label, (counts.get(label) ?? 0) + 1)
    const total = [...counts.values()].reduce((sum, n) => sum + n, 0)
    return Math.min(limit, total / (counts.size * counts.get(label)!))
  })
}

/** The weights of a stream of labels, in a run of f64. */
function weightsOf(labels: readonly number[], options: Parameters<typeof classBalance>[1]): number[] {
  const source = new Subject<number>()
  const weight = classBalance(input(source, { shape: [1] }), options)
  const seen: number[] = []
  weight.subscribe((value) => seen.push(value.item()))
  const x = input(source, { shape: [1], select: () => [1] })
  mul(weight, squaredError(x.pipe(dense(1)), x)).pipe(minimize(sgd({ learningRate: 0 }), { dtype: 'f64' })).subscribe()
  for (const label of labels) source.next(label)
  return seen
}

describe('classBalance(label, { classes })', () => {
  it('is N / (K n_label) at every event, cut at the limit, with fading as without', () => {
    fc.assert(fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }), fc.double({ min: 0.5, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 8, noNaN: true }),
      (labels, fading, limit) => {
        const got = weightsOf(labels, { classes: 4, fading, limit })
        weightsByHand(labels, { fading, limit }).forEach((w, i) => expect(Math.abs(got[i]! - w)).toBeLessThan(1e-12))
      },
    ))
  })

  it('of two classes, 1 in 1,000 weighs as much as the other from a limit of 500 on, not with that of 10', () => {
    const labels = Array.from({ length: 20_000 }, (_, i) => Number(i % 1000 === 999))
    const shareOf = (limit?: number): number => {
      const weights = weightsOf(labels, { classes: 2, ...(limit === undefined ? {} : { limit }) }).slice(10_000)
      const all = weights.reduce((sum, w) => sum + w, 0)
      return weights.reduce((sum, w, i) => sum + w * labels[10_000 + i]!, 0) / all
    }
    expect(shareOf(500)).toBeCloseTo(0.5, 3)
    expect(shareOf()).toBeCloseTo(0.01 / (0.01 + 0.999 / 1.998), 3)
  })

  it('of two classes takes probabilities, and agrees with whole labels', () => {
    const labels = [0, 0, 1, 0, 1, 0, 0, 0]
    expect(weightsOf(labels, { classes: 2, limit: 100 })).toEqual(weightsByHand(labels, { limit: 100 }))
    // After 0.25: counts 0.75 and 0.25 of 1, both met: 0.75 * 1 / (2 * 0.75) + 0.25 * 1 / (2 * 0.25) = 1.
    expect(weightsOf([0.25, 1], { classes: 2 })).toEqual([1, 2 / (2 * 1.25)])
  })

  it('refuses options that are out of range', () => {
    const label = input(new Subject<number>(), { shape: [1] })
    expect(() => classBalance(label, { classes: 1 })).toThrow(/number of classes.*got 1/)
    expect(() => classBalance(label, { classes: 3, fading: 0 })).toThrow(/fading is out of range/)
    expect(() => classBalance(label, { classes: 3, limit: 0.5 })).toThrow(/limit is out of range/)
    expect(() => classBalance(input(new Subject<number[]>(), { shape: [2] }), { classes: 3 })).toThrow(/one label/)
  })
})

describe('learner({ classWeights })', () => {
  const events = readings(300)

  it('of 1 change no bit; of a power of two they are a learning rate as many times as large', () => {
    const [plain, ones] = [readingLearner(), readingLearner({ usual: 1, rare: 1 })]
    const doubled = readingLearner(new Map([['usual', 2], ['odd', 2], ['rare', 2]]))
    const fast = readingLearner(undefined, { optimizer: sgd({ learningRate: 0.25 }) })
    for (const event of events) {
      const [a, b] = [plain.learnOne(event), ones.learnOne(event)]
      expect(b.loss).toBe(a.loss)
      expect(doubled.learnOne(event).loss).toBe(2 * fast.learnOne(event).loss)
    }
    expect(bitsOf(ones.snapshot())).toBe(bitsOf(plain.snapshot()))
    expect(bitsOf(doubled.snapshot())).toBe(bitsOf(fast.snapshot()))
  })

  it('of 0 leave a class out: as if its events had not been, but for the metrics', () => {
    const [all, some] = [readingLearner({ odd: 0 }), readingLearner()]
    for (const event of events) all.learnOne(event)
    for (const event of events) if (event.kind !== 'odd') some.learnOne(event)
    expect(all.snapshot().training.parameters).toEqual(some.snapshot().training.parameters)
  })

  it("'balanced' multiplies loss and gradient by the weights by hand", () => {
    const model = readingLearner('balanced', { dtype: 'f64', optimizer: sgd({ learningRate: 0 }) })
    const plain = readingLearner(undefined, { dtype: 'f64', optimizer: sgd({ learningRate: 0 }) })
    const weights = weightsByHand(events.map(({ kind }) => kinds.indexOf(kind as never)))
    events.forEach((event, i) => {
      const [weighted, loss] = [model.learnOne(event).loss, plain.learnOne(event).loss]
      expect(Math.abs(weighted - weights[i]! * loss)).toBeLessThan(1e-12 * (1 + weighted))
    })
  })

  it('finds rare classes that the unweighted learner gives up', () => {
    /** Mean over classes of how many of its events are seen to be of it. */
    const balancedAccuracyOf = (model: Model): number => {
      const [right, all] = [new Map<string, number>(), new Map<string, number>()]
      for (const event of readings(6000, 3)) {
        const { kind } = event
        all.set(kind, (all.get(kind) ?? 0) + 1)
        if (model.learnOne(event).prediction.label === kind) right.set(kind, (right.get(kind) ?? 0) + 1)
      }
      return kinds.reduce((sum, kind) => sum + (right.get(kind) ?? 0) / all.get(kind)! / 3, 0)
    }
    const others = { optimizer: sgd({ learningRate: 0.02 }) }
    const [plain, balanced, fixed] = [undefined, balancedWeights({ limit: 50 }), { odd: 10, rare: 40 }]
      .map((weights) => balancedAccuracyOf(readingLearner(weights as ClassWeights, others))) as [number, number, number]
    expect(plain).toBeLessThan(0.5)
    expect(balanced).toBeGreaterThan(plain + 0.1)
    expect(fixed).toBeGreaterThan(plain + 0.1)
  })

  it('a rejected event is not counted; stop anywhere, restore elsewhere: as if never stopped', () => {
    const fragile = defineOperator({
      name: 'fragile',
      forward: ([x], y) => x!.forEach((value, i) => {
        if (Math.abs(value) > 1e3) throw new Error('too large')
        y[i] = value
      }),
      backward: (dy, _x, _y, [dx]) => dx?.set(Array.from(dy)),
    })
    const make = (): Model => readingLearner(balancedWeights({ fading: 0.99 }), {
      model: (m: Node<[number]>, outputs: number) => m.pipe(dense(2), fragile(), dense(outputs)),
      optimizer: adam({ learningRate: 0.05 }),
    })
    fc.assert(fc.property(fc.integer({ min: 0, max: 200 }), (stop) => {
      const [model, copy, plain] = [make(), make(), make()]
      for (const event of events.slice(0, stop)) {
        expect(() => model.learnOne({ x: 1e6, kind: 'rare' })).toThrow(/too large/)
        model.learnOne(event)
        plain.learnOne(event)
      }
      expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
      copy.restore(model.snapshot())
      for (const event of events.slice(stop, stop + 60)) {
        expect(copy.learnOne(event).loss).toBe(model.learnOne(event).loss)
      }
      expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
    }), { numRuns: 10 })
  })

  it('weighs two classes, by number, boolean or name, and what is in between', () => {
    const make = (classWeights: ClassWeights, others: object = {}): Learner<object, number, string> => learner({
      features: features({ x: numeric() }),
      target: 'y', model: (m: Node<[number]>) => m.pipe(dense(1, { bias: false })),
      loss: binaryCrossEntropyWithLogits(), optimizer: sgd({ learningRate: 0 }), classWeights, ...others,
    } as never) as never
    const lossOf = (model: Learner<object, number, string>, y: unknown): number => model.learnOne({ x: 0, y }).loss
    const ln2 = lossOf(make({}), 1)
    for (const weights of [{ 0: 3, 1: 5 }, { false: 3, true: 5 }, new Map([[false, 3], [true, 5]])] as ClassWeights[]) {
      const model = make(weights)
      expect([0, 1, false, true].map((y) => lossOf(model, y) / ln2)).toEqual([3, 5, 3, 5])
      expect(lossOf(model, 0.25) / ln2).toBeCloseTo(3.5, 6)
    }
    const named = make({ spam: 4 }, { classes: ['ham', 'spam'] })
    expect(['ham', 'spam'].map((y) => lossOf(named, y) / ln2)).toEqual([1, 4])
  })

  it('weighs open classes by name, also those that are met only now', () => {
    const make = (classWeights?: ClassWeights): Model => readingLearner(classWeights, { classes: 'open' })
    const [weighted, plain] = [make({ odd: 8, never: 3 }), make()]
    for (const event of events.slice(0, 5)) expect(weighted.learnOne(event).loss).toBe(plain.learnOne(event).loss)
    weighted.restore(plain.snapshot())
    for (const kind of ['odd', 'other', 'odd']) {
      weighted.restore(plain.snapshot())
      expect(weighted.learnOne({ x: 1, kind }).loss)
        .toBeCloseTo((kind === 'odd' ? 8 : 1) * plain.learnOne({ x: 1, kind }).loss, 5)
    }
    const balanced = make('balanced')
    for (const event of events) balanced.learnOne(event)
    expect(balanced.counters.learned).toBe(300)
  })

  it('goes with the focal loss', () => {
    const model = readingLearner('balanced', { loss: focal({ gamma: 1 }) })
    const losses = events.map((event) => model.learnOne(event).loss)
    expect(losses.every((loss) => loss >= 0)).toBe(true)
    expect(model.task).toBe('multiclass')
  })

  it('refuses weights that are none, classes that there are not, and tasks without classes', () => {
    expect(() => readingLearner({ odd: -1 })).toThrow(/weight of the class odd is none.*got -1/)
    expect(() => readingLearner({ odd: NaN })).toThrow(/weight of the class odd/)
    for (const wrong of ['balance', 5, null, balancedWeights]) {
      expect(() => readingLearner(wrong as never)).toThrow(/these are no weights of classes.*wanted 'balanced'/)
    }
    expect(() => readingLearner({ odds: 2 })).toThrow(/no class of that name.*got "odds".*usual, odd, rare/)
    expect(() => readingLearner({ 7: 2 }, { classes: undefined })).toThrow(/no class of that name/)
    expect(() => learner({
      features: features({ x: numeric() }), target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(),
      optimizer: sgd({ learningRate: 0.1 }), classWeights: 'balanced',
    })).toThrow(/one of regression, which has no classes/)
  })
})
