import { add, backward, input, mean, mul, square } from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import fixture from '../fixtures/seed_runs.json' with { type: 'json' }
import { expectClose, watch } from './watch.ts'

const { x: inputs, y, grad } = fixture.mean_of_square_notebook

/** As PyTorch prints them in the notebook, to four digits. */
const printed = [0.2786, 0.0274, 0.1472, -0.1355, 0.1062, 0.2891, 0.2670, 0.2869, 0.1659, 0.0127]

// y = mean of (x_i + 1)^2, so dy/dx_i = 2 (x_i + 1) / 10.
describe('(x**2 + 2x + 1).mean()', () => {
  const x = input(from([inputs]), { shape: [10] })
  const result = mean(add(add(square(x), mul(2, x)), 1))
  const values = watch(result)
  const gradients = watch(x.gradient$)
  result.pipe(backward({ dtype: 'f64' })).subscribe()

  it('has the value that PyTorch has', () => expectClose(values[0]!, y))

  it('x.gradient$ emits what the notebook prints: x is used twice, and both ways back add up', () => {
    expectClose(gradients[0]!, printed, 0.51e-4, 1)
  })

  it('x.gradient$ agrees with PyTorch, and with 2 (x + 1) / 10, to 1e-12', () => {
    expect(gradients).toHaveLength(1)
    expectClose(gradients[0]!, grad)
    expectClose(gradients[0]!, inputs.map((value) => (2 * (value + 1)) / 10))
  })
})
