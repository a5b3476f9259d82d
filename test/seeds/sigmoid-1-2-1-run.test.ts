import { type DType, input, linear, minimize, sgd, sigmoid, squaredError } from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import fixture from '../fixtures/seed_runs.json' with { type: 'json' }
import { expectClose, f64 } from './watch.ts'

/** The tutorial's PyTorch program: 500 times the same example, from its own initial weights, which were recorded. */
function run(dtype: DType) {
  const recorded = fixture[`mlp_1_2_1_sigmoid_mse_sgd0.5_500_float${dtype === 'f64' ? 64 : 32}`]
  const { init } = recorded
  const events$ = from(Array.from({ length: 500 }, () => ({ x: 1, y: 0 })))
  const x = input(events$, { shape: [1], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  // The shapes in the file are numbers[] to the compiler; a wrong one is a ShapeError.
  const start = (name: keyof typeof init): never => f64(init[name]) as never
  const prediction = x.pipe(
    linear(1, 2, { name: 'fc1', weight: start('fc1.weight'), bias: start('fc1.bias') }),
    sigmoid(),
    linear(2, 1, { name: 'fc2', weight: start('fc2.weight'), bias: start('fc2.bias') }),
    sigmoid(),
  )
  const training = squaredError(prediction, y).pipe(minimize(sgd({ learningRate: 0.5 }), { dtype }))
  const losses: number[] = []
  const predictions: number[] = []
  prediction.subscribe((value) => predictions.push(value.item()))
  training.subscribe(({ loss }) => losses.push(loss))
  return { recorded, losses, predictions, final: training.snapshot().parameters }
}

// Double precision follows to rounding. In single precision both runs round 500 times, each in its own way.
describe.each([{ dtype: 'f64', relative: 1e-10 }, { dtype: 'f32', relative: 2e-5 }] as const)(
  'the 1-2-1 sigmoid network for 500 epochs in $dtype', ({ dtype, relative }) => {
    const { recorded, losses, predictions, final } = run(dtype)

    it(`the loss before each update follows PyTorch to ${relative}`, () => {
      expect(losses).toHaveLength(500)
      for (const [epoch, loss] of Object.entries(recorded.loss_before_update_at_epoch)) {
        expectClose(losses[Number(epoch)]!, loss, relative, 0)
      }
    })

    it(`the final weights are PyTorch's to ${relative}`, () => {
      for (const [name, values] of Object.entries(recorded.final)) expectClose(final[name]!.toArray(), values, relative)
    })

    it('the loss goes down in every epoch, and the prediction towards 0', () => {
      expect(losses.every((loss, k) => k === 0 || loss < losses[k - 1]!)).toBe(true)
      expect(predictions.at(-1)).toBeCloseTo(recorded.final_prediction, 4)
    })
  },
)
