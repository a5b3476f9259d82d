import { Arena } from '@eddy/kernels'
import type { UpdateTarget } from '@eddy/graph'
import { type DType, ShapeError, tensor, type Tensor, ValueError } from '@eddy/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bench } from './bench.ts'
import {
  adam, chain, clipByGlobalNorm, type GradientValue, KeyError, type Parameters, passiveAggressive, pure,
  reduceOnPlateau, sgd, type TransformOptimizer,
} from './index.ts'
import { specimens } from './testing.ts'

const optimizers = specimens.map(({ name, optimizer }) => [name, optimizer] as const)
const layoutFree = specimens.filter(({ layoutFree = true }) => layoutFree).map(({ name, optimizer }) => (
  [name, optimizer] as const
))

const number = fc.oneof(
  fc.double({ min: -3, max: 3, noNaN: true }), fc.constant(0), fc.constant(-0), fc.constant(1e-36), fc.constant(1e-20),
)
const numbers = (count: number): fc.Arbitrary<number[]> => fc.array(number, { minLength: count, maxLength: count })

interface Layout {
  readonly parameter: Tensor
  readonly gradients: readonly GradientValue[]
}

/** One parameter and a gradient of one layout for each step. */
const layouts = (dtype: DType, steps: number): fc.Arbitrary<Layout> => (
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.nat(3)).chain(([n, m, kind]) => {
    const t = (values: number[], shape: number[]): Tensor => tensor(values, shape, dtype)
    const indices = fc.array(fc.nat(n - 1), { maxLength: 5 })
    const gradient: fc.Arbitrary<GradientValue> = [
      numbers(n * m).map((data) => t(data, [n, m])),
      fc.tuple(numbers(n), numbers(m)).map(([rows, columns]) => (
        { kind: 'outer' as const, rows: t(rows, [n]), columns: t(columns, [m]) }
      )),
      indices.chain((chosen) => fc.tuple(numbers(m), numbers(chosen.length)).map(([g, values]) => (
        { kind: 'rows' as const, gradient: t(g, [m]), indices: chosen, values: t(values, [chosen.length]) }
      ))),
      indices.chain((chosen) => numbers(chosen.length * m).map((g) => (
        { kind: 'lookup' as const, gradient: t(g, [chosen.length, m]), indices: chosen }
      ))),
    ][kind]!
    const gradients = fc.array(gradient, { minLength: steps, maxLength: steps })
    return fc.record({ parameter: numbers(n * m).map((data) => t(data, [n, m])), gradients })
  })
)

interface Example {
  readonly dtype: DType
  readonly first: Layout
  readonly second: Layout
}

const stepCount = 4
/** Rounded alike in both dtypes. */
const lossOf = (step: number): number => 0.5 * step
const examples: fc.Arbitrary<Example> = fc.constantFrom<DType>('f32', 'f64').chain((dtype) => fc.record({
  dtype: fc.constant(dtype), first: layouts(dtype, stepCount), second: layouts(dtype, stepCount),
}))

interface Outcome {
  readonly slots: object
  readonly parameters: Parameters
}

/** All steps through the pure pair. */
function runPure(optimizer: TransformOptimizer, { first, second }: Example): Outcome {
  const { init, update } = pure(optimizer)
  let parameters: Parameters = { a: first.parameter, b: second.parameter }
  let state = init(parameters)
  for (let step = 0; step < stepCount; step++) {
    const gradients = { a: first.gradients[step]!, b: second.gradients[step]! }
    ;({ state, parameters } = update(state, parameters, gradients, lossOf(step)))
  }
  return { slots: state.slots, parameters }
}

/** All steps in place, in one arena that lives through them, as a run of a graph makes them. */
function runInPlace(optimizer: TransformOptimizer, { dtype, first, second }: Example): Outcome {
  const arena = Arena.create()
  const bench = new Bench(arena, [], dtype)
  const names = ['a', 'b'] as const
  const initial = { a: first.parameter, b: second.parameter }
  const values = names.map((name) => bench.put(initial[name]))
  const specs = optimizer.slots([])
  const slots = names.map((name) => specs.map(({ fill }) => {
    const { shape, data } = initial[name]
    return bench.put(tensor(data.slice().fill(fill), [...shape], dtype))
  }))
  const cells = arena.alloc(8 * optimizer.cells)
  for (let step = 0; step < stepCount; step++) {
    const one = new Bench(arena, [], dtype)
    const gradients = [first, second].map((layout) => one.putGradient(layout.gradients[step]!))
    const targets: UpdateTarget[] = gradients.map((gradient, k) => ({ value: values[k]!, gradient, slots: slots[k]! }))
    optimizer.prelude?.(one.scope, targets, cells, one.put(tensor([lossOf(step)], [], dtype)))
    for (const target of targets) optimizer.update(one.scope, target, cells)
    if (step === 0 || !optimizer.constant) optimizer.coefficients(step, null, arena.f64, cells / 8)
    one.run(step)
  }
  const read = (at: number, like: Tensor): Tensor => tensor(arena.read(dtype, at, like.size), [...like.shape])
  return {
    parameters: Object.fromEntries(names.map((name, k) => [name, read(values[k]!.at, initial[name])])),
    slots: Object.fromEntries(names.map((name, k) => [
      name, Object.fromEntries(specs.map((spec, i) => [spec.name, read(slots[k]![i]!.at, initial[name])])),
    ])),
  }
}

const text = (value: object): string => JSON.stringify(value)

describe('pure(optimizer).update(state, parameters, gradients)', () => {
  it.each(optimizers)('%s: agrees with the update in place, bit for bit, in every layout and dtype', (_, optimizer) => {
    fc.assert(fc.property(examples, (example) => {
      const { parameters, slots } = runInPlace(optimizer, example)
      const immutable = runPure(optimizer, example)
      expect(text(immutable.parameters)).toBe(text(parameters))
      expect(text(immutable.slots)).toBe(text(slots))
    }), { numRuns: 60 })
  })

  it.each(optimizers)('%s: leaves what it was given as it was, and freezes what it returns', (_, optimizer) => {
    fc.assert(fc.property(examples, ({ first, second }) => {
      const { init, update } = pure(optimizer)
      const parameters = Object.freeze({ a: first.parameter, b: second.parameter })
      const state = init(parameters)
      const gradients = Object.freeze({ a: first.gradients[0]!, b: second.gradients[0]! })
      const before = text([parameters, state, gradients])
      const after = update(state, parameters, gradients, 1)
      expect(text([parameters, state, gradients])).toBe(before)
      const parts = [after, after.parameters, after.state, after.state.slots, after.parameters['a']]
      expect(parts.every((part) => Object.isFrozen(part) || part === first.parameter)).toBe(true)
    }), { numRuns: 20 })
  })

  it.each(layoutFree)('%s: an outer product gives the bits of the same gradient multiplied out', (_, optimizer) => {
    const numbersOf = numbers(4)
    fc.assert(fc.property(numbersOf, numbersOf, numbersOf, (w, rows, columns) => {
      const { init, update } = pure(optimizer)
      const parameters = { w: tensor([...w, ...w, ...w, ...w], [4, 4], 'f64') }
      const [a, b] = [rows, columns].map((data) => tensor(data, [4], 'f64'))
      const outer: GradientValue = { kind: 'outer', rows: a!, columns: b! }
      const dense = tensor(rows.flatMap((a) => columns.map((b) => a * b)), [4, 4], 'f64')
      const state = init(parameters)
      const [one, other] = [outer, dense].map((w) => update(state, parameters, { w }, 1))
      expect(text(one!)).toBe(text(other!))
    }), { numRuns: 50 })
  })

  it.each(layoutFree)('%s: a sparse gradient touches the rows it names and no others', (_, optimizer) => {
    const { init, update } = pure(optimizer)
    const parameters = { w: tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]], undefined, 'f64') }
    const gradient = tensor([0.5, -1, 2], [3], 'f64')
    const values = tensor([1, 2], [2], 'f64')
    const sparse = update(init(parameters), parameters, { w: { kind: 'rows', gradient, indices: [2, 2], values } }, 1)
    const dense = tensor([[0, 0, 0], [0, 0, 0], [1.5, -3, 6]], undefined, 'f64')
    const whole = update(init(parameters), parameters, { w: dense }, 1)
    const rowsOf = (tensor: Tensor): unknown[] => tensor.toArray() as unknown as unknown[]
    expect(rowsOf(sparse.parameters['w']!).slice(0, 2)).toEqual(rowsOf(parameters.w).slice(0, 2))
    expect(rowsOf(sparse.parameters['w']!)[2]).toEqual(rowsOf(whole.parameters['w']!)[2])
  })

  it.each(optimizers)('%s: rows that no sparse gradient names keep their weights and their state', (_, optimizer) => {
    const { init, update } = pure(optimizer)
    const parameters: Parameters = { w: tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9], [-1, -2, -3]]) }
    let after = { state: init(parameters), parameters }
    const rowsOf = ({ data }: Tensor): readonly number[] => [...data.subarray(3, 6), ...data.subarray(9)]
    const before = after.state.slots['w']!
    for (let step = 0; step < 6; step++) {
      const gradient = tensor([step - 2, 1, 0.5])
      const w: GradientValue = step % 2 === 0
        ? { kind: 'rows', gradient, indices: [0, 2], values: tensor([step, 1 - step]) }
        : { kind: 'lookup', gradient: tensor([[1, 2, 3], [-1, 0, step]]), indices: [2, 0] }
      after = update(after.state, after.parameters, { w }, 1)
    }
    expect(rowsOf(after.parameters['w']!)).toEqual(rowsOf(parameters['w']!))
    for (const [name, slot] of Object.entries(after.state.slots['w']!)) {
      expect(rowsOf(slot)).toEqual(rowsOf(before[name]!))
    }
  })

  it.each(specimens.filter(({ sparseIsExact }) => sparseIsExact))(
    '$name: a sparse gradient is exact: rows with a gradient of 0 would not move', ({ optimizer }) => {
      const { init, update } = pure(optimizer)
      const start: Parameters = { w: tensor([[1, 2], [0, 5], [7, 0]], undefined, 'f64') }
      let [sparse, dense] = [0, 1].map(() => ({ state: init(start), parameters: start }))
      for (let step = 0; step < 9; step++) {
        const g = [Math.sin(step), Math.cos(2 * step)]
        const indices = [step % 3]
        const rows = [0, 1, 2].map((row) => (row === indices[0] ? g : [0, 0]))
        const w: GradientValue = { kind: 'lookup', gradient: tensor([g], undefined, 'f64'), indices }
        sparse = update(sparse!.state, sparse!.parameters, { w }, 1)
        dense = update(dense!.state, dense!.parameters, { w: tensor(rows, undefined, 'f64') }, 1)
      }
      expect(sparse!.parameters['w']!.toArray()).toEqual(dense!.parameters['w']!.toArray())
    },
  )

  it('update(...) returns the same tensor where nothing changed', () => {
    const { init, update } = pure(adam())
    const parameters = { a: tensor([1, 2]), b: tensor([3]) }
    const state = init(parameters)
    const one = update(state, parameters, { b: tensor([1]) })
    expect(one.parameters['a']).toBe(parameters.a)
    expect(one.state.slots['a']).toBe(state.slots['a'])
    expect(one.parameters['b']).not.toBe(parameters.b)
    const none = update(state, parameters, { a: tensor([0, 0]) })
    expect(none.parameters['a']).toBe(parameters.a)
    expect(none.state.slots['a']).toBe(state.slots['a'])
    expect(none.state.step).toBe(1)
  })

  it('update(...) with no gradient at all only counts the step', () => {
    const { init, update } = pure(chain(clipByGlobalNorm(1), adam()))
    const parameters = { a: tensor([1, 2]) }
    expect(update(init(parameters), parameters, {}).parameters['a']).toBe(parameters.a)
  })

  it('update(..., loss) moves a schedule that watches the loss', () => {
    const optimizer = sgd({ learningRate: reduceOnPlateau({ learningRate: 1, every: 1, patience: 0, factor: 0.5 }) })
    const { init, update } = pure(optimizer)
    const gradients = { w: tensor([1]) }
    let parameters: Parameters = { w: tensor([0]) }
    let state = init(parameters)
    const seen = [1, 2, 3].map((loss) => {
      ;({ state, parameters } = update(state, parameters, gradients, loss))
      return parameters['w']!.item()
    })
    expect(seen).toEqual([-1, -2, -2.5])
  })

  it('decaying moments are swept before they turn denormal', () => {
    const { init, update } = pure(sgd({ momentum: 0.5, learningRate: 1 }))
    let parameters: Parameters = { w: tensor([0]) }
    let state = init(parameters)
    for (let step = 0; step < 200; step++) {
      ;({ state, parameters } = update(state, parameters, { w: tensor([step === 0 ? 1 : 0]) }))
      const moment = Math.abs(state.slots['w']!['momentumBuffer']!.item())
      expect(moment === 0 || moment > 1.2e-38).toBe(true)
    }
    expect(state.slots['w']!['momentumBuffer']!.item()).toBe(0)
  })
})

describe('pure(optimizer).update refuses', () => {
  const { init, update } = pure(adam())
  const parameters = { w: tensor([[1, 2], [3, 4]]) }
  const state = init(parameters)
  const sparse = { kind: 'rows' as const, gradient: tensor([1, 1]), values: tensor([1]) }

  it('a gradient of another size or dtype, or for no parameter', () => {
    expect(() => update(state, parameters, { w: tensor([1, 2, 3]) })).toThrow(ShapeError)
    expect(() => update(state, parameters, { w: tensor([1, 2, 3, 4], [2, 2], 'f64') })).toThrow(/element type/)
    expect(() => update(state, parameters, { v: tensor([1]) })).toThrow(/gradient has no parameter.*"v"/)
  })

  it('a gradient that is not finite, and a row outside the parameter', () => {
    expect(() => update(state, parameters, { w: tensor([[1, 2], [NaN, 4]]) })).toThrow(/element 2 .* of w: got NaN/)
    expect(() => update(state, parameters, { w: { ...sparse, indices: [2] } })).toThrow(/got 2, wanted .* from 0 to 1/)
    expect(() => update(state, parameters, { w: { ...sparse, indices: [-1] } })).toThrow(ValueError)
  })

  it('to go without the loss, for an optimizer that looks at it', () => {
    const aggressive = pure(passiveAggressive())
    expect(() => aggressive.update(aggressive.init(parameters), parameters, { w: parameters.w })).toThrow(/the loss/)
  })

  it('a state of another optimizer, and a name that is not data', () => {
    const other = pure(sgd()).init(parameters)
    expect(() => update(other, parameters, { w: parameters.w })).toThrow(/no slot expAvg/)
    expect(() => init(Object.fromEntries([['__proto__', tensor([1])]]))).toThrow(KeyError)
  })
})
