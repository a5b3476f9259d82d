import { input, minimize, type Training, type TrainingState } from '@eddy/graph'
import { linear, squaredError, tanh } from '@eddy/nodes'
import { type DType, rng, tensor, type Tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import {
  accumulate, adadelta, adagrad, adam, adamax, adamw, asgd, chain, cocob, ftrl, type GradientValue, nadam,
  normalizedAdagrad, type Parameters, passiveAggressive, pure, radam, rmsprop, rprop, sgd, type TransformOptimizer,
} from './index.ts'
import { specimens } from './testing.ts'

interface Target {
  readonly start: readonly number[]
  readonly goal: readonly number[]
  readonly at: (w: readonly number[]) => { readonly loss: number; readonly gradient: readonly number[] }
}

/** 0.5 (a - 1)^2 + 2 (b + 2)^2 */
const parabola: Target = {
  start: [3, 1], goal: [1, -2],
  at: ([a = 0, b = 0]) => ({ loss: 0.5 * (a - 1) ** 2 + 2 * (b + 2) ** 2, gradient: [a - 1, 4 * (b + 2)] }),
}

/** Rosenbrock 1960: a bent valley. */
const rosenbrock: Target = {
  start: [-0.5, 0.5], goal: [1, 1],
  at: ([a = 0, b = 0]) => ({
    loss: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
    gradient: [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)],
  }),
}

/** The greatest distance from the goal in a coordinate after so many steps. */
function distance(optimizer: TransformOptimizer, { start, goal, at }: Target, steps: number, dtype: DType): number {
  const { init, update } = pure(optimizer)
  let parameters: Parameters = { w: tensor([...start], [2], dtype) }
  let state = init(parameters)
  for (let step = 0; step < steps; step++) {
    const { loss, gradient } = at([...parameters['w']!.data])
    ;({ state, parameters } = update(state, parameters, { w: tensor([...gradient], [2], dtype) }, loss))
  }
  return Math.max(...parameters['w']!.data.map((value, k) => Math.abs(value - goal[k]!)))
}

interface Learner {
  readonly name: string
  readonly onParabola: TransformOptimizer
  /** Left out where a valley across the axes takes a method per coordinate too many steps for a test. */
  readonly onRosenbrock?: TransformOptimizer
}

const slow = adam({ learningRate: 0.05 })
const learners: readonly Learner[] = [
  {
    name: 'sgd', onParabola: sgd({ learningRate: 0.1 }), onRosenbrock: sgd({ learningRate: 2e-3, momentum: 0.9 }),
  },
  { name: 'rmsprop', onParabola: rmsprop({ learningRate: 3e-3 }), onRosenbrock: rmsprop({ learningRate: 1e-3 }) },
  { name: 'rmsprop, centered', onParabola: rmsprop({ learningRate: 3e-3, centered: true }) },
  { name: 'adagrad', onParabola: adagrad({ learningRate: 1 }), onRosenbrock: adagrad({ learningRate: 0.5 }) },
  { name: 'adam', onParabola: adam({ learningRate: 0.05 }), onRosenbrock: adam({ learningRate: 0.02 }) },
  { name: 'adamw', onParabola: adamw({ learningRate: 0.05, weightDecay: 0 }) },
  { name: 'radam', onParabola: radam({ learningRate: 0.05 }), onRosenbrock: radam({ learningRate: 5e-3 }) },
  { name: 'nadam', onParabola: nadam({ learningRate: 0.05 }), onRosenbrock: nadam({ learningRate: 0.02 }) },
  { name: 'adamax', onParabola: adamax({ learningRate: 0.05 }), onRosenbrock: adamax({ learningRate: 0.02 }) },
  { name: 'adadelta', onParabola: adadelta({ learningRate: 10 }) },
  { name: 'asgd', onParabola: asgd({ learningRate: 0.1 }), onRosenbrock: asgd({ learningRate: 2e-3 }) },
  { name: 'rprop', onParabola: rprop(), onRosenbrock: rprop() },
  { name: 'ftrl', onParabola: ftrl({ alpha: 1 }), onRosenbrock: ftrl({ alpha: 0.5 }) },
  { name: 'normalizedAdagrad', onParabola: normalizedAdagrad(), onRosenbrock: normalizedAdagrad() },
  { name: 'passiveAggressive', onParabola: passiveAggressive(), onRosenbrock: passiveAggressive() },
  { name: 'cocob', onParabola: cocob() },
  { name: 'accumulated adam', onParabola: chain(accumulate(4), slow), onRosenbrock: chain(accumulate(2), slow) },
]
const dtypes = ['f32', 'f64'] as const

describe('every optimizer finds', () => {
  it.each(learners)('the least of a parabola: $name', ({ onParabola }) => {
    for (const dtype of dtypes) expect(distance(onParabola, parabola, 2000, dtype)).toBeLessThan(1e-3)
  })

  it.each(learners.filter(({ onRosenbrock }) => onRosenbrock))('the end of a bent valley: $name', (learner) => {
    for (const dtype of dtypes) {
      expect(distance(learner.onRosenbrock!, rosenbrock, 6000, dtype)).toBeLessThan(0.05)
    }
  })
})

interface Event {
  readonly features: readonly number[]
  readonly label: number
}

const events: readonly Event[] = Array.from({ length: 11 }, (_, k) => (
  { features: [Math.sin(k), k % 3 - 1, k % 4 === 0 ? 0 : k / 7], label: Math.cos(k) }
))

async function* nothing(): AsyncGenerator<Event> {}

/** A fresh 3-2-1 model whose events are handed over by hand. */
function training(optimizer: TransformOptimizer, dtype: DType): Training {
  const events$ = nothing()
  const x = input(events$, { shape: [3], select: (event: Event) => event.features })
  const y = input(events$, { shape: [1], select: (event: Event) => [event.label] })
  const loss = squaredError(x.pipe(linear(3, 2), tanh(), linear(2, 1)), y)
  const model = loss.pipe(minimize(optimizer, { dtype, seed: 3 }))
  model.subscribe()
  return model
}

/** The state after the events, handed over in parts of these lengths. */
function learn(model: Training, from: number, ...lengths: readonly number[]): TrainingState {
  let at = from
  for (const length of lengths) model.burst(events.slice(at, (at += length)))
  return model.snapshot()
}

describe('every optimizer that says it is bounded', () => {
  const bounded = specimens.filter(({ optimizer }) => optimizer.bounded)

  it.each(bounded)('$name: gradients up to 2^40 move nothing by more than 2^90 in f32', ({ optimizer }) => {
    const { init, update } = pure(optimizer)
    const numbers = rng(5, 'gradients')
    const width = 32
    let drawn = 0
    // Magnitudes of all orders, zeros, and spells of the greatest: what comes after what is what matters.
    const draw = (step: number): number => {
      const [kind, sign] = [numbers.uniform(drawn++), numbers.uniform(drawn++) < 0.5 ? -1 : 1]
      if (kind < 0.2) return 0
      return sign * (kind < 0.4 || step % 7 === 0 ? 2 ** 40 : 2 ** Math.floor(numbers.uniform(drawn++) * 160 - 120))
    }
    let parameters: Parameters = { w: tensor(Array.from({ length: width }, (_, i) => i - 9), [width, 1]) }
    let state = init(parameters)
    for (let step = 0; step < 300; step++) {
      const indices = Array.from({ length: width }, (_, i) => i)
      const values = tensor(Array.from({ length: width }, () => draw(step)))
      const w: GradientValue = step % 3 === 0
        ? { kind: 'rows', gradient: tensor([1]), indices, values }
        : tensor([...values.data], [width, 1])
      const after = update(state, parameters, { w }, draw(step) ** 2)
      const tensors = (slots: object, weights: Parameters): Tensor[] => [weights['w']!, ...Object.values(slots)]
      const [before, now] = [
        tensors(state.slots['w']!, parameters), tensors(after.state.slots['w']!, after.parameters),
      ]
      now.forEach(({ data }, k) => data.forEach((value, i) => {
        expect(Math.abs(value - before[k]!.data[i]!)).toBeLessThanOrEqual(2 ** 90)
      }))
      ;({ state, parameters } = after)
    }
  })
})

describe.each(dtypes)('every optimizer, %s', (dtype) => {
  it.each(specimens)('$name: resumes at any event, also in the middle of a window', ({ optimizer }) => {
    const whole = JSON.stringify(learn(training(optimizer, dtype), 0, events.length))
    for (const stop of [1, 4, 5]) {
      const state = learn(training(optimizer, dtype), 0, stop)
      const other = training(optimizer, dtype)
      other.restore(state)
      expect(JSON.stringify(learn(other, stop, events.length - stop))).toBe(whole)
    }
  })

  it.each(specimens)('$name: learns the same bits in bursts and one event at a time', ({ optimizer }) => {
    const ones = learn(training(optimizer, dtype), 0, ...events.map(() => 1))
    expect(JSON.stringify(learn(training(optimizer, dtype), 0, 2, 3, 6))).toBe(JSON.stringify(ones))
    expect(ones.step).toBe(events.length)
  })
})
