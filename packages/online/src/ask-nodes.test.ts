import { type AnyNode, predictor } from '@eddy/graph'
import { crossEntropy, dense, relu, squaredError } from '@eddy/nodes'
import { adam } from '@eddy/optim'
import { describe, expect, it } from 'vitest'
import { categorical } from './encoders/categorical.ts'
import { lag } from './encoders/lag.ts'
import { numeric } from './encoders/numeric.ts'
import { features } from './features.ts'
import { learner } from './make-learner.ts'
import { keyedLearner } from './many/make-keyed-learner.ts'
import { bitsOf, deliveries, type Delivery, deliveryLearner } from './testing/streams.ts'

const events = deliveries(80)

describe('predictor(node)(event)', () => {
  it.each(['f32', 'f64'] as const)('says what nodes of a learner in %s are for an event, from the start', (dtype) => {
    let hidden!: AnyNode
    const make = () => learner({
      features: features({ distance: numeric(), courier: categorical(), before: lag() }), dtype, seed: 7,
      target: (event: Delivery) => event.minutes, loss: squaredError(), optimizer: adam(),
      model: (m) => {
        const units = m.pipe(dense(4), relu())
        hidden = units
        return units.pipe(dense(1))
      },
    })
    const plain = make()
    const model = make()
    const [ask, inside, first] = [predictor(model.nodes.prediction), predictor(hidden), predictor(model.nodes.features)]
    for (const event of events) {
      expect(ask(event).data[0]).toBe(model.predictOne(event))
      model.learnOne(event)
      plain.learnOne(event)
    }
    const { names, training: { parameters } } = model.snapshot()
    const row = first({ distance: 3, courier: 'c1' }).data
    const said = new Map(names.map(({ feature, part }, k) => [part ?? feature, row[k]]))
    const last = events[79]!.minutes
    expect([said.get('c1'), said.get('c2'), said.get('distance')]).toEqual([1, 0, 3])
    expect(said.get('1')).toBe(dtype === 'f32' ? Math.fround(last) : last)
    const units = inside({ distance: 3, courier: 'c1' }).data
    const [weight, bias] = [parameters['dense_1.weight']!.data, parameters['dense_1.bias']!.data]
    const sum = Array.from(units).reduce((so, x, k) => so + x * weight[k]!, bias[0]!)
    expect(sum).toBeCloseTo(model.predictOne({ distance: 3, courier: 'c1' }), 4)
    expect(bitsOf(model.snapshot())).toBe(bitsOf(plain.snapshot()))
  })

  it('refuses what no event has by itself: the loss, and a node of many models', () => {
    const many = keyedLearner({
      features: features({ distance: numeric() }), target: 'minutes', key: ({ courier = '' }: Delivery) => courier,
      model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: adam(),
    })
    expect(() => predictor(many.nodes.prediction)(events[0])).toThrow(/one model among many.*predictOne/)
    const model = deliveryLearner()
    expect(() => predictor(model.nodes.loss)(events[0])).toThrow(/an event that is only asked about.*from the features/)
    expect(() => predictor(model.nodes.prediction)('far')).toThrow(/a record of named values/)
    const open = learner({
      features: features({ x: numeric() }), target: 'c', classes: 'open', classesMax: 3, loss: crossEntropy(),
      model: (m, outputs) => m.pipe(dense(outputs)), optimizer: adam(),
    })
    open.learnOne({ x: 1, c: 'a' })
    expect(predictor(open.nodes.prediction)({ x: 1 }).shape).toEqual([3])
  })
})
