import {
  backward, dense, dropout, features, input, learner, linear, minimize, numeric, predictor, relu, sgd, squaredError,
  stopGradient,
} from 'eddy'
import { from, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { parametersOf, watch } from './watch.ts'

interface Example {
  readonly x: readonly [number, number]
  readonly y: number
}

const examples: readonly Example[] = [{ x: [1, 2], y: 3 }, { x: [-1, 0.5], y: -1 }, { x: [0, 1], y: 1 }]

describe('prediction without gradients', () => {
  it('a node that is only watched computes forward: no gradient$ emits and no parameter changes', () => {
    const events$ = new Subject<Example>()
    const x = input(events$, { shape: [2], select: (event) => event.x })
    const y = input(events$, { shape: [1], select: (event) => event.y })
    const prediction = x.pipe(linear(2, 4), relu(), linear(4, 1))
    const loss = squaredError(prediction, y)
    const training = loss.pipe(minimize(sgd({ learningRate: 0.1 })))
    const gradients = [...parametersOf(loss).values()].map((node) => watch(node.gradient$))
    const predictions = watch(prediction)
    const before = training.snapshot()
    for (const example of [...examples, ...examples]) events$.next(example)
    expect(predictions).toHaveLength(6)
    expect(predictions.slice(3)).toEqual(predictions.slice(0, 3))
    expect(gradients.flat()).toEqual([])
    expect(training.snapshot()).toEqual(before)
  })

  it('predictor(node) answers for any node between lessons: no dropout, no tap, no bit of the state changes', () => {
    const events$ = new Subject<Example>()
    const x = input(events$, { shape: [2], select: (event) => event.x })
    const y = input(events$, { shape: [1], select: (event) => event.y })
    const prediction = x.pipe(linear(2, 4, { name: 'hidden' }), relu(), dropout(0.5), linear(4, 1, { name: 'head' }))
    const training = squaredError(prediction, y).pipe(minimize(sgd({ learningRate: 0.1 }), { dtype: 'f64', seed: 8 }))
    training.subscribe()
    for (const example of examples) events$.next(example)
    const seen = watch(prediction)
    const predict = predictor(prediction)
    const before = training.snapshot()
    const answers = examples.map(({ x: [a, b] }) => predict({ x: [a, b] }).item())
    expect(examples.map((example) => predict(example).item())).toEqual(answers)
    expect(training.snapshot()).toEqual(before)
    expect(seen).toEqual([])
    const [weight, bias, head, offset] = ['hidden.weight', 'hidden.bias', 'head.weight', 'head.bias']
      .map((name) => [...before.parameters[name]!.data]) as [number[], number[], number[], number[]]
    examples.forEach(({ x: [a, b] }, k) => {
      const units = bias.map((start, i) => Math.max(0, start + weight[2 * i]! * a + weight[2 * i + 1]! * b))
      expect(answers[k]).toBeCloseTo(units.reduce((sum, unit, i) => sum + unit * head[i]!, offset[0]!), 12)
    })
  })

  it('learner.predict() answers between lessons and leaves every bit of the state alone', () => {
    const model = learner({
      features: features({ a: numeric(), b: numeric() }), target: 'y',
      model: (m) => m.pipe(dense(4), relu(), dense(1)), loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
      seed: 3,
    })
    const records = examples.map(({ x: [a, b], y }) => ({ a, b, y }))
    from(records).pipe(model.train()).subscribe()
    const before = model.snapshot()
    const predictions: number[] = []
    from([...records, ...records]).pipe(model.predict()).subscribe(({ prediction }) => predictions.push(prediction))
    expect(predictions).toHaveLength(6)
    expect(predictions.slice(3)).toEqual(predictions.slice(0, 3))
    expect(model.snapshot()).toEqual(before)
    from(records).pipe(model.train()).subscribe()
    expect(model.snapshot()).not.toEqual(before)
  })

  it('stopGradient detaches a part: what comes before it has no gradient and does not learn', () => {
    const events$ = from(examples)
    const x = input(events$, { shape: [2], select: (event) => event.x })
    const y = input(events$, { shape: [1], select: (event) => event.y })
    const hidden = x.pipe(linear(2, 4, { name: 'frozen' }), relu())
    const loss = squaredError(stopGradient(hidden).pipe(linear(4, 1, { name: 'head' })), y)
    const gradients = watch(hidden.gradient$)
    const head = watch(parametersOf(loss).get('head.weight')!.gradient$)
    loss.pipe(backward()).subscribe()
    expect(gradients).toEqual(examples.map(() => [0, 0, 0, 0]))
    expect(head).toHaveLength(3)
    expect(head.flat(2).some((element) => element !== 0)).toBe(true)
  })
})
