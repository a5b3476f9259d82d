import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { describe, expect, it } from 'vitest'
import { autoModel } from '../auto/make-auto-model.ts'
import { bandit } from '../bandit/make-bandit.ts'
import { squareCb } from '../bandit/square-cb.ts'
import { numeric } from '../encoders/numeric.ts'
import { features } from '../features.ts'
import { learner } from '../make-learner.ts'

const spec = features({ x: numeric() })
const plain = learner({
  features: spec, target: 'y', model: (m) => m.pipe(dense(1)), loss: squaredError(), optimizer: sgd(),
})
const models = { learner: plain, autoModel: autoModel({ target: 'y', task: 'regression' }) }
const shop = bandit({ features: spec, arms: ['a', 'b'], policy: squareCb() })

describe.each(Object.entries(models))('%s', (_, model) => {
  const predict = model.predict.bind(model) as unknown as (options: unknown) => unknown
  const learn = model.learn.bind(model) as unknown as (options: unknown) => unknown

  it.each([
    [{ kye: 'id' }, /no such option, in predict: got "kye", wanted one of key, time, event/],
    [{ time: 'at' }, /there is no key, in predict: got undefined, .* key: \(event\) => event.id/],
    [{ key: 5 }, /there is no key, in predict: got 5/],
    [{ key: 'id', time: 5 }, /there is no time, in predict: got 5/],
    [{ key: 'id', event: 'event' }, /there is no event, in predict: got "event", wanted a function/],
    ['id', /options are no record, in predict/],
  ])('predict(%j) says what is wrong', (options, message) => {
    expect(() => predict(options)).toThrow(message)
  })

  it.each([
    [{ key: 'id' }, /there is no label, in learn: got undefined/],
    [{ key: 'id', label: 'y', withing: 5 }, /no such option, in learn: got "withing"/],
    [{ label: 'y' }, /there is no key, in learn/],
    [undefined, /options are no record, in learn/],
  ])('learn(%j) says what is wrong', (options, message) => {
    expect(() => learn(options)).toThrow(message)
  })

  it('take what is undefined as left out', () => {
    expect(() => predict({ key: 'id', time: undefined, event: undefined })).not.toThrow()
    expect(() => learn({ key: 'id', label: 'y', within: undefined, clock: undefined })).not.toThrow()
  })
})

describe('Bandit', () => {
  it('decide(options), reward(options) say what is wrong', () => {
    expect(() => shop.decide({ contxt: () => ({}) } as never)).toThrow(/no such option, in decide: got "contxt"/)
    expect(() => shop.decide({ arms: ['a'] as never })).toThrow(/there is no arms, in decide: got \["a"\], wanted/)
    expect(() => shop.reward({ key: 'id' } as never)).toThrow(/there is no reward, in reward: got undefined/)
    expect(() => shop.decide()).not.toThrow()
  })
})
