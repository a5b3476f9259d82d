import { tensor, type Tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import fixtures from '../fixtures/torch-optimizers.json' with { type: 'json' }
import {
  adadelta, adagrad, adam, adamax, adamw, applyLearningRate, asgd, chain, clipByGlobalNorm, clipByValue,
  type GradientValue, nadam, type Parameters, pure, radam, rmsprop, rprop, sgd, type TransformOptimizer,
} from '../index.ts'

const factories: Readonly<Record<string, (options: never) => TransformOptimizer>> = {
  SGD: sgd, Adam: adam, AdamW: adamw, RMSprop: rmsprop, Adagrad: adagrad, RAdam: radam, Adadelta: adadelta,
  NAdam: nadam, Adamax: adamax, ASGD: asgd, Rprop: rprop,
}

/** PyTorch's arguments as our options: camelCase, and lr is learningRate. */
function make({ optimizer, args }: { readonly optimizer: string; readonly args: object }): TransformOptimizer {
  const since = optimizer === 'NAdam' && fixtures.torch.startsWith('1.') ? { momentumProduct: 'torch1' } : {}
  const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const options = Object.entries(args).map(([name, value]) => [name === 'lr' ? 'learningRate' : camel(name), value])
  return factories[optimizer]!({ ...Object.fromEntries(options), ...since } as never)
}

const f64 = (data: readonly number[], shape: readonly number[]): Tensor => tensor([...data], [...shape], 'f64')
const { keptSteps, givenGradients, regression, clipping } = fixtures

/** Compares with the recorded parameters: w row by row, then b. */
function expectParameters(parameters: Parameters, expected: readonly number[], step: number): void {
  const values = [...parameters['w']!.data, ...parameters['b']!.data]
  values.forEach((value, k) => {
    const error = Math.abs(value - expected[k]!) / Math.max(1e-3, Math.abs(expected[k]!))
    expect(error, `parameter ${k} after step ${step}: ${value} instead of ${expected[k]}`).toBeLessThan(1e-10)
  })
}

describe('optimizers against PyTorch', () => {
  it.each(givenGradients.runs)('$optimizer $args follows, with given gradients', (run) => {
    const { init, update } = pure(make(run))
    const { w, b } = givenGradients.initial
    let parameters: Parameters = { w: f64(w.data, w.shape), b: f64(b.data, b.shape) }
    let state = init(parameters)
    givenGradients.gradients.forEach((given, step) => {
      const gradients = { w: f64(given.w, w.shape), b: f64(given.b, b.shape) }
      ;({ state, parameters } = update(state, parameters, gradients))
      const kept = keptSteps.indexOf(step)
      if (kept >= 0) expectParameters(parameters, run.params[kept]!, step)
    })
    expect(state.step).toBe(25)
  })

  it.each(regression.runs)('$optimizer $args follows, with outer products', (run) => {
    const { init, update } = pure(make(run))
    const { w, b } = regression.initial
    let parameters: Parameters = { w: f64(w.data, w.shape), b: f64(b.data, b.shape) }
    let state = init(parameters)
    for (let step = 0; step < 25; step++) {
      const { loss, gradients } = lossOf(parameters, step % 7)
      const kept = keptSteps.indexOf(step)
      if (kept >= 0) expect(loss / run.loss[kept]!).toBeCloseTo(1, 9)
      ;({ state, parameters } = update(state, parameters, gradients))
      if (kept >= 0) expectParameters(parameters, run.params[kept]!, step)
    }
  })
})

/** loss = mean over the 2 outputs of (x @ w + b - y)^2 */
function lossOf({ w, b }: Parameters, row: number): { loss: number; gradients: Record<string, GradientValue> } {
  const x = regression.X.data.slice(3 * row, 3 * row + 3)
  const y = regression.Y.data.slice(2 * row, 2 * row + 2)
  const errors = y.map((target, j) => (
    x.reduce((sum, value, i) => sum + value * w!.data[2 * i + j]!, b!.data[j]!) - target
  ))
  const error = f64(errors, [2])
  const loss = errors.reduce((sum, e) => sum + e * e, 0) / 2
  return { loss, gradients: { w: { kind: 'outer', rows: f64(x, [3]), columns: error }, b: error } }
}

describe('clipping', () => {
  it.each(clipping)('clipByGlobalNorm($max_norm, norm $norm_type) shortens like clip_grad_norm_', (run) => {
    // With a learning rate of 1 and parameters of 0, the update is the clipped gradient with its sign turned.
    const norm = Number(run.norm_type === 'inf' ? Infinity : run.norm_type) as 1 | 2
    const { init, update } = pure(chain(clipByGlobalNorm(run.max_norm, { norm }), sgd({ learningRate: 1 })))
    const [first, second] = run.grads
    const zeros = { a: f64(first!.data.map(() => 0), first!.shape), b: f64(second!.data.map(() => 0), second!.shape) }
    const gradients = { a: f64(first!.data, first!.shape), b: f64(second!.data, second!.shape) }
    const { parameters } = update(init(zeros), zeros, gradients)
    const values = [...parameters['a']!.data, ...parameters['b']!.data]
    run.clipped.flatMap(({ data }) => data).forEach((value, k) => expect(-values[k]!).toBeCloseTo(value, 13))
  })

  it('clipByGlobalNorm(max) leaves a shorter gradient as it is', () => {
    const { init, update } = pure(chain(clipByGlobalNorm(5), applyLearningRate(1)))
    const w = f64([0, 0], [2])
    expect(update(init({ w }), { w }, { w: f64([3, -2], [2]) }).parameters['w']!.toArray()).toEqual([-3, 2])
  })

  it('clipByValue(limit) limits each element', () => {
    const { init, update } = pure(chain(clipByValue(0.5), applyLearningRate(1)))
    const w = f64([0, 0, 0], [3])
    const { parameters } = update(init({ w }), { w }, { w: f64([3, -2, 0.25], [3]) })
    expect(parameters['w']!.toArray()).toEqual([-0.5, 0.5, -0.25])
  })
})
