import { minimize, type Node } from '@eddy/graph'
import { add, crossEntropy, linear, sparseLinear, tanh } from '@eddy/nodes'
import * as optim from '@eddy/optim'
import type { Schedule, Transform, TransformOptimizer } from '@eddy/optim'
import { adwin, boostedRate } from '@eddy/online'
import { describe, expect, it } from 'vitest'
import { expectToResume, functionsOf, type Stoppable } from './resume-law.ts'
import { Leaves, stoppable } from './resume-nodes.ts'

const {
  accumulate, adadelta, adagrad, adam, adamax, adamw, addDecayedWeights, applyLearningRate, asgd,
  chain, clipByGlobalNorm, clipByValue, cocob, constantSchedule, cosineDecay, cosineRestarts, cyclic,
  decoupledWeightDecay, exponentialDecay, ftrl, linearRamp, multiStepDecay, nadam, normalizedAdagrad, oneCycle,
  passiveAggressive, polynomialDecay, radam, reduceOnPlateau, rmsprop, rprop, scaleBy, scaleByAdadelta,
  scaleByAdagrad, scaleByAdam, scaleByAdamax, scaleByMomentum, scaleByNadam, scaleByRadam, scaleByRmsprop,
  scaleByRprop, sgd, stepDecay, warmup,
} = optim

const rate = applyLearningRate(0.05)
const after = (transform: Transform): TransformOptimizer => chain(transform, rate)

/** By the function that makes it; several where its options make it another one. */
const optimizers: Readonly<Record<string, readonly TransformOptimizer[]>> = {
  accumulate: [chain(accumulate(3), adam({ learningRate: 0.05 })), chain(accumulate(2, { reduction: 'sum' }), sgd())],
  adadelta: [adadelta({ learningRate: 1 })],
  adagrad: [adagrad(), adagrad({ lrDecay: 0.1, initialAccumulatorValue: 0.1, weightDecay: 0.1 })],
  adam: [adam(), adam({ amsgrad: true })],
  adamax: [adamax({ learningRate: 0.1 })],
  adamw: [adamw({ weightDecay: 0.1 })],
  addDecayedWeights: [chain(addDecayedWeights(0.1), sgd({ learningRate: 0.1 }))],
  applyLearningRate: [chain(rate)],
  asgd: [asgd({ learningRate: 0.1, lambda: 0.1, t0: 1, weightDecay: 0.1 })],
  chain: [chain(clipByGlobalNorm(1), accumulate(2), scaleByMomentum({ momentum: 0.9 }), rate)],
  clipByGlobalNorm: [chain(clipByGlobalNorm(0.1), sgd({ learningRate: 0.1, momentum: 0.9 }))],
  clipByValue: [chain(clipByValue(0.05), sgd({ learningRate: 0.1, momentum: 0.9 }))],
  cocob: [cocob({ alpha: 2 })],
  decoupledWeightDecay: [chain(scaleByAdam(), decoupledWeightDecay(0.1), rate)],
  ftrl: [ftrl({ alpha: 0.5 }), ftrl({ alpha: 0.5, l1: 0.5, l2: 0.1 })],
  nadam: [nadam({ learningRate: 0.1, weightDecay: 0.1 })],
  normalizedAdagrad: [normalizedAdagrad({ learningRate: 0.1 })],
  passiveAggressive: [passiveAggressive(), passiveAggressive({ variant: 'PA-II' })],
  radam: [radam({ betas: [0.9, 0.5] })],
  rmsprop: [rmsprop(), rmsprop({ centered: true, momentum: 0.5, weightDecay: 0.1 })],
  rprop: [rprop({ learningRate: 0.1, stepSizes: [0.01, 0.15] })],
  scaleBy: [after(scaleBy(0.5))],
  scaleByAdadelta: [after(scaleByAdadelta())],
  scaleByAdagrad: [after(scaleByAdagrad())],
  scaleByAdam: [after(scaleByAdam())],
  scaleByAdamax: [after(scaleByAdamax())],
  scaleByMomentum: [after(scaleByMomentum({ momentum: 0.9, dampening: 0.1 }))],
  scaleByNadam: [after(scaleByNadam({ momentumProduct: 'torch1' })), after(scaleByNadam())],
  scaleByRadam: [after(scaleByRadam())],
  scaleByRmsprop: [after(scaleByRmsprop())],
  scaleByRprop: [after(scaleByRprop())],
  sgd: [sgd(), sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
}

type Rates = Schedule | { readonly learningRate: Schedule; readonly momentum: Schedule }
const learningRate = 0.1

/** Schedules whose rate changes within the events of the law. */
const schedules: Readonly<Record<string, Rates>> = {
  constantSchedule: constantSchedule({ learningRate, factor: 0.5, steps: 7 }),
  cosineDecay: cosineDecay({ learningRate, steps: 15, after: 'stay' }),
  cosineRestarts: cosineRestarts({ learningRate, steps: 5, growth: 2 }),
  cyclic: cyclic({ minimum: 0.01, maximum: 0.1, stepsUp: 4, mode: 'triangular2' }),
  exponentialDecay: exponentialDecay({ learningRate, gamma: 0.9 }),
  linearRamp: linearRamp({ learningRate, steps: 9 }),
  multiStepDecay: multiStepDecay({ learningRate, milestones: [4, 9, 17] }),
  oneCycle: oneCycle({ maximum: 0.2, steps: 20 }),
  polynomialDecay: polynomialDecay({ learningRate, steps: 15, power: 2 }),
  reduceOnPlateau: reduceOnPlateau({ learningRate, every: 2, patience: 1, factor: 0.5 }),
  stepDecay: stepDecay({ learningRate, stepSize: 4 }),
  warmup: warmup({ steps: 6, into: cosineDecay({ learningRate, steps: 15 }) }),
}

/** Functions that are no part of what learns. */
const others = [
  'History', 'KeyError', 'PatchError', 'UpdateError', 'applyChanges', 'averagedWeights', 'changes', 'checkNumber',
  'digest', 'publish', 'pure',
]

const events = 20

/** Dense and sparse parameters of two layers. */
function learning(optimizer: TransformOptimizer): Stoppable {
  const l = new Leaves()
  const words = sparseLinear(30, 4)(l.pairs(30, 4) as never)
  const hidden = linear(3, 4)(l.x(3) as never)
  const logits = linear(4, 3)(tanh()(add(words, hidden)) as never)
  const loss = crossEntropy(logits as never, l.labels(3) as never) as unknown as Node<[]>
  return stoppable(l.source, loss.pipe(minimize(optimizer)))
}

describe('resume law: every optimizer and transform', () => {
  it.each(Object.entries(optimizers))('%s', (_, list) => {
    for (const optimizer of list) expectToResume(() => learning(optimizer), events)
  })
})

describe('resume law: every schedule', () => {
  it.each(Object.entries(schedules))('%s', (_, rates) => {
    const options = 'momentum' in rates ? rates : { learningRate: rates }
    expectToResume(() => learning(sgd(options)), events)
    expectToResume(() => learning(adam({ learningRate: options.learningRate })), events)
  })

  it('boostedRate', () => {
    const boosted = (): Schedule => boostedRate({ learningRate, steps: 4, detector: adwin({ delta: 0.9, clock: 1 }) })
    expectToResume(() => learning(sgd({ learningRate: boosted() })), events)
  })
})

describe('the lists of this law', () => {
  it('have every function that optim exports', () => {
    const known = [...Object.keys(optimizers), ...Object.keys(schedules), ...others]
    expect(known.sort()).toEqual(functionsOf(optim))
  })
})
