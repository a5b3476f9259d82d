import { describe, expect, it } from 'vitest'
import { binaryCrossEntropyWithLogits, dense, relu } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { rng, standardNormal } from '@eddy/tensor'
import { categorical } from './encoders/categorical.ts'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import { learner } from './make-learner.ts'
import { deliveries, deliveryLearner } from './testing/streams.ts'

describe('learning from a generated stream', () => {
  it('beats the mean, the median and the last label, though fields are missing and couriers come and go', () => {
    const model = deliveryLearner()
    for (const event of deliveries(4000)) model.learnOne(event)
    const { mae, r2, baselines } = model.metrics
    expect(mae).toBeLessThan(0.6 * Math.min(baselines.mean!.mae, baselines.median!.mae, baselines.noChange!.mae))
    expect(r2).toBeGreaterThan(0.6)
    expect(baselines.mean!.r2).toBeLessThan(0.01)
  })

  it('learns what no linear model can: whether two signs agree', () => {
    const model = learner({
      features: features({ a: numeric(), b: numeric(), noise: categorical() }), target: 'same',
      model: (m) => m.pipe(dense(16), relu(), dense(1)), loss: binaryCrossEntropyWithLogits(),
      optimizer: adam({ learningRate: 0.02 }), seed: 1,
    })
    const random = rng(5)
    for (let i = 0; i < 4000; i++) {
      const [a, b] = [standardNormal(random, 3 * i), standardNormal(random, 3 * i + 1)]
      model.learnOne({ a, b, noise: `n${random.integer(3 * i + 2, 20)}`, same: a * b > 0 })
    }
    expect(model.metrics.accuracy).toBeGreaterThan(0.85)
    expect(model.metrics.rocAuc).toBeGreaterThan(0.92)
    expect(model.metrics.baselines.majority!.rocAuc).toBeLessThan(0.55)
  })
})
