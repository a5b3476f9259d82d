import fc from 'fast-check'
import { type Tensor, tensor } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import {
  accumulate, adadelta, adagrad, adam, adamax, adamw, asgd, chain, clipByGlobalNorm, ftrl, nadam, normalizedAdagrad,
  passiveAggressive, pure, radam, rmsprop, rprop, sgd, type TransformOptimizer,
} from './index.ts'

/** What one update has done to one parameter. */
interface Move {
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly slots: Readonly<Record<string, Tensor>>
  readonly nextSlots: Readonly<Record<string, Tensor>>
}

/** An optimizer behind a clipped gradient, and the bound that its docstring states. */
interface Bound {
  readonly name: string
  readonly optimizer: TransformOptimizer
  /** Of the length of the whole move; default: none. */
  readonly length?: number
  /** Of the move of each weight; default: none. */
  readonly each?: (move: Move, i: number) => number
}

const clip = 0.5
const learningRate = 0.1
const lossMost = 100
const clipped = (optimizer: TransformOptimizer): TransformOptimizer => chain(clipByGlobalNorm(clip), optimizer)
const [b1, b2] = [0.9, 0.999]
/** |m| <= this sqrt(v), by Cauchy and Schwarz. */
const adamRatio = (1 - b1) / Math.sqrt((1 - b2) * (1 - b1 * b1 / b2))
const of = (name: string, optimizer: TransformOptimizer, each: number): Bound => (
  { name, optimizer, each: () => each }
)

const bounds: readonly Bound[] = [
  { name: 'sgd', optimizer: clipped(sgd({ learningRate })), length: learningRate * clip },
  {
    name: 'sgd with momentum', optimizer: clipped(sgd({ learningRate, momentum: 0.9 })),
    length: learningRate * clip / (1 - 0.9),
  },
  {
    name: 'sgd with damped momentum', optimizer: clipped(sgd({ learningRate, momentum: 0.9, dampening: 0.9 })),
    length: learningRate * clip,
  },
  {
    name: 'sgd, Nesterov', optimizer: clipped(sgd({ learningRate, momentum: 0.9, nesterov: true })),
    length: learningRate * clip / (1 - 0.9),
  },
  {
    name: 'accumulated sgd', optimizer: chain(clipByGlobalNorm(clip), accumulate(3), sgd({ learningRate })),
    length: learningRate * clip,
  },
  {
    name: 'asgd', optimizer: clipped(asgd({ learningRate, lambda: 0.01 })),
    each: ({ before }, i) => learningRate * (clip + 0.01 * Math.abs(before[i]!)),
  },
  {
    name: 'passiveAggressive', optimizer: passiveAggressive({ aggressiveness: 0.2 }),
    length: Math.sqrt(0.2 * lossMost),
  },
  of('adam', adam({ learningRate }), learningRate * adamRatio),
  of('adam with amsgrad', adam({ learningRate, amsgrad: true }), learningRate * adamRatio),
  {
    name: 'adamw', optimizer: adamw({ learningRate, weightDecay: 0.1 }),
    each: ({ before }, i) => learningRate * (adamRatio + 0.1 * Math.abs(before[i]!)),
  },
  of('nadam', nadam({ learningRate }), learningRate * (1 / Math.sqrt(1 - b2) + b1 / (1 - b1 * b1) * adamRatio)),
  of('radam', clipped(radam({ learningRate })), learningRate * Math.max(clip, adamRatio)),
  of('adamax', adamax({ learningRate }), learningRate * (1 - b1) / (1 - b1 / b2)),
  of('rmsprop', rmsprop({ learningRate, alpha: 0.9 }), learningRate / Math.sqrt(1 - 0.9)),
  of('rmsprop with momentum', rmsprop({ learningRate, alpha: 0.9, momentum: 0.5 }), 2 * learningRate / Math.sqrt(0.1)),
  of('adagrad', adagrad({ learningRate }), learningRate),
  of('rprop', rprop({ learningRate, stepSizes: [1e-6, 0.3] }), 0.3),
  of('ftrl', ftrl({ alpha: 0.1 }), 0.1),
  of('clipped ftrl', clipped(ftrl({ alpha: 0.1, beta: 2 })), 0.1 * clip / 2),
  {
    name: 'adadelta', optimizer: adadelta({ learningRate: 1, rho: 0.9 }),
    each: ({ slots }, i) => Math.sqrt((slots['accDelta']!.data[i]! + 1e-6) / (1 - 0.9)),
  },
  {
    name: 'normalizedAdagrad', optimizer: normalizedAdagrad({ learningRate }),
    each: ({ before, nextSlots }, i) => (
      Math.abs(before[i]!) + learningRate / Math.max(nextSlots['scale']!.data[i]!, Number.MIN_VALUE)
    ),
  },
]

const width = 5
const runs = Number(process.env['EDDY_LAW_RUNS'] ?? 30)
/** Gradients as an attacker would choose them: any magnitude, any sequence, with quiet times before. */
const magnitude = fc.oneof(
  fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(1e-20, -1e-9, 1, -1, 1e6, -1e12, 1e15),
)
const history = fc.array(
  fc.tuple(fc.array(magnitude, { minLength: width, maxLength: width }), fc.integer({ min: 1, max: 12 })),
  { minLength: 1, maxLength: 8 },
)

describe('the influence of one event is bounded, whatever its gradient and those before it were', () => {
  it.each(bounds)('$name', ({ optimizer, length = Infinity, each = () => Infinity }) => {
    fc.assert(fc.property(history, fc.double({ min: 0, max: lossMost, noNaN: true }), (parts, loss) => {
      const { init, update } = pure(optimizer)
      let parameters: Readonly<Record<string, Tensor>> = { w: tensor([0.3, -2, 0, 5, 1e-3], [width], 'f64') }
      let state = init(parameters)
      for (const [gradient, times] of parts) {
        for (let k = 0; k < times; k++) {
          const next = update(state, parameters, { w: tensor(gradient, [width], 'f64') }, loss)
          const [before, after] = [[...parameters['w']!.data], [...next.parameters['w']!.data]]
          const move: Move = { before, after, slots: state.slots['w']!, nextSlots: next.state.slots['w']! }
          const moved = after.map((w, i) => Math.abs(w - before[i]!))
          // Rounding of the weights themselves.
          const slack = 1e-12 * (1 + Math.max(...before.map(Math.abs), ...after.map(Math.abs)))
          expect(Math.hypot(...moved)).toBeLessThanOrEqual(length * (1 + 1e-9) + slack)
          moved.forEach((by, i) => expect(by).toBeLessThanOrEqual(each(move, i) * (1 + 1e-9) + slack))
          ;({ state, parameters } = next)
        }
      }
    }), { numRuns: runs })
  })

  it('which without clipping is not so for gradient descent', () => {
    const { init, update } = pure(sgd({ learningRate }))
    const parameters = { w: tensor([0], [1], 'f64') }
    const { parameters: after } = update(init(parameters), parameters, { w: tensor([1e12], [1], 'f64') })
    expect(Math.abs(after['w']!.data[0]!)).toBe(learningRate * 1e12)
  })
})
