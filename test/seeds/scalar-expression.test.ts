import { adam, backward, input, minimize, mul, parameter, scalar, sgd, square, sub } from 'eddy'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { watch } from './watch.ts'

interface Example {
  readonly x: number
  readonly t: number
}

/** L = (w x - t)^2 / 2, one weight, one event at a time. */
function expression() {
  const events$ = new Subject<Example>()
  const x = input(events$, { shape: [], select: (event) => event.x })
  const t = input(events$, { shape: [], select: (event) => event.t })
  const w = parameter(scalar(1.5))
  return { events$, w, loss: mul(0.5, square(sub(mul(w, x), t))) }
}

// dL/dw = (w x - t) x = (1.5 * 2 - 5) * 2 = -4
describe('the gradient of a scalar expression', () => {
  it('w.gradient$ emits -4 for x = 2, w = 1.5, t = 5', () => {
    const { events$, w, loss } = expression()
    const gradients = watch(w.gradient$)
    const losses = watch(loss)
    loss.pipe(backward()).subscribe()
    events$.next({ x: 2, t: 5 })
    expect(gradients).toEqual([-4])
    expect(losses).toEqual([2])
  })

  it('gradient$ of the next event starts from zero: nothing has to be cleared in between', () => {
    const { events$, w, loss } = expression()
    const gradients = watch(w.gradient$)
    loss.pipe(backward()).subscribe()
    for (const event of [{ x: 2, t: 5 }, { x: 2, t: 5 }, { x: 1, t: 1 }]) events$.next(event)
    expect(gradients).toEqual([-4, -4, 0.5])
  })

  it('minimize(sgd) walks down the slope: w = 1.5 + 0.125 * 4 = 2, then the gradient is (4 - 5) * 2 = -2', () => {
    const { events$, w, loss } = expression()
    const gradients = watch(w.gradient$)
    const weights = watch(w)
    const training = loss.pipe(minimize(sgd({ learningRate: 0.125 })))
    training.subscribe()
    events$.next({ x: 2, t: 5 })
    events$.next({ x: 2, t: 5 })
    expect({ gradients, weights, now: w.value?.item() }).toEqual({ gradients: [-4, -2], weights: [1.5, 2], now: 2.25 })
  })

  it('any optimizer finds w = t / x', () => {
    for (const optimizer of [sgd({ learningRate: 0.1 }), adam({ learningRate: 0.02 })]) {
      const { events$, w, loss } = expression()
      loss.pipe(minimize(optimizer)).subscribe()
      for (let k = 0; k < 500; k++) events$.next({ x: 2, t: 5 })
      expect(w.value?.item()).toBeCloseTo(2.5, 3)
    }
  })
})
