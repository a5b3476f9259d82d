import { binaryCrossEntropyWithLogits, dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { zeros } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'
import { reservoir } from '../replay/reservoir.ts'

interface Visit { readonly x: number; readonly y: number; readonly worth: number }

const make = (others: object = {}) => learner<Visit>({
  features: features({ x: numeric({ scale: 'none' }) }), target: 'y', dtype: 'f64',
  model: (m) => m.pipe(dense(1, { weight: zeros(), bias: zeros() })), loss: squaredError(),
  optimizer: sgd({ learningRate: 0.125 }), ...others,
})

describe('learner({ weight })', () => {
  it('multiplies loss and gradient by the weight of the event, and metrics by nothing', () => {
    const model = make({ weight: ({ worth }: Visit) => worth })
    // With weights of 0: loss = worth (y - 0)^2, w += 0.125 worth 2 y x, b += 0.125 worth 2 y.
    expect(model.learnOne({ x: 2, y: 3, worth: 0.5 }).loss).toBe(4.5)
    expect(model.predictOne({ x: 1, y: 0, worth: NaN })).toBe(0.75 + 0.375)
    expect(model.learnOne({ x: 1, y: 1, worth: 0 }).loss).toBe(0)
    expect(model.predictOne({ x: 1, y: 0, worth: NaN })).toBe(0.75 + 0.375)
    expect(model.metrics.mae).toBe((3 + 0.125) / 2)
  })

  it('of 1 changes no prediction', () => {
    const [plain, weighted] = [make(), make({ weight: () => 1 })]
    for (let k = 0; k < 50; k++) {
      const visit = { x: k % 7 - 3, y: (k % 7) / 3, worth: k }
      expect(weighted.learnOne(visit).prediction).toBe(plain.learnOne(visit).prediction)
    }
  })

  it('multiplies what classes weigh', () => {
    const model = make({
      loss: binaryCrossEntropyWithLogits(), weight: ({ worth }: Visit) => worth, classWeights: { 0: 1, 1: 3 },
    })
    expect(model.learnOne({ x: 0, y: 1, worth: 2 }).loss).toBeCloseTo(6 * Math.log(2), 12)
  })

  it.each([NaN, -1, Infinity, 1e7, '2', undefined])('of %j rejects the event', (worth) => {
    const model = make({ weight: () => worth })
    expect(() => model.learnOne({ x: 1, y: 1, worth: 1 })).toThrow(/as the weight of an event, wanted a number from 0/)
    expect(model.metrics.mae).toBeNaN()
  })

  it('must be a function, and not with replay', () => {
    expect(() => make({ weight: 2 })).toThrow(/got 2 for the weight of an event, wanted a function/)
    expect(() => make({ weight: () => 1, replay: reservoir() })).toThrow(/weight is given, and replay learns again/)
  })
})
