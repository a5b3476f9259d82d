import {
  adam, binaryCrossEntropy, type DType, input, linear, minimize, relu, rmsprop, sgd, sigmoid, type TransformOptimizer,
} from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import fixture from '../fixtures/seed_runs.json' with { type: 'json' }
import { expectClose, f64, parametersOf, watch } from './watch.ts'

const examples = [{ x: [0, 0], y: 0 }, { x: [0, 1], y: 1 }, { x: [1, 0], y: 1 }, { x: [1, 1], y: 0 }]
const eventCount = 4000

type Parameters = Readonly<Record<string, readonly (number | readonly number[])[]>>

interface Recorded {
  readonly init: Parameters
  readonly grad_at_0: Parameters
  readonly trace: Readonly<Record<string, { readonly loss: number; readonly prediction: number }>>
  readonly final: Parameters
}

interface RecordedRun {
  readonly name: string
  readonly recorded: Recorded
  readonly optimizer: () => TransformOptimizer
  /** How far the final weights of a run in single precision may be from the record, which is in double precision. */
  readonly f32: number
}

const runs: readonly RecordedRun[] = [
  {
    name: 'sgd', recorded: fixture['xor_2_4_1_online_sgd_0.1'], optimizer: () => sgd({ learningRate: 0.1 }), f32: 1e-5,
  },
  {
    name: 'momentum', recorded: fixture['xor_2_4_1_online_momentum_0.05_0.9'],
    optimizer: () => sgd({ learningRate: 0.05, momentum: 0.9 }), f32: 1e-5,
  },
  {
    name: 'rmsprop', recorded: fixture['xor_2_4_1_online_rmsprop_0.01'],
    optimizer: () => rmsprop({ learningRate: 0.01 }), f32: 1e-3,
  },
  {
    name: 'adam', recorded: fixture['xor_2_4_1_online_adam_0.01'],
    optimizer: () => adam({ learningRate: 0.01 }), f32: 1e-5,
  },
]

/** XOR through a 2-4-1 network, one example at a time, cycling in order. */
function play({ init }: Recorded, optimizer: TransformOptimizer, dtype: DType) {
  const events$ = from(Array.from({ length: eventCount }, (_, k) => examples[k % 4]!))
  const x = input(events$, { shape: [2], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  const start = (name: string): never => f64(init[name]!) as never
  const prediction = x.pipe(
    linear(2, 4, { name: '0', weight: start('0.weight'), bias: start('0.bias') }), relu(),
    linear(4, 1, { name: '2', weight: start('2.weight'), bias: start('2.bias') }), sigmoid(),
  )
  const loss = binaryCrossEntropy(prediction, y)
  const gradients = [...parametersOf(loss)].map(([name, parameter]) => [name, watch(parameter.gradient$)] as const)
  const predictions = watch(prediction)
  const losses: number[] = []
  const training = loss.pipe(minimize(optimizer, { dtype }))
  training.subscribe((step) => losses.push(step.loss))
  return { losses, predictions, gradients: new Map(gradients), final: training.snapshot().parameters }
}

describe.each(runs)('XOR one example at a time with $name, from recorded initial weights', (run) => {
  const { recorded } = run

  it('f64: first gradients, losses, predictions and final weights are those of PyTorch to 1e-10', () => {
    const { losses, predictions, gradients, final } = play(recorded, run.optimizer(), 'f64')
    for (const [name, values] of Object.entries(recorded.grad_at_0)) {
      expectClose(gradients.get(name)![0]!, values, 1e-10)
    }
    for (const [step, { loss, prediction }] of Object.entries(recorded.trace)) {
      expectClose(losses[Number(step)]!, loss, 1e-10, 0)
      expectClose(predictions[Number(step)]!, [prediction], 1e-10, 0)
    }
    for (const [name, values] of Object.entries(recorded.final)) expectClose(final[name]!.toArray(), values, 1e-10)
  })

  it('f32: starts like it to 1e-6, and learns the same answers', () => {
    const { losses, predictions, final } = play(recorded, run.optimizer(), 'f32')
    for (const step of [0, 1, 2, 3, 9]) expectClose(losses[step]!, recorded.trace[step]!.loss, 1e-6)
    predictions.slice(-4).forEach((prediction, k) => expectClose(prediction, [examples[k]!.y], 0.1, 1))
    for (const [name, values] of Object.entries(recorded.final)) expectClose(final[name]!.toArray(), values, run.f32)
  })

  it('learns: the loss over a round of four examples ends far below where it began', () => {
    const { losses } = play(recorded, run.optimizer(), 'f64')
    const round = (from: number): number => losses.slice(from, from + 4).reduce((sum, loss) => sum + loss, 0)
    expect(round(eventCount - 4)).toBeLessThan(0.05 * round(0))
  })
})
