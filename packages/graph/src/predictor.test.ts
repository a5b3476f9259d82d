import { Observable, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { scalar, type Shape, type Tensor } from '@eddy/tensor'
import { backward } from './backward.ts'
import { defineFunction } from './define-operator.ts'
import { input } from './input.ts'
import type { Node } from './node.ts'
import { parameter } from './parameter.ts'
import { predictor } from './predictor.ts'
import { RejectedError } from './rejected-error.ts'
import { Run } from './run.ts'

interface Pair {
  readonly x: number
  readonly y?: number
}

const product = defineFunction<[]>({
  name: 'product',
  forward: ([a, b], y) => {
    y[0] = a![0]! * b![0]!
  },
  backward: (dy, [a, b], _y, [da, db]) => {
    if (da != null) da[0] = dy[0]! * b![0]!
    if (db != null) db[0] = dy[0]! * a![0]!
  },
})

function model() {
  const source = new Subject<Pair>()
  const w = parameter(scalar(3), { name: 'w' })
  const prediction = product(w, input(source, { shape: [], name: 'x', select: ({ x }) => x }))
  const loss = product(prediction, input(source, { shape: [], name: 'y', select: ({ y }) => y! }))
  return { source, w, prediction, loss, run: Run.of(source) }
}

describe('predictor(node)', () => {
  it('gives the value for one event, and asks for no input that the node does not depend on', () => {
    const predict = predictor(model().prediction)
    expect(predict({ x: 2 }).item()).toBe(6)
    expect(predict({ x: -1 })).toMatchObject({ shape: [], dtype: 'f32' })
  })

  it('learns nothing, counts nothing, connects nothing, and no tap sees it', () => {
    const { source, prediction, loss, run } = model()
    const seen: Tensor[] = []
    prediction.gradient$.subscribe((value) => seen.push(value))
    const training = loss.pipe(backward())
    const before = training.snapshot()
    predictor(loss)({ x: 2, y: 1 })
    expect(seen).toEqual([])
    expect(training.snapshot()).toEqual(before)
    expect(run.counters).toMatchObject({ opened: 0, observed: 0 })
    expect(source.observed).toBe(true)
    const cold = model()
    predictor(cold.loss)({ x: 2, y: 1 })
    expect(cold.run.isConnected).toBe(false)
  })

  it('uses the parameters of the moment, also after restore', () => {
    const { prediction, loss } = model()
    const training = loss.pipe(backward())
    const predict = predictor(prediction)
    expect(predict({ x: 2 }).item()).toBe(6)
    training.restore({ ...training.snapshot(), parameters: { w: scalar(10) } })
    expect(predict({ x: 2 }).item()).toBe(20)
  })

  it('two of them can be asked in turn, and from inside a tap of a running frame', () => {
    const { source, prediction, loss } = model()
    const predict = predictor(prediction)
    const lossOf = predictor(loss)
    const seen: number[] = []
    prediction.subscribe((value) => seen.push(value.item(), predict({ x: 100 }).item(), lossOf({ x: 1, y: 7 }).item()))
    const gradients: number[] = []
    prediction.gradient$.subscribe((value) => gradients.push(value.item()))
    loss.pipe(backward()).subscribe()
    source.next({ x: 2, y: 5 })
    source.next({ x: 4, y: 6 })
    expect(seen).toEqual([6, 300, 21, 12, 300, 21])
    expect(gradients).toEqual([5, 6])
  })

  it('takes dtype and seed from whoever was first, and says so when asked for another dtype', () => {
    const { prediction, loss } = model()
    expect(predictor(prediction, { dtype: 'f64' })({ x: 2 }).dtype).toBe('f64')
    expect(() => predictor(prediction, { dtype: 'f32' })({ x: 2 })).toThrow(/f64 already, wanted f32/)
    expect(loss.pipe(backward({ dtype: 'f64' })).snapshot().parameters['w']!.dtype).toBe('f64')
  })

  it('throws a RejectedError for an event that cannot be used, and goes on with the next one', () => {
    const predict = predictor(model().prediction)
    expect(() => predict({ x: NaN })).toThrow(RejectedError)
    expect(() => predict({ x: [1, 2] })).toThrow(/rejected at x \(input\)/)
    expect(() => predict(null)).toThrow(/rejected at x \(input\): select threw/)
    expect(predict({ x: 1 }).item()).toBe(3)
  })

  it('throws a GraphError at once for a plain observable and for a node that no event reaches', () => {
    expect(() => predictor(new Observable<Tensor<Shape>>() as Node<Shape>)).toThrow(/predictor: needs a Node/)
    expect(() => predictor(parameter(scalar(1), { name: 'w' }))).toThrow(/w: depends on no input/)
  })
})
