import { constantInitializer, input, linear, minimize, mul, sgd, sigmoid, square, sub, sum } from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import fixture from '../fixtures/seed_runs.json' with { type: 'json' }
import { expectClose, f64, parametersOf, watch } from './watch.ts'

/**
 * The 1-2-1 sigmoid network that one of the tutorials works in numbers: x = 1, y = 0, learning rate 0.5,
 *
 *     W1 = (0.15, 0.25)   b1 = 0.35   W2 = (0.4, 0.45)   b2 = 0.6   L = (prediction - y)^2 / 2
 *
 * Its arithmetic slips at z2 (0.6225 * 0.4 + 0.6457 * 0.45 + 0.6 is 1.1395), and what follows from z2 is off, too. So
 * the numbers here come from its formulas, and what it prints stands beside them. It also writes W1 as a 2 x 2 matrix,
 * which one input cannot have: here it is [2, 1], out by in.
 */
function network() {
  const event$ = from([{ x: [1], y: [0] }])
  const x = input(event$, { shape: [1], select: (event) => event.x })
  const y = input(event$, { shape: [1], select: (event) => event.y })
  const z1 = x.pipe(linear(1, 2, { weight: f64([[0.15], [0.25]]), bias: constantInitializer(0.35) }))
  const a1 = z1.pipe(sigmoid())
  const z2 = a1.pipe(linear(2, 1, { weight: f64([[0.4, 0.45]]), bias: constantInitializer(0.6) }))
  const prediction = z2.pipe(sigmoid())
  const loss = mul(0.5, sum(square(sub(prediction, y))))
  return { z1, a1, z2, prediction, loss }
}

describe('the 1-2-1 sigmoid network, worked in numbers', () => {
  const { z1, a1, z2, prediction, loss } = network()
  const values = { z1: watch(z1), a1: watch(a1), z2: watch(z2), prediction: watch(prediction), loss: watch(loss) }
  const deltas = { delta1: watch(z1.gradient$), delta2: watch(z2.gradient$) }
  const parameters = parametersOf(loss)
  const training = loss.pipe(minimize(sgd({ learningRate: 0.5 }), { dtype: 'f64' }))
  training.subscribe()
  const updated = training.snapshot().parameters

  const rows = [
    { name: 'z1', got: values.z1[0]!, right: [0.5, 0.6] },
    { name: 'a1', got: values.a1[0]!, right: [0.6225, 0.6457] },
    { name: 'z2', got: values.z2[0]!, right: [1.1395], printed: [1.105] },
    { name: 'prediction', got: values.prediction[0]!, right: [0.7576], printed: [0.751] },
    { name: 'loss', got: values.loss[0]!, right: [0.2870], printed: [0.282] },
    { name: 'delta2', got: deltas.delta2[0]!, right: [0.1391] },
    { name: 'delta1', got: deltas.delta1[0]!, right: [0.0131, 0.0143] },
    { name: 'new W2', got: updated['linear_1.weight']!.toArray(), right: [0.3567, 0.4051], printed: [0.37, 0.42] },
    { name: 'new W1', got: updated['linear.weight']!.toArray(), right: [0.1435, 0.2428] },
  ]

  it.each(rows)('$name is $right, to the last digit shown', ({ got, right, printed }) => {
    expectClose(got, right, 0.5e-4, 1)
    if (printed !== undefined) expect(() => expectClose(got, printed, 3e-3, 1)).toThrow(/instead of/)
  })

  it('agrees with the formulas in double precision to 1e-12', () => {
    const exact = fixture.toy_example_exact
    expectClose(values.z1[0]!, exact.z1)
    expectClose(values.a1[0]!, exact.a1)
    expectClose(values.z2[0]!, [exact.z2])
    expectClose(values.prediction[0]!, [exact.prediction])
    expectClose(values.loss[0]!, [exact.loss])
    expectClose(deltas.delta2[0]!, [exact.delta2])
    expectClose(deltas.delta1[0]!, exact.delta1)
    expectClose(updated['linear_1.weight']!.toArray(), exact.w2_new)
    expectClose(updated['linear.weight']!.toArray(), exact.w1_new)
  })

  it('has four parameters, named after their layers', () => {
    expect([...parameters.keys()]).toEqual(['linear.weight', 'linear.bias', 'linear_1.weight', 'linear_1.bias'])
  })
})
