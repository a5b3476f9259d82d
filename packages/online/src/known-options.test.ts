import type { Node } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { sgd } from '@eddy/optim'
import { describe, expect, it } from 'vitest'
import { anomaly } from './anomaly/anomaly.ts'
import { autoModel } from './auto/make-auto-model.ts'
import { epsilonGreedy } from './bandit/epsilon-greedy.ts'
import { linUcb } from './bandit/lin-ucb.ts'
import { bandit } from './bandit/make-bandit.ts'
import { offPolicy } from './bandit/off-policy.ts'
import { squareCb } from './bandit/square-cb.ts'
import { adwin } from './drift/adwin.ts'
import { backgroundLearner } from './drift/background-learner.ts'
import { ddm } from './drift/ddm.ts'
import { aggregate } from './encoders/aggregate.ts'
import { boolean } from './encoders/boolean.ts'
import { categorical } from './encoders/categorical.ts'
import { cross } from './encoders/cross.ts'
import { cycle } from './encoders/cycle.ts'
import { date } from './encoders/date.ts'
import { hashed } from './encoders/hashed.ts'
import { lag } from './encoders/lag.ts'
import { numeric } from './encoders/numeric.ts'
import { targetMean } from './encoders/target-mean.ts'
import { text } from './encoders/text.ts'
import { vector } from './encoders/vector.ts'
import { features } from './features.ts'
import { histogram } from './inspect/histogram.ts'
import { checkOptions } from './known-options.ts'
import { learner } from './make-learner.ts'
import { ensemble } from './many/make-ensemble.ts'
import { keyedLearner } from './many/make-keyed-learner.ts'
import { reservoir } from './replay/reservoir.ts'

type Call = (options: never) => unknown

const calls: Readonly<Record<string, Call>> = {
  adwin, aggregate, anomaly, autoModel, backgroundLearner, bandit, boolean, categorical, cycle, date, ddm, ensemble,
  epsilonGreedy, hashed, histogram, keyedLearner, lag, learner, linUcb, numeric, offPolicy,
  reservoir, squareCb, text, vector,
  cross: (options) => cross(['a', 'b'], options), targetMean: (options) => targetMean('a', options),
  features: (options) => features({}, options),
}

describe.each(Object.entries(calls))('%s(options)', (name, call) => {
  it.each([[0.3], ['f16'], [null], [[]], [() => ({})]])('refuses %j, which is no record', (wrong) => {
    expect(() => call(wrong as never)).toThrow(new RegExp(`^the options are no record, in ${name}: .*wanted one with`))
  })

  it('refuses an option that there is not, saying which there are', () => {
    expect(() => call({ misspelt: 1 } as never)).toThrow(
      new RegExp(`^there is no such option, in ${name}: got "misspelt", wanted one of \\w+`),
    )
  })
})

const whole = {
  features: features({ x: numeric() }), target: 'y', model: (m: Node<[number]>) => m.pipe(dense(1)),
  loss: squaredError(), optimizer: sgd({ learningRate: 0.1 }),
}

const dtype = 'f16' as never

describe('models', () => {
  it.each([
    ['learner', () => learner({ ...whole, dtype }), /no such dtype, in learner: got "f16", wanted 'f32' or 'f64'/],
    ['keyedLearner', () => keyedLearner({ ...whole, key: 'k', dtype }), /no such dtype, in keyedLearner/],
    ['ensemble', () => ensemble({ ...whole, members: [] }), /there are no members, in ensemble: got \[\]/],
    ['ensemble', () => ensemble({ ...whole, members: [{ seeds: 1 } as never] }), /a member of ensemble: got "seeds"/],
    ['autoModel', () => autoModel({ target: 'y', dtype }), /no such dtype, in autoModel/],
    ['anomaly', () => anomaly({ features: whole.features, dtype: 16 as never }), /no such dtype, in anomaly: got 16/],
    ['backgroundLearner', () => backgroundLearner({ make: 5 as never, detector: adwin() }), /make is no function/],
    [
      'backgroundLearner', () => backgroundLearner({ make: () => learner(whole) as never, detector: adwin as never }),
      /this is no detector.*with its parentheses/,
    ],
  ] as const)('%s says what does not fit', (_, make, message) => {
    expect(make).toThrow(message)
  })

  it('take options that are undefined as left out', () => {
    expect(() => learner({ ...whole, dtype: undefined, classes: undefined } as never)).not.toThrow()
    expect(() => checkOptions('f', { a: undefined }, ['a'])).not.toThrow()
  })
})
