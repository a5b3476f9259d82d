import {
  constantInitializer, deadUnits, input, leakyRelu, linear, minimize, relu, type SameShapeLayer, sgd, squaredError,
  zeros,
} from 'eddy'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { f64, watch } from './watch.ts'

const examples = Array.from({ length: 30 }, (_, k) => ({ x: [(k % 5) / 4, (k % 3) / 2], y: 1 }))

/**
 * Four units; the biases of the first two are so low that no example ever lifts them over zero. A unit is dead when its
 * value is zero for every event, and so is its gradient: it can never come back.
 */
function watchUnits(activation: () => SameShapeLayer) {
  const events$ = from(examples)
  const x = input(events$, { shape: [2], select: (event) => event.x })
  const y = input(events$, { shape: [1], select: (event) => event.y })
  const weight = constantInitializer(0.5)
  const before = x.pipe(linear(2, 4, { name: 'hidden', weight, bias: f64([-5, -3, 0.1, 0.2]) }))
  const hidden = before.pipe(activation())
  const prediction = hidden.pipe(linear(4, 1, { weight: constantInitializer(0.3), bias: zeros() }))
  const training = squaredError(prediction, y).pipe(minimize(sgd({ learningRate: 0.1 }), { dtype: 'f64' }))
  let dead: readonly number[] = []
  deadUnits(hidden, { within: 20 }).subscribe((found) => (dead = found.dead))
  const seen = { values: watch(hidden) as number[][], gradients: watch(before.gradient$) as number[][] }
  const start = training.snapshot().parameters['hidden.bias']!.toArray() as number[]
  training.subscribe()
  const end = training.snapshot().parameters['hidden.bias']!.toArray() as number[]
  const perUnit = (isAlive: (unit: number) => boolean): boolean[] => [0, 1, 2, 3].map(isAlive)
  return {
    fires: perUnit((unit) => seen.values.some((value) => value[unit]! > 0)),
    hasGradient: perUnit((unit) => seen.gradients.some((gradient) => gradient[unit] !== 0)),
    moved: perUnit((unit) => start[unit] !== end[unit]),
    events: seen.values.length, dead,
  }
}

describe('dead ReLUs, made visible by taps on values and gradients', () => {
  it('relu(): two units never fire, get no gradient, and never move; the others do all three', () => {
    const two = [false, false, true, true]
    expect(watchUnits(relu)).toEqual({ fires: two, hasGradient: two, moved: two, events: 30, dead: [0, 1] })
  })

  it('leakyRelu(): a unit below zero still gets a gradient, and moves', () => {
    const all = [true, true, true, true]
    expect(watchUnits(() => leakyRelu(0.1))).toMatchObject({ hasGradient: all, moved: all, dead: [] })
  })
})
