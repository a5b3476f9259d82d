import { crossEntropy, dense, relu, squaredError } from '@eddy/nodes'
import {
  autoModel, categorical, date, ensemble, features, keyedLearner, lag, learner, numeric, text, vector,
} from '@eddy/online'
import { adam, chain, clipByGlobalNorm, sgd } from '@eddy/optim'

/** Events that may be anything. */
export type Anything = Readonly<Record<string, unknown>>

const spec = () => features({
  place: categorical({ max: 50 }), warmth: numeric({ missing: 'mean' }), hour: numeric({ scale: 'robust' }),
  note: text({ bits: 8, termsMax: 100 }), at: date(), spot: vector(), before: lag({ of: 'warmth', by: 'place' }),
}, { unknown: 'auto', ignore: ['id', 'demand'], namesMax: 200, overflow: { bits: 6 } })

const plain = () => features({
  place: categorical({ max: 50 }), warmth: numeric(), note: text({ bits: 8, termsMax: 100 }), spot: vector(),
}, { unknown: 'auto', ignore: ['id', 'demand'], namesMax: 200, overflow: { bits: 6 } })

const usual = {
  target: (e: Anything) => e['demand'] as number, loss: squaredError(),
  optimizer: chain(clipByGlobalNorm(1), sgd({ learningRate: 0.01 })),
} as const

/** Gradient descent, clipped: else one label of 10^9 makes it diverge, and all events after it are rejected. */
export const numbers = () => learner({
  ...usual, features: spec(), model: (m) => m.pipe(dense(4), relu(), dense(1)),
})

/** Any text as a class, as many as there is room for. */
export const classes = () => learner({
  features: plain(), target: (e: Anything) => e['note'] as string, classes: 'open', classesMax: 12,
  loss: crossEntropy(), optimizer: adam({ learningRate: 0.01 }), model: (m, outputs) => m.pipe(dense(outputs)),
})

export const keyed = () => keyedLearner({
  ...usual, features: plain(), model: (m) => m.pipe(dense(1)), key: (e: Anything) => e['place'] as string, capacity: 60,
})

export const several = () => ensemble({
  ...usual, features: plain(), model: (m) => m.pipe(dense(1)),
  members: [{ seed: 1 }, { optimizer: adam({ learningRate: 0.01 }) }],
})

export const automatic = () => autoModel<Anything>({ target: 'demand', task: 'regression' })
