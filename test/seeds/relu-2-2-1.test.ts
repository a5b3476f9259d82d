import { add, backward, input, linear, matmul, mul, parameter, relu, square, sub, sum } from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import fixture from '../fixtures/seed_runs.json' with { type: 'json' }
import { expectClose, f64, parametersOf, watch } from './watch.ts'

/**
 * A 2-2-1 network by hand, its weights written in by out (a row for each input), so that h = x W1:
 *
 *     x = (1, 2)   W1 = (0.1 0.2)   W2 = (0.5)   b1 = 0, b2 = 0   y = 1   L = (prediction - y)^2 / 2
 *                       (0.3 0.4)        (0.6)
 *
 *     z1 = (0.1 + 0.6, 0.2 + 0.8) = (0.7, 1)    h = relu(z1) = (0.7, 1)    prediction = 0.35 + 0.6 = 0.95
 *     L = 0.05^2 / 2 = 0.00125
 *
 *     dprediction = -0.05    dW2 = h dprediction = (-0.035, -0.05)    db2 = -0.05
 *     dh = dprediction W2 = (-0.025, -0.03) = dz1, since both units are on
 *     dW1 = x dz1 = (-0.025 -0.03)    db1 = (-0.025, -0.03)
 *                   (-0.05  -0.06)
 */
const event$ = from([{ x: [1, 2], y: [1] }])
const recorded = fixture.relu_2_2_1_by_hand

describe('the 2-2-1 ReLU network by hand', () => {
  it('written with matmul and weights in by out, has these gradients', () => {
    const x = input(event$, { shape: [1, 2], select: (event) => event.x })
    const y = input(event$, { shape: [1, 1], select: (event) => event.y })
    const [W1, W2] = [parameter(f64([[0.1, 0.2], [0.3, 0.4]])), parameter(f64([[0.5], [0.6]]))]
    const [b1, b2] = [parameter(f64([0, 0])), parameter(f64([0]))]
    const hidden = add(matmul(x, W1), b1).pipe(relu())
    const prediction = add(matmul(hidden, W2), b2)
    const loss = mul(0.5, sum(square(sub(prediction, y))))
    const values = { hidden: watch(hidden), prediction: watch(prediction), loss: watch(loss) }
    const gradients = {
      W1: watch(W1.gradient$), b1: watch(b1.gradient$), W2: watch(W2.gradient$), b2: watch(b2.gradient$),
      hidden: watch(hidden.gradient$),
    }
    loss.pipe(backward({ dtype: 'f64' })).subscribe()

    expectClose(values.hidden[0]!, [0.7, 1])
    expectClose(values.prediction[0]!, [[recorded.prediction]])
    expectClose(values.loss[0]!, recorded.loss)
    expectClose(gradients.hidden[0]!, [[-0.025, -0.03]])
    expectClose(gradients.W1[0]!, recorded.W1)
    expectClose(gradients.b1[0]!, recorded.b1)
    expectClose(gradients.W2[0]!, recorded.W2)
    expectClose(gradients.b2[0]!, recorded.b2)
  })

  it('written with linear layers, whose weights are out by in, has the same gradients, transposed', () => {
    const x = input(event$, { shape: [2], select: (event) => event.x })
    const y = input(event$, { shape: [1], select: (event) => event.y })
    const prediction = x.pipe(
      linear(2, 2, { weight: f64([[0.1, 0.3], [0.2, 0.4]]), bias: f64([0, 0]) }), relu(),
      linear(2, 1, { weight: f64([[0.5, 0.6]]), bias: f64([0]) }),
    )
    const loss = mul(0.5, sum(square(sub(prediction, y))))
    const gradients = [...parametersOf(loss).values()].map((node) => watch(node.gradient$))
    loss.pipe(backward({ dtype: 'f64' })).subscribe()

    expect(gradients.map((seen) => seen.length)).toEqual([1, 1, 1, 1])
    expectClose(gradients[0]![0]!, [[-0.025, -0.05], [-0.03, -0.06]])
    expectClose(gradients[1]![0]!, [-0.025, -0.03])
    expectClose(gradients[2]![0]!, [[-0.035, -0.05]])
    expectClose(gradients[3]![0]!, [-0.05])
  })
})
