import { rng, tensor, type Tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import {
  averagedWeights, asgd, cocob, ftrl, type GradientValue, normalizedAdagrad, type Parameters, passiveAggressive, pure,
  type TransformOptimizer,
} from '../index.ts'

const f64 = (data: readonly number[]): Tensor => tensor([...data], [data.length], 'f64')
const table = (data: readonly number[]): Tensor => tensor([...data], [data.length, 1], 'f64')

interface Example {
  readonly indices: readonly number[]
  readonly values: readonly number[]
  /** -1 or 1. */
  readonly label: number
}

/** Seeded sparse events whose label depends on a few of the features. */
function examplesOf(count: number, features: number, scaleOf: (index: number) => number = () => 1): readonly Example[] {
  const numbers = rng(11, 'examples')
  let drawn = 0
  const draw = (): number => numbers.uniform(drawn++)
  return Array.from({ length: count }, () => {
    const indices = Array.from({ length: features }, (_, i) => i).filter(() => draw() < 0.5)
    const values = indices.map(() => draw() * 4 - 2)
    const margin = indices.reduce((sum, index, k) => sum + (index < 3 ? values[k]! * (index + 1) : 0), 0.1)
    return { indices, values: values.map((v, k) => v * scaleOf(indices[k]!)), label: margin > 0 ? 1 : -1 }
  })
}

interface Path {
  readonly parameters: Parameters
  readonly predictions: readonly number[]
}

/** A linear model without bias learns the examples; `slope` is dloss/dprediction, `lossOf` the loss. */
function follow(
  optimizer: TransformOptimizer, start: Tensor, examples: readonly Example[],
  slope: (prediction: number, label: number) => number, lossOf = (_prediction: number, _label: number): number => 1,
): Path {
  const { init, update } = pure(optimizer)
  let parameters: Parameters = { w: start }
  let state = init(parameters)
  const predictions = examples.map(({ indices, values, label }) => {
    const prediction = indices.reduce((sum, index, k) => sum + parameters['w']!.data[index]! * values[k]!, 0)
    const gradient: GradientValue = {
      kind: 'rows', gradient: f64([slope(prediction, label)]), indices, values: f64(values),
    }
    ;({ state, parameters } = update(state, parameters, { w: gradient }, lossOf(prediction, label)))
    return prediction
  })
  return { parameters, predictions }
}

const logistic = (p: number, y: number): number => -y / (1 + Math.exp(y * p))
const hinge = (p: number, y: number): number => Math.max(0, 1 - y * p)
const hingeSlope = (p: number, y: number): number => (y * p < 1 ? -y : 0)

function expectAll(actual: ArrayLike<number>, expected: readonly number[], error: number): void {
  expected.forEach((value, k) => {
    expect(Math.abs(actual[k]! - value), `${k}: ${actual[k]} instead of ${value}`)
      .toBeLessThanOrEqual(error * (1 + Math.abs(value)))
  })
}

describe('ftrl()', () => {
  it.each([
    { alpha: 0.5, beta: 1, l1: 0, l2: 0 }, { alpha: 0.3, beta: 0.5, l1: 2, l2: 0.1 },
    { alpha: 1, beta: 1, l1: 5, l2: 1 },
  ])('follows algorithm 1 of the paper with %o, zeros included', (options) => {
    const { alpha, beta, l1, l2 } = options
    const examples = examplesOf(400, 12)
    const [z, n] = [new Float64Array(12), new Float64Array(12)]
    const weight = (i: number): number => (
      Math.abs(z[i]!) <= l1 ? 0 : -(z[i]! - Math.sign(z[i]!) * l1) / ((beta + Math.sqrt(n[i]!)) / alpha + l2)
    )
    const wanted = examples.map(({ indices, values, label }) => {
      const weights = indices.map(weight)
      const p = weights.reduce((sum, w, k) => sum + w * values[k]!, 0)
      indices.forEach((index, k) => {
        const g = logistic(p, label) * values[k]!
        const sigma = (Math.sqrt(n[index]! + g * g) - Math.sqrt(n[index]!)) / alpha
        z[index]! += g - sigma * weights[k]!
        n[index]! += g * g
      })
      return p
    })
    const { predictions, parameters } = follow(ftrl(options), table(Array(12).fill(0)), examples, logistic)
    expectAll(predictions, wanted, 1e-12)
    const weights = Array.from({ length: 12 }, (_, i) => weight(i))
    expectAll(parameters['w']!.data, weights, 1e-12)
    expect([...parameters['w']!.data].map((w) => w === 0)).toEqual(weights.map((w) => w === 0))
    if (l1 >= 5) expect(weights.filter((w) => w === 0).length).toBeGreaterThan(3)
  })

  it('a weight that starts elsewhere starts from there: without l1, AdaGrad with beta', () => {
    const examples = examplesOf(100, 5)
    const w = [0.5, -1, 2, 0.1, -0.3]
    const n = new Float64Array(5)
    for (const { indices, values, label } of examples) {
      const p = indices.reduce((sum, index, k) => sum + w[index]! * values[k]!, 0)
      indices.forEach((index, k) => {
        const g = logistic(p, label) * values[k]!
        n[index]! += g * g
        w[index]! -= (0.2 * g) / (1 + Math.sqrt(n[index]!))
      })
    }
    const { parameters } = follow(ftrl({ alpha: 0.2 }), table([0.5, -1, 2, 0.1, -0.3]), examples, logistic)
    expectAll(parameters['w']!.data, w, 1e-12)
  })
})

describe('normalizedAdagrad()', () => {
  it('follows algorithm 2 of the paper, but for when it shrinks and the global factor', () => {
    const examples = examplesOf(300, 8, (index) => 10 ** (index - 4))
    const [w, s, G] = [new Float64Array(8), new Float64Array(8), new Float64Array(8)]
    const wanted = examples.map(({ indices, values, label }) => {
      const p = indices.reduce((sum, index, k) => sum + w[index]! * values[k]!, 0)
      indices.forEach((index, k) => {
        const size = Math.abs(values[k]!)
        if (size > s[index]!) {
          w[index]! *= s[index]! / size
          s[index] = size
        }
        const g = logistic(p, label) * values[k]!
        G[index]! += g * g
        w[index]! -= (0.3 * g) / (s[index]! * Math.sqrt(G[index]!))
      })
      return p
    })
    const optimizer = normalizedAdagrad({ learningRate: 0.3, eps: 1e-12 })
    const { predictions } = follow(optimizer, table(Array(8).fill(0)), examples, logistic)
    expectAll(predictions, wanted, 1e-9)
  })

  it('predicts the same bits when features are multiplied by powers of two', () => {
    const start = table(Array(8).fill(0))
    const plain = follow(normalizedAdagrad(), start, examplesOf(200, 8), logistic)
    const scaled = follow(normalizedAdagrad(), start, examplesOf(200, 8, (index) => 2 ** (3 * index - 12)), logistic)
    expect(scaled.predictions).toEqual(plain.predictions)
    const back = [...scaled.parameters['w']!.data].map((w, i) => w * 2 ** (3 * i - 12))
    expect(back).toEqual([...plain.parameters['w']!.data])
  })

  it('tells the feature from the gradient of the output by the layout', () => {
    const { init, update } = pure(normalizedAdagrad({ learningRate: 1 }))
    const w = tensor([[0, 0], [0, 0]], undefined, 'f64')
    const scaleOf = (gradient: GradientValue): unknown => (
      update(init({ w }), { w }, { w: gradient }).state.slots['w']!['scale']!.toArray()
    )
    expect(scaleOf({ kind: 'outer', rows: f64([4, -2]), columns: f64([3, -5]) })).toEqual([[3, 5], [1.5, 2.5]])
    expect(scaleOf({ kind: 'lookup', gradient: tensor([[4, -2]], undefined, 'f64'), indices: [1] }))
      .toEqual([[0, 0], [1, 0.5]])
    expect(scaleOf(tensor([[8, 4], [2, 0]], undefined, 'f64'))).toEqual([[1, 0.5], [0.25, 0]])
  })

  it('leaves a feature alone that has never exceeded eps, and what starts elsewhere starts from there', () => {
    const { init, update } = pure(normalizedAdagrad({ learningRate: 1, eps: 0.01 }))
    const w = table([2, 2])
    const gradient: GradientValue = { kind: 'rows', gradient: f64([-1]), indices: [0, 1], values: f64([0.001, 100]) }
    const [small, large] = update(init({ w }), { w }, { w: gradient }).parameters['w']!.data
    expect(small).toBe(2)
    expect(large).toBeCloseTo(2 + 1 / 100 / 1.01, 12)
  })
})

describe('passiveAggressive()', () => {
  it.each(['PA-I', 'PA-II'] as const)('%s classifies as figure 1 of the paper', (variant) => {
    const examples = examplesOf(200, 6)
    const C = 0.1
    const w = new Float64Array(6)
    let steps = 0
    for (const { indices, values, label } of examples) {
      const p = indices.reduce((sum, index, k) => sum + w[index]! * values[k]!, 0)
      const squares = values.reduce((sum, v) => sum + v * v, 0)
      const loss = hinge(p, label)
      if (loss === 0 || squares === 0) continue
      const tau = variant === 'PA-I' ? Math.min(C, loss / squares) : loss / (squares + 1 / (2 * C))
      if (tau === C) steps++
      indices.forEach((index, k) => (w[index]! += tau * label * values[k]!))
    }
    const optimizer = passiveAggressive({ aggressiveness: C, variant })
    const { parameters } = follow(optimizer, table(Array(6).fill(0)), examples, hingeSlope, hinge)
    expectAll(parameters['w']!.data, [...w], 1e-12)
    if (variant === 'PA-I') expect(steps).toBeGreaterThan(3)
  })

  it('regresses on the epsilon-insensitive loss: passive within epsilon, else exactly to its border', () => {
    const examples = examplesOf(60, 6)
    const loss = (p: number, y: number): number => Math.max(0, Math.abs(p - y) - 0.25)
    const slope = (p: number, y: number): number => (loss(p, y) > 0 ? Math.sign(p - y) : 0)
    const w = new Float64Array(6)
    for (const { indices, values, label } of examples) {
      const p = indices.reduce((sum, index, k) => sum + w[index]! * values[k]!, 0)
      const squares = values.reduce((sum, v) => sum + v * v, 0)
      if (squares === 0) continue
      indices.forEach((index, k) => (w[index]! += Math.sign(label - p) * (loss(p, label) / squares) * values[k]!))
    }
    const optimizer = passiveAggressive({ aggressiveness: 1000 })
    const { parameters } = follow(optimizer, table(Array(6).fill(0)), examples, slope, loss)
    expectAll(parameters['w']!.data, [...w], 1e-10)
  })
})

describe('cocob()', () => {
  it.each([1, 100])('follows algorithm 2 of the paper with alpha %d', (alpha) => {
    const examples = examplesOf(300, 6)
    const start = [0.5, 0, -1, 0.25, 2, -0.125]
    const w = [...start]
    const [L, G, R, theta] = [0, 1, 2, 3].map(() => new Float64Array(6)) as [
      Float64Array, Float64Array, Float64Array, Float64Array,
    ]
    const wanted = examples.map(({ indices, values, label }) => {
      const p = indices.reduce((sum, index, k) => sum + w[index]! * values[k]!, 0)
      indices.forEach((i, k) => {
        const g = -logistic(p, label) * values[k]!
        L[i] = Math.max(L[i]!, Math.abs(g))
        G[i]! += Math.abs(g)
        R[i] = Math.max(R[i]! + (w[i]! - start[i]!) * g, 0)
        theta[i]! += g
        w[i] = start[i]! + (theta[i]! / (L[i]! * Math.max(G[i]! + L[i]!, alpha * L[i]!))) * (L[i]! + R[i]!)
      })
      return p
    })
    const { predictions, parameters } = follow(cocob({ alpha }), table(start), examples, logistic)
    expectAll(predictions, wanted, 1e-9)
    expectAll(parameters['w']!.data, w, 1e-9)
  })
})

describe('asgd() and averagedWeights(state)', () => {
  it('give the mean of the weights since t0, and the weights before', () => {
    const examples = examplesOf(50, 4)
    const { init, update } = pure(asgd({ learningRate: 0.1, lambda: 0.01, t0: 20 }))
    let parameters: Parameters = { w: f64([1, -1, 0.5, 2]) }
    let state = init(parameters)
    let average = [0, 0, 0, 0]
    examples.forEach(({ label }, t) => {
      const gradient = f64([label, t % 3, -0.5, Math.sin(t)])
      ;({ state, parameters } = update(state, parameters, { w: gradient }))
      const mu = 1 / Math.max(1, t - 20)
      average = average.map((a, i) => a + mu * (parameters['w']!.data[i]! - a))
      const ours = averagedWeights({ parameters, slots: state.slots })
      expectAll(ours['w']!.data, average, 1e-13)
    })
    expect(() => averagedWeights({ parameters, slots: { w: {} } })).toThrow(/no average/)
    for (const none of [undefined, null, 5, 'x', {}, { parameters }]) {
      expect(() => averagedWeights(none as never)).toThrow('this is no training state, in averagedWeights: got')
    }
  })
})
