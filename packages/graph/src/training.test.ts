import { range, Subject, take, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { scalar, Tensor } from '@eddy/tensor'
import { backward } from './backward.ts'
import { defineFunction } from './define-operator.ts'
import { input } from './input.ts'
import { minimize } from './minimize.ts'
import type { Optimizer } from './optimizer.ts'
import { type Leaf, parameter } from './parameter.ts'
import { parametersOf } from './parameters-of.ts'
import type { Training } from './training.ts'

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

function model(): { source: Subject<number>; w: Leaf<[]>; training: Training } {
  const source = new Subject<number>()
  const w = parameter(scalar(3), { name: 'w' })
  return { source, w, training: product(w, input(source, { shape: [] })).pipe(backward()) }
}

describe('Training', () => {
  it('snapshot() gives the same object while nothing changes, and the same tensors where nothing did', () => {
    const { training } = model()
    const first = training.snapshot()
    expect(training.snapshot().parameters['w']).toBe(first.parameters['w'])
  })

  it('state$ emits the state now, then one per update', () => {
    const { source, training } = model()
    const steps: number[] = []
    training.state$.subscribe((state) => steps.push(state.step))
    training.subscribe()
    source.next(1)
    source.next(2)
    expect(steps).toEqual([0, 1, 2])
  })

  it.each([
    ['a missing parameter', { parameters: {} }, /w: is not in the state/],
    ['another shape', { parameters: { w: Tensor.of([2], new Float32Array(2)) } }, /w: cannot hold a tensor of shape/],
  ])('restore(state) with %s throws and changes nothing', (_name, wrong, message) => {
    const { training, w } = model()
    const state = training.snapshot()
    expect(() => training.restore({ ...state, step: 7, ...wrong } as never)).toThrow(message)
    expect(training.snapshot()).toEqual(state)
    expect(w.value!.item()).toBe(3)
  })

  it('undo(count) beyond what is kept says how to keep more', () => {
    expect(() => model().training.undo(2)).toThrow(/cannot take back 2 updates, 0 are kept.*history/)
  })

  it('restore inside a tap takes effect when the frame has ended', () => {
    const { source, training, w } = model()
    const state = training.snapshot()
    const other = { ...state, parameters: { w: scalar(10) } }
    const losses: number[] = []
    training.subscribe((step) => losses.push(step.loss))
    const tap = training.loss.subscribe(() => {
      tap.unsubscribe()
      training.restore(other)
    })
    source.next(1)
    source.next(1)
    expect(losses).toEqual([3, 10])
    expect(w.value!.item()).toBe(10)
  })

  it('a subscriber that leaves while the source emits within the subscription ends learning and the source', () => {
    let emitted = 0
    const source = range(1, 100).pipe(tap(() => emitted++))
    const training = product(parameter(scalar(3)), input(source, { shape: [] })).pipe(backward())
    const losses: number[] = []
    training.pipe(take(2)).subscribe((step) => losses.push(step.loss))
    expect(losses).toEqual([3, 6])
    expect([emitted, training.snapshot().step, training.counters.opened]).toEqual([2, 2, 2])
    training.pipe(take(1)).subscribe((step) => losses.push(step.step))
    expect(losses).toEqual([3, 6, 3])
  })

  it('a subscription that fails is none: the next one joins the run', () => {
    const { source, w, training } = model()
    const double = product(w, training.loss.inputs[1]!).pipe(backward({ dtype: 'f64' }))
    const first = training.subscribe()
    source.next(1)
    const errors: unknown[] = []
    for (let k = 0; k < 2; k++) double.subscribe({ error: (error) => errors.push(error) })
    expect(errors).toEqual([0, 1].map(() => expect.objectContaining({ message: expect.stringMatching(/f32 already/) })))
    first.unsubscribe()
  })

  it('restore(state) asks whether learning can go on from its schedule before anything is written', () => {
    const source = new Subject<number>()
    const w = parameter(scalar(3), { name: 'w' })
    const { optimizer: plain } = model().training
    const watching: Optimizer = {
      ...plain, cells: 1,
      coefficients: (_step, schedule, out, at) => (out[at] = (schedule as { rate: { now: number } }).rate.now),
      schedule: { initial: { rate: { now: 1 } }, observe: (schedule) => schedule },
    }
    const training = product(w, input(source, { shape: [] })).pipe(minimize(watching))
    const state = training.snapshot()
    const foreign = { ...state, parameters: { w: scalar(5) } }
    for (const schedule of [null, {}, 3]) expect(() => training.restore({ ...foreign, schedule })).toThrow()
    expect(training.snapshot()).toEqual(state)
    training.restore(foreign)
    expect(w.value!.item()).toBe(5)
  })

  it('a parameter in two runs keeps its value; while one of them runs, another store may not take it', () => {
    const first = new Subject<number>()
    const second = new Subject<number>()
    const own = parameter(scalar(1))
    const shared = parameter(scalar(2))
    const a = product(shared, input(first, { shape: [] })).pipe(backward())
    const b = product(product(own, shared), input(second, { shape: [] })).pipe(backward())
    const running = a.subscribe()
    first.next(1)
    const alone = parameter(scalar(5), { name: 'alone' })
    product(alone, input(second, { shape: [] })).pipe(backward()).snapshot()
    expect(() => b.snapshot()).toThrow(/parameter: is in use by another run/)
    running.unsubscribe()
    expect(b.snapshot().parameters['parameter']!.item()).toBe(2)
    expect([shared.name, own.name]).toEqual(['parameter', 'parameter_1'])
    expect(parametersOf(b.loss)).toEqual([shared, own].sort((p, q) => p.id - q.id))
  })
})
