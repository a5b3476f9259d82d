import fc from 'fast-check'
import { from, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { defineOperator, type Node } from '@eddy/graph'
import { crossEntropy, dense, relu, squaredError } from '@eddy/nodes'
import { adagrad, adam, chain, clipByGlobalNorm, ftrl, sgd } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { ClassAxis } from './class-axis.ts'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { targetMean } from './encoders/target-mean.ts'
import { features } from './features.ts'
import type { Learner } from './learner.ts'
import { evaluate } from './evaluate.ts'
import { learner } from './make-learner.ts'
import { accuracy } from './metrics/accuracy.ts'
import { logLoss } from './metrics/log-loss.ts'
import type { OpenClassPrediction } from './prediction.ts'
import { bitsOf, rowBits } from './testing/streams.ts'
import type { Label } from './target.ts'

interface Point {
  readonly x: number
  readonly y?: number
  readonly kind: Label
}

const kinds = ['ant', '__proto__', 3, true, 'true', 'bee', 'constructor'] as const

/** Points around a centre of their own for each kind; a new kind appears every 20 points. */
function points(count: number, seed = 1): Point[] {
  const random = rng(seed, 'points')
  return Array.from({ length: count }, (_, i) => {
    const k = random.integer(3 * i, Math.min(kinds.length, 1 + Math.floor(i / 20)))
    const [a, b] = [standardNormal(random, 3 * i + 1), standardNormal(random, 3 * i + 2)]
    return { x: 3 * (k % 3) + a / 2, y: k + b / 2, kind: kinds[k]! }
  })
}

const optimizers = {
  sgd: () => sgd({ learningRate: 0.1, momentum: 0.9 }), adam: () => adam({ learningRate: 0.03 }),
  adagrad: () => adagrad({ learningRate: 0.3 }), ftrl: () => ftrl({ alpha: 0.3 }),
  clipped: () => chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 })),
}

type Model = Learner<Point, OpenClassPrediction, string>
const spec = features({ x: numeric(), y: numeric({ scale: 'none' }) })

/** A layer that fails for what is large, in the middle of an event. */
const fragile = defineOperator({
  name: 'fragile',
  forward: ([x], y) => x!.forEach((value, i) => {
    if (Math.abs(value) > 1e4) throw new Error('too large')
    y[i] = value
  }),
  backward: (dy, _x, _y, [dx]) => dx?.set(Array.from(dy)),
})

type Hidden = (x: Node<[number]>) => Node<[number]>

function openLearner(
  name: keyof typeof optimizers = 'adagrad', classesMax = 8, seed = 1, hidden: readonly unknown[] = [dense(6), relu()],
): Model {
  return learner({
    features: spec, target: (point: Point) => point.kind, classes: 'open', classesMax, loss: crossEntropy(),
    model: (m, outputs) => (hidden as readonly Hidden[]).reduce((x, layer) => layer(x), m).pipe(dense(outputs)),
    optimizer: optimizers[name](), seed,
  }) as unknown as Model
}

const events = points(200)

describe("learner({ classes: 'open' })", () => {
  it('predicts nothing, then the classes learned so far by their names', () => {
    const model = openLearner()
    expect(model.predictOne({ x: 1 })).toMatchObject({ label: null, classes: [], probabilities: new Float64Array(0) })
    const first = model.learnOne({ x: 1, y: 1, kind: 'ant' })
    expect(first.prediction).toMatchObject({ label: null, classes: [] })
    expect(first.loss).toBe(0)
    const second = model.learnOne({ x: 1, y: 1, kind: 3 })
    expect(second.prediction).toMatchObject({ label: 'ant', classes: ['ant'], probabilities: new Float64Array([1]) })
    const third = model.predictOne({ x: 1 })
    expect(third.classes).toEqual(['ant', 3])
    expect(third.probabilityOf('ant') + third.probabilityOf(3)).toBeCloseTo(1, 12)
    expect([third.probabilityOf('3'), third.probabilityOf('never')]).toEqual([0, 0])
    expect(Math.max(...Array.from(third.probabilities))).toBe(third.probabilityOf(third.label!))
  })

  it('has the losses, predictions and rows of a learner that knows the classes, once all have been met', () => {
    const model = openLearner('sgd', kinds.length)
    for (const event of points(400)) model.learnOne(event)
    const { classes } = model.snapshot()
    expect(classes!.length).toBe(kinds.length)
    const fixed = learner({
      features: spec, target: (point: Point) => point.kind, classes: classes!, loss: crossEntropy(),
      model: (m, outputs) => m.pipe(dense(6), relu(), dense(outputs)), optimizer: optimizers.sgd(), seed: 1,
    })
    const { classes: _, ...state } = model.snapshot()
    fixed.restore(state)
    for (const event of points(100, 5)) {
      const [a, b] = [model.learnOne(event), fixed.learnOne(event)]
      expect([a.loss, a.prediction.label, a.prediction.probabilities])
        .toEqual([b.loss, b.prediction.label, b.prediction.probabilities])
    }
    expect(model.snapshot().training).toEqual(fixed.snapshot().training)
  })

  it.each(Object.keys(optimizers) as (keyof typeof optimizers)[])(
    'a class that has not been met has no part in anything: %s', (name) => {
      const [few, many] = [openLearner(name, 3), openLearner(name, 9)]
      const early = events.filter(({ kind }) => kinds.indexOf(kind as never) < 3)
      for (const event of early) {
        const [a, b] = [few.learnOne(event), many.learnOne(event)]
        expect([b.loss, b.prediction.label, b.prediction.probabilities])
          .toEqual([a.loss, a.prediction.label, a.prediction.probabilities])
      }
      const [small, large] = [few.snapshot().training, many.snapshot().training]
      const untouched = openLearner(name, 9).snapshot().training
      for (const [key, { data, shape }] of Object.entries(large.parameters)) {
        const own = small.parameters[key]!.data
        expect(rowBits(data.slice(0, own.length))).toBe(rowBits(own))
        const isOutput = shape[0] === 9 && name !== 'ftrl' // which begins at 0 whatever the initial weights were
        const initial = untouched.parameters[key]!.data
        if (isOutput) expect(rowBits(data.slice(own.length))).toBe(rowBits(initial.slice(own.length)))
      }
      for (const [key, own] of Object.entries(large.slots)) {
        for (const [slot, { data }] of Object.entries(own)) {
          const before = small.slots[key]![slot]!.data
          expect(rowBits(data.slice(0, before.length))).toBe(rowBits(before))
        }
      }
    },
  )

  it('a new class changes no bit of what was learned for others, beyond what its event teaches them', () => {
    const model = openLearner('sgd')
    for (const event of events.slice(0, 90)) model.learnOne(event)
    const before = model.snapshot()
    // An event without features, of a class that is rejected in the end: everything is as it was.
    expect(() => model.learnOne({ x: Infinity, kind: 'new' })).toThrow(/rejected/)
    expect(() => model.learnOne({ x: 1e30, y: -1e30, kind: NaN })).toThrow(/name of a class/)
    expect(bitsOf(model.snapshot())).toBe(bitsOf(before))
    const still = learner({
      features: spec, target: (point: Point) => point.kind, classes: 'open', classesMax: 8,
      model: (m, outputs) => m.pipe(dense(6), relu(), dense(outputs)), loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0, momentum: 0.9 }), seed: 4,
    })
    still.restore(before)
    const logits = still.predictOne({ x: 2, y: 2 })
    still.learnOne({ x: 5, y: 5, kind: 'new' })
    const { parameters } = still.snapshot().training
    for (const [name, { data }] of Object.entries(before.training.parameters)) {
      expect(rowBits(parameters[name]!.data), name).toBe(rowBits(data))
    }
    const after = still.predictOne({ x: 2, y: 2 })
    expect(after.classes).toEqual([...logits.classes, 'new'])
    // The shares among the classes that were there are the same.
    const rest = 1 - after.probabilityOf('new')
    for (const name of logits.classes) {
      expect(after.probabilityOf(name)).toBeCloseTo(rest * logits.probabilityOf(name), 12)
    }
  })

  it('rejects one class too many, counts it, and goes on with those it knows', () => {
    const model = openLearner('adam', 2)
    model.learnOne({ x: 1, kind: 'a' })
    model.learnOne({ x: 2, kind: 'b' })
    const bits = bitsOf(model.snapshot())
    const message = /the new class "c" as the target.*wanted one of the 2 classes met so far.*classesMax/
    expect(() => model.learnOne({ x: 3, kind: 'c' })).toThrow(message)
    expect(bitsOf(model.snapshot())).toBe(bits)
    model.learnOne({ x: 2, kind: 'b' })
    expect(model.counters).toMatchObject({ learned: 3, rejected: 1, refusedClasses: 1 })
  })

  it('a rejected event takes its class with it, and the class its place', () => {
    fc.assert(fc.property(fc.array(fc.nat(99), { maxLength: 8 }), (places) => {
      const [model, plain] = [1, 2].map(() => openLearner('adagrad', 8, 1, [dense(6), fragile()]))
      events.slice(0, 100).forEach((event, i) => {
        for (const at of places) {
          if (at === i) expect(() => model!.learnOne({ x: NaN, kind: `ghost ${at}` })).toThrow(/rejected/)
          if (at === i) expect(() => model!.learnOne({ x: 1, y: 5e5, kind: 'ghost' })).toThrow(/forward/)
        }
        expect(model!.learnOne(event).prediction).toEqual(plain!.learnOne(event).prediction)
      })
      expect(bitsOf(model!.snapshot())).toBe(bitsOf(plain!.snapshot()))
    }), { numRuns: 15 })
  })

  it('stop anywhere, restore elsewhere, with fewer and with more classes: as if never stopped', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 140 }), fc.integer({ min: 0, max: 60 }), (stop, other) => {
      const model = openLearner()
      for (const event of events.slice(0, stop)) model.learnOne(event)
      const copy = openLearner('adagrad', 8, 9)
      for (const event of points(other, 2)) copy.learnOne({ ...event, kind: `other ${String(event.kind)}` })
      copy.restore({ ...model.snapshot(), classes: JSON.parse(JSON.stringify(model.snapshot().classes)) as Label[] })
      for (const event of events.slice(stop, stop + 50)) {
        expect(copy.learnOne(event).prediction).toEqual(model.learnOne(event).prediction)
      }
      expect(bitsOf(copy.snapshot())).toBe(bitsOf(model.snapshot()))
      const before = model.snapshot()
      for (const event of events.slice(190)) model.learnOne({ ...event, kind: 'later' })
      model.restore(before)
      expect(bitsOf(model.snapshot())).toBe(bitsOf(before))
      expect(model.predictOne({ x: 1 }).classes).toEqual(before.classes)
    }), { numRuns: 12 })
  })

  it('taps and predictions from inside them see the classes that are learned, and change no bit', () => {
    const [model, plain] = [openLearner(), openLearner()]
    const counts: number[] = []
    model.nodes.loss.subscribe(() => counts.push(model.predictOne({ x: 1 }).classes.length))
    model.nodes.prediction.gradient$.subscribe(({ data }) => counts.push(data.length))
    const loss = (event: Point): number[] => [model.learnOne(event).loss, plain.learnOne(event).loss]
    for (const event of events.slice(0, 50)) expect(new Set(loss(event)).size).toBe(1)
    expect(counts.slice(0, 4)).toEqual([0, 8, 1, 8])
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
  })

  it('other losses of classes hold over the classes that are known, smoothed labels too', () => {
    const lossOf = (classesMax: number): number[] => {
      const model = learner({
        features: spec, target: (point: Point) => point.kind, classes: 'open', classesMax,
        model: (m, outputs) => m.pipe(dense(6), dense(outputs)), loss: crossEntropy({ labelSmoothing: 0.1 }),
        optimizer: sgd({ learningRate: 0.1 }),
      })
      return events.map((event) => model.learnOne(event).loss)
    }
    // The kernels sum over outputs in groups, so another number of them may round otherwise.
    const few = lossOf(7)
    lossOf(30).forEach((loss, k) => expect(Math.abs(loss - few[k]!)).toBeLessThan(1e-4))
    expect(Math.max(...few)).toBeLessThan(20)
  })

  it('learns: classes that came last are told apart as well as the first ones', () => {
    const model = openLearner('adam')
    for (const event of points(3000, 7)) model.learnOne(event)
    expect(model.metrics.accuracy).toBeGreaterThan(0.8)
    expect(model.metrics.accuracy).toBeGreaterThan(2 * model.metrics.baselines['majority']!.accuracy!)
    const late = points(300, 8).filter(({ kind }) => kind === 'constructor')
    const right = late.filter((event) => model.predictOne(event).label === 'constructor').length
    expect(right / late.length).toBeGreaterThan(0.7)
  })

  it('learns labels that come later, new classes among them', () => {
    const model = openLearner()
    const predicted: unknown[] = []
    of({ id: 'p', x: 1 }, { id: 'q', x: 2 }).pipe(model.predict({ key: ({ id }: { id: string }) => id } as never))
      .subscribe((result) => predicted.push(result))
    of({ id: 'q', kind: 'late' }, { id: 'p', kind: 'later' })
      .pipe(model.learn({ key: ({ id }: { id: string }) => id, label: ({ kind }: { kind: string }) => kind } as never))
      .subscribe()
    expect(predicted.length).toBe(2)
    expect(model.snapshot().classes).toEqual(['late', 'later'])
  })

  it('is judged by names, whatever numbers the classes have elsewhere', () => {
    const model = openLearner()
    const others = ['bee', 'ant', 'wasp']
    const rows = points(300).map((point) => ({ ...point, kind: others[point.x < 1.5 ? 0 : point.x < 4.5 ? 1 : 2]! }))
    const found: { readonly accuracy: number; readonly logLoss: number }[] = []
    from(rows).pipe(model.train(), evaluate({
      prediction: ({ prediction }) => prediction, label: ({ event }) => event.kind,
      classes: ['wasp', 'bee', 'ant'], metrics: { accuracy, logLoss }, every: 300,
    })).subscribe(({ metrics }) => found.push(metrics))
    const { accuracy: share, logLoss: surprise } = model.metrics
    expect(found.length).toBe(1)
    expect(found[0]!.logLoss).toBeCloseTo(surprise!, 12)
    // The first event, for which there was no class to name, counts as a guess at the first class.
    expect(Math.abs(found[0]!.accuracy - share!)).toBeLessThan(1.5 / 300)
    expect(share).toBeGreaterThan(0.8)
  })

  it('knows how often each class goes with the value of a field', () => {
    const model = learner({
      features: features({ colour: targetMean('colour', { smoothing: 0 }) }), target: 'kind', classes: 'open',
      model: (m, outputs) => m.pipe(dense(outputs)), loss: crossEntropy(),
      optimizer: sgd({ learningRate: 0.1 }),
    })
    for (const kind of ['a', 'b', 'b', 'c']) model.learnOne({ colour: 'red', kind })
    expect(model.snapshot().memories).toEqual([['colour', [[4, 1, 2, 1], [['red', [4, 1, 2, 1]]]]]])
  })

  it('is refused where it makes no sense, saying what to do', () => {
    const options = { features: features({ c: categorical() }), target: 'k', optimizer: sgd({ learningRate: 0.1 }) }
    expect(() => learner({
      ...options, classes: 'open', model: (m) => m.pipe(dense(1)), loss: squaredError(),
    })).toThrow(/loss is one of regression.*crossEntropy/)
    expect(() => learner({
      ...options, classes: 'open', model: (m) => m.pipe(dense(3)), loss: crossEntropy(),
    })).toThrow(/has 3 outputs, wanted one for each class there may be, 32.*dense\(outputs\)/)
    expect(() => learner({
      ...options, classes: 'open', classesMax: 1, model: (m, n) => m.pipe(dense(n)), loss: crossEntropy(),
    })).toThrow(/number of classes is out of range/)
  })

  it.each([['no list', 'abc'], ['one twice', ['a', 'a']], ['no name', [{}]], ['too many', [1, 2, 3]]])(
    'restore(state) with classes that are %s throws and changes nothing', (_, classes) => {
      const model = openLearner('adam', 2)
      model.learnOne({ x: 1, kind: 'a' })
      const bits = bitsOf(model.snapshot())
      expect(() => model.restore({ ...model.snapshot(), classes: classes as never })).toThrow(/distinct classes/)
      expect(bitsOf(model.snapshot())).toBe(bits)
    },
  )
})

describe('ClassAxis', () => {
  it('gives numbers in order of first sight, 0 and -0 one, and takes back what was not committed', () => {
    const axis = new ClassAxis(4)
    expect([axis.size, axis.numberOf(-0), axis.numberOf(0), axis.numberOf('0'), axis.size]).toEqual([1, 0, 0, 1, 2])
    axis.commit()
    const { names } = axis
    expect(axis.numberOf(false)).toBe(2)
    expect(axis.names).toBe(names)
    expect([axis.rollback(), axis.rollback()]).toEqual([true, false])
    expect(axis.numberOf('x')).toBe(2)
    expect(names).toEqual([0, '0'])
  })
})
