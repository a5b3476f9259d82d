import {
  cosineDecay, exponentialDecay, input, minimize, mul, parameter, scalar, type Schedule, sgd, stepDecay, sum, warmup,
} from 'eddy'
import { from } from 'rxjs'
import { describe, it } from 'vitest'
import { expectClose } from './watch.ts'

/** How far each step goes under a gradient of 1: the learning rate that was used. */
function ratesOf(learningRate: Schedule, count: number): number[] {
  const g = input(from(Array.from({ length: count }, () => 1)), { shape: [] })
  const w = parameter(scalar(0, 'f64'))
  const training = sum(mul(g, w)).pipe(minimize(sgd({ learningRate }), { dtype: 'f64' }))
  const positions = [0]
  training.subscribe(() => positions.push(w.value!.item()))
  return positions.slice(1).map((position, k) => positions[k]! - position)
}

describe('learning-rate schedules, as the weights feel them', () => {
  it('stepDecay halves the rate after every three events', () => {
    const rates = ratesOf(stepDecay({ learningRate: 0.8, stepSize: 3, gamma: 0.5 }), 8)
    expectClose(rates, [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2])
  })

  it('exponentialDecay takes a tenth off at every event', () => {
    expectClose(ratesOf(exponentialDecay({ learningRate: 1, gamma: 0.9 }), 4), [1, 0.9, 0.81, 0.729])
  })

  it('cosineDecay falls along half a wave, being halfway down halfway through', () => {
    const rates = ratesOf(cosineDecay({ learningRate: 1, steps: 4, after: 'stay' }), 6)
    const wave = [0, 1, 2, 3, 4, 4].map((step) => (1 + Math.cos((Math.PI * step) / 4)) / 2)
    expectClose(rates, wave, 1e-12)
  })

  it('warmup climbs evenly to the rate, then stays', () => {
    expectClose(ratesOf(warmup({ steps: 3, into: 0.4 }), 5), [0.1, 0.2, 0.3, 0.4, 0.4])
  })

  it('warmup leads into another schedule', () => {
    const into = exponentialDecay({ learningRate: 0.4, gamma: 0.5 })
    expectClose(ratesOf(warmup({ steps: 1, into }), 4), [0.2, 0.4, 0.2, 0.1])
  })
})
