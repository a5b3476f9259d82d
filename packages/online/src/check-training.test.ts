import { reduceOnPlateau, sgd } from '@eddy/optim'
import { scalar, Tensor, tensor, ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { checkSchedule, checkTraining } from './check-training.ts'
import { adwin } from './drift/adwin.ts'
import { boostedRate } from './drift/boosted-rate.ts'

const state = {
  step: 3, seed: 1, parameters: { w: tensor([1, 2]) }, slots: { w: { sum: tensor([0, 1]) } },
  buffers: { count: scalar(2) }, schedule: null,
}

describe('checkTraining', () => {
  it('takes a training state, whatever model it is of', () => {
    expect(() => checkTraining('X', state)).not.toThrow()
    expect(() => checkTraining('X', { ...state, parameters: {}, slots: {}, buffers: {}, more: 1 })).not.toThrow()
  })

  it('names the part that is missing, of another type, or has a number that is not finite', () => {
    const { schedule: _, ...rest } = state
    const broken: readonly (readonly [unknown, string])[] = [
      [rest, 'it has no schedule, in X'], [null, 'this is no record, in X'], [[state], 'this is no record, in X'],
      [{ ...state, step: -1 }, 'the step is no count, in X: got -1, wanted an integer >= 0'],
      [{ ...state, step: Infinity }, 'the step is no count'], [{ ...state, seed: NaN }, 'the seed is no number'],
      [{ ...state, parameters: 3 }, 'this is no record, in X.parameters'],
      [{ ...state, parameters: { w: null } }, 'this is no tensor, in X.parameters.w'],
      [{ ...state, slots: { w: { sum: [1] } } }, 'this is no tensor, in X.slots.w.sum'],
      [JSON.parse(JSON.stringify(state)), 'in X.parameters.w: got an object, wanted a tensor. JSON leaves lists'],
      [{ ...state, slots: { w: null } }, 'this is no record, in X.slots.w'],
      [{ ...state, buffers: { m: tensor([1, NaN]) } }, 'number 1 is not finite, in X.buffers.m: got NaN'],
      [{ ...state, buffers: { m: Tensor.of([3], new Float32Array(2)) } }, 'this is no tensor, in X.buffers.m'],
    ]
    for (const [given, message] of broken) {
      expect(() => checkTraining('X', given)).toThrow(ValueError)
      expect(() => checkTraining('X', given)).toThrow(message)
    }
  })
})

describe('checkSchedule', () => {
  const optimizers = [
    reduceOnPlateau({ learningRate: 0.1 }), boostedRate({ learningRate: 0.1, detector: adwin() }),
    boostedRate({ learningRate: reduceOnPlateau({ learningRate: 0.1 }) }),
  ].map((learningRate) => sgd({ learningRate }))

  it('takes what the schedule has remembered, at any time', () => {
    for (const optimizer of optimizers) {
      let schedule = optimizer.schedule!.initial
      for (let step = 0; step < 50; step++) {
        expect(() => checkSchedule('X', optimizer, { step, schedule })).not.toThrow()
        schedule = optimizer.schedule!.observe(schedule, step)
      }
    }
    expect(() => checkSchedule('X', sgd({ learningRate: 1 }), { step: 0, schedule: null })).not.toThrow()
  })

  it('refuses what it cannot go on from, and calls nothing else', () => {
    for (const optimizer of optimizers) {
      const initial = optimizer.schedule!.initial as object
      for (const schedule of [3, 'x', [], {}, undefined]) {
        expect(() => checkSchedule('X', optimizer, { step: 0, schedule })).toThrow(ValueError)
        expect(() => checkSchedule('X', optimizer, { step: 0, schedule }))
          .toThrow('this is nothing that the schedule remembers, in X, schedule')
      }
      for (const [name, value] of Object.entries(initial)) {
        if (typeof value !== 'number') continue
        for (const wrong of [NaN, 'x']) {
          const schedule = { ...initial, [name]: wrong }
          expect(() => checkSchedule('X', optimizer, { step: 0, schedule }), name).toThrow(ValueError)
        }
      }
    }
  })
})
