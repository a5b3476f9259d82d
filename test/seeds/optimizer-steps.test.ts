import { adam, input, minimize, mul, parameter, rmsprop, scalar, sgd, sum, type TransformOptimizer } from 'eddy'
import { from } from 'rxjs'
import { describe, it } from 'vitest'
import { expectClose } from './watch.ts'

/** A weight that starts at 1, under gradients that are given: L = g w, so dL/dw is whatever the event says. */
function weightsUnder(optimizer: TransformOptimizer, gradients: readonly number[]): number[] {
  const g = input(from(gradients), { shape: [] })
  const w = parameter(scalar(1, 'f64'))
  const training = sum(mul(g, w)).pipe(minimize(optimizer, { dtype: 'f64' }))
  const weights: number[] = []
  training.subscribe(() => weights.push(w.value!.item()))
  return weights
}

describe('first steps of the optimizers, by arithmetic', () => {
  it('sgd: w - 0.1 g', () => {
    expectClose(weightsUnder(sgd({ learningRate: 0.1 }), [2, -1, 4]), [0.8, 0.9, 0.5])
  })

  it('momentum 0.9: the velocity is 2, then 0.9 * 2 - 1 = 0.8, then 0.9 * 0.8 + 4 = 4.72', () => {
    expectClose(weightsUnder(sgd({ learningRate: 0.1, momentum: 0.9 }), [2, -1, 4]), [0.8, 0.72, 0.248])
  })

  it('momentum keeps rolling when the slope is gone: 0.9, 0.9^2, ... of the first push', () => {
    expectClose(weightsUnder(sgd({ learningRate: 0.1, momentum: 0.9 }), [1, 0, 0]), [0.9, 0.81, 0.729])
  })

  it('rmsprop, keeping 0.75 of the mean square: 0.25 * 4 = 1, then 0.75 + 0.25 * 1 = 1', () => {
    const optimizer = rmsprop({ learningRate: 0.1, alpha: 0.75, eps: 0 })
    expectClose(weightsUnder(optimizer, [2, -1]), [1 - 0.1 * 2 / 1, 0.8 + 0.1 * 1 / 1])
  })

  it('rmsprop makes the first step equally long for any gradient: 1 / sqrt(1 - alpha) learning rates', () => {
    for (const gradient of [1e-3, 1, 1e3]) {
      expectClose(weightsUnder(rmsprop({ learningRate: 0.01, alpha: 0.99, eps: 0 }), [gradient]), [1 - 0.01 / 0.1])
    }
  })

  it('adam makes the first step as long as its learning rate, whatever the gradient: the corrections cancel', () => {
    for (const gradient of [-1e-3, 1, 1e3]) {
      expectClose(weightsUnder(adam({ learningRate: 0.01, eps: 0 }), [gradient]), [1 - 0.01 * Math.sign(gradient)])
    }
  })

  it('adam with both shares 1/2, gradients 3 and -1', () => {
    // m: 3/2, then 3/4 - 1/2 = 1/4; over 1 - 1/4 that is 1/3. v: 9/2, then 9/4 + 1/2 = 11/4; over 3/4 that is 11/3.
    const second = 0.99 - 0.01 * (1 / 3) / Math.sqrt(11 / 3)
    expectClose(weightsUnder(adam({ learningRate: 0.01, betas: [0.5, 0.5], eps: 0 }), [3, -1]), [0.99, second])
  })

  it('adam keeps eps outside the root: with eps = 1 and gradient 1 the step is half as long', () => {
    expectClose(weightsUnder(adam({ learningRate: 0.01, eps: 1 }), [1]), [0.995])
  })
})
