import {
  constantInitializer, type Initializer, input, kaimingNormal, kaimingUniform, linear, minimize, type Node, normal,
  relu, sgd, squaredError, tanh, type Tensor, xavierNormal, xavierUniform, zeros,
} from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { watch } from './watch.ts'

const examples = Array.from({ length: 40 }, (_, k) => ({ x: [(k % 7) / 3 - 1, (k % 5) / 2 - 1], y: (k % 3) - 1 }))

/** Trains a 2-4-1 network whose weights all start by one rule; the weights of its hidden layer, unit by unit. */
function hiddenAfterTraining(weight: Initializer): { readonly units: number[][]; readonly moved: boolean } {
  const events$ = from(examples)
  const x = input(events$, { shape: [2], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  const hidden = x.pipe(linear(2, 4, { name: 'hidden', weight, bias: zeros() }), tanh())
  const prediction = hidden.pipe(linear(4, 1, { weight, bias: zeros() }))
  const training = squaredError(prediction, y).pipe(minimize(sgd({ learningRate: 0.05 }), { seed: 11 }))
  const before = training.snapshot().parameters['hidden.weight']!
  training.subscribe()
  const after = training.snapshot().parameters['hidden.weight']!
  return { units: after.toArray() as number[][], moved: !after.equals(before) }
}

function varianceOf(values: ArrayLike<number>): number {
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
  return Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

/** The initial weight of linear(300, 100), drawn by a rule. */
function drawn(weight: Initializer): Tensor {
  const x = input(from([[]]), { shape: [300] })
  const y = x.pipe(linear(300, 100, { weight, bias: zeros() }))
  return squaredError(y, y).pipe(minimize(sgd(), { seed: 5 })).snapshot().parameters['linear.weight']!
}

/** The variance of the values after each of eight layers of a hundred units, for one input of variance 1. */
function variancesThroughLayers(weight: Initializer, activation: () => (x: Node<[100]>) => Node<[100]>): number[] {
  const x = input(from([Array.from({ length: 100 }, (_, k) => (k % 2 === 0 ? 1 : -1))]), { shape: [100] })
  let node: Node<[100]> = x
  const seen = Array.from({ length: 8 }, () => {
    node = node.pipe(linear(100, 100, { weight, bias: zeros() }), activation())
    return watch(node)
  })
  squaredError(node, x).pipe(minimize(sgd(), { seed: 2 })).subscribe()
  return seen.map(([values]) => (values as number[]).reduce((sum, value) => sum + value * value, 0) / 100)
}

describe('initial weights compared', () => {
  it('zeros(): hidden units stay zero and equal for ever, nothing before them ever learns', () => {
    const { units, moved } = hiddenAfterTraining(zeros())
    expect(moved).toBe(false)
    expect(units).toEqual(Array.from({ length: 4 }, () => [0, 0]))
  })

  it('constantInitializer(0.5): hidden units learn, but all the same: four units are one', () => {
    const { units, moved } = hiddenAfterTraining(constantInitializer(0.5))
    expect(moved).toBe(true)
    expect(units).toEqual(Array.from({ length: 4 }, () => units[0]))
  })

  it('xavierUniform(): hidden units differ, and stay different', () => {
    const { units, moved } = hiddenAfterTraining(xavierUniform())
    expect(moved).toBe(true)
    expect(new Set(units.map(String)).size).toBe(4)
  })

  it.each([
    { rule: xavierUniform(), variance: 2 / (300 + 100) }, { rule: xavierNormal(), variance: 2 / (300 + 100) },
    { rule: kaimingUniform(), variance: 2 / 300 }, { rule: kaimingNormal(), variance: 2 / 300 },
    { rule: normal(0, 0.3), variance: 0.09 },
  ])('$rule.name draws the weights of linear(300, 100) with variance $variance', ({ rule, variance }) => {
    expect(varianceOf(drawn(rule).data) / variance).toBeCloseTo(1, 1)
  })

  it('a bias starts where it is told, by default at random within 1 / sqrt(inputs)', () => {
    const x = input(from([[]]), { shape: [100] })
    const bias = constantInitializer(0.01)
    const node = x.pipe(linear(100, 100, { name: 'a', bias }), linear(100, 100, { name: 'b' }))
    const { parameters } = squaredError(node, node).pipe(minimize(sgd())).snapshot()
    expect([...parameters['a.bias']!.data].every((value) => value === Math.fround(0.01))).toBe(true)
    const b = [...parameters['b.bias']!.data]
    expect(Math.max(...b.map(Math.abs))).toBeLessThanOrEqual(0.1)
    expect(new Set(b).size).toBeGreaterThan(90)
  })

  it('through eight relu layers kaiming keeps the values in size, xavier halves them, normal(0, 1) explodes', () => {
    const kaiming = variancesThroughLayers(kaimingNormal(), relu)
    const xavier = variancesThroughLayers(xavierNormal(), relu)
    const naive = variancesThroughLayers(normal(0, 1), relu)
    // Around 1: with a hundred units each layer is off by chance, by a quarter or so.
    expect(kaiming.at(-1)).toBeGreaterThan(0.1)
    expect(kaiming.at(-1)).toBeLessThan(10)
    expect(xavier.at(-1)! / kaiming.at(-1)!).toBeCloseTo(2 ** -8, 4)
    expect(naive.at(-1)).toBeGreaterThan(1e10)
  })

  it('through eight tanh layers, small weights fade out and xavier does not', () => {
    expect(variancesThroughLayers(normal(0, 0.01), tanh).at(-1)).toBeLessThan(1e-12)
    expect(variancesThroughLayers(xavierNormal({ gain: 5 / 3 }), tanh).at(-1)).toBeGreaterThan(0.1)
  })
})
