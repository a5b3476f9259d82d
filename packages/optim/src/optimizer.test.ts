import { ValueError } from '@eddy/tensor'
import { describe, expect, it } from 'vitest'
import {
  adadelta, adagrad, adam, adamax, adamw, addDecayedWeights, applyLearningRate, asgd, chain, changes,
  clipByGlobalNorm, clipByValue, cocob, constantSchedule, cosineDecay, decoupledWeightDecay, exponentialDecay, ftrl,
  nadam, normalizedAdagrad, passiveAggressive, radam, reduceOnPlateau, rmsprop, rprop, scaleByAdam, scaleByMomentum,
  sgd, type TransformOptimizer,
} from './index.ts'

const cellsAt = (optimizer: TransformOptimizer, step: number): number[] => {
  const out = new Float64Array(optimizer.cells + 2).fill(7)
  optimizer.coefficients(step, null, out, 1)
  expect([out[0], out.at(-1)]).toEqual([7, 7])
  return Array.from(out.subarray(1, -1))
}

describe('chain(...members)', () => {
  it('chain(transforms, optimizer) lists the transforms of all', () => {
    const chained = chain(clipByGlobalNorm(1), adamw())
    expect(chained.name).toBe('chain(clipByGlobalNorm, adamw)')
    expect(chained.transforms.map(({ name }) => name)).toEqual([
      'clipByGlobalNorm', 'scaleByAdam', 'decoupledWeightDecay', 'applyLearningRate',
    ])
    expect(Object.isFrozen(chained)).toBe(true)
  })

  it('chain of transforms has the cells of the optimizer they make up', () => {
    const parts = chain(scaleByAdam(), decoupledWeightDecay(0.01), applyLearningRate(0.001))
    expect(cellsAt(parts, 3)).toEqual(cellsAt(adamw(), 3))
  })

  it('a slot name that comes twice is numbered', () => {
    const twice = chain(scaleByMomentum({ momentum: 0.5 }), scaleByMomentum({ momentum: 0.9 }), applyLearningRate(1))
    expect(twice.slots([]).map(({ name }) => name)).toEqual(['momentumBuffer', 'momentumBuffer_1'])
  })

  it('refuses a chain that ends without, or goes on after, the write of the weight', () => {
    expect(() => chain(clipByValue(1))).toThrow(/exactly the last member.*adam\(\)/)
    expect(() => chain(sgd() as never, adam())).toThrow(ValueError)
    expect(() => (chain as () => void)()).toThrow(ValueError)
  })

  it('refuses clipByGlobalNorm behind another transform, two watching schedules, and what is no transform', () => {
    expect(() => chain(clipByValue(1), clipByGlobalNorm(1), sgd())).toThrow(/to the front/)
    expect(() => chain(adam as never)).toThrow(/write adam\(\), not adam/)
  })
})

describe('coefficients(step, schedule, out, at)', () => {
  it('adam corrects for starting at 0: 1 / (1 - beta^t) with t counted from 1', () => {
    expect(cellsAt(adam(), 0).slice(5, 7)).toEqual([1 / (1 - 0.9), 1 / Math.sqrt(1 - 0.999)])
    expect(cellsAt(adam(), 1e6).slice(5, 7)).toEqual([1, 1])
  })

  it('adagrad divides the learning rate by 1 + t * lrDecay with t counted from 0', () => {
    const optimizer = adagrad({ learningRate: 1, lrDecay: 0.5 })
    expect([0, 1, 2].map((step) => cellsAt(optimizer, step).at(-1))).toEqual([1, 1 / 1.5, 0.5])
  })

  it('are told to be constant exactly when they are', () => {
    const constant = [sgd(), sgd({ momentum: 0.9, weightDecay: 0.1 }), rmsprop(), adagrad()]
    const varying = [
      adam(), sgd({ momentum: 0.9, dampening: 0.1 }), adagrad({ lrDecay: 1 }),
      sgd({ learningRate: cosineDecay({ learningRate: 1, steps: 3 }) }),
    ]
    for (const optimizer of constant) {
      expect(optimizer.constant).toBe(true)
      expect(cellsAt(optimizer, 5)).toEqual(cellsAt(optimizer, 0))
    }
    for (const optimizer of varying) expect(optimizer.constant).toBe(false)
    expect(sgd({ learningRate: constantSchedule({ learningRate: 0.1 }) }).constant).toBe(true)
  })

  it('throw when a schedule breaks its promise', () => {
    const learningRate = { name: 'mine', constant: false, max: 1, at: (step: number) => (step > 3 ? NaN : 1) }
    const optimizer = sgd({ learningRate })
    expect(cellsAt(optimizer, 3)).toEqual([1])
    expect(() => cellsAt(optimizer, 4)).toThrow(/step 4 is not what the schedule promised, in mine: got NaN/)
  })
})

describe('schedule', () => {
  it('is present exactly when the learning rate watches the loss', () => {
    expect(adam().schedule).toBeUndefined()
    expect(adam({ learningRate: reduceOnPlateau({ learningRate: 1 }) }).schedule?.initial).toMatchObject({ best: null })
  })
})

describe('bounded', () => {
  const bounded: readonly TransformOptimizer[] = [
    sgd(), sgd({ learningRate: 1024 }), sgd({ momentum: 0.99, nesterov: true }),
    sgd({ weightDecay: 0.1, momentum: 0.9 }),
    rmsprop(), rmsprop({ momentum: 0.9 }), rmsprop({ centered: true }), adagrad(),
    adam(), adam({ amsgrad: true }), adamw(), radam(),
    adamw({ learningRate: exponentialDecay({ learningRate: 1, gamma: 0.9 }), weightDecay: 1 }),
    chain(clipByGlobalNorm(1), adam()), chain(clipByValue(1), sgd({ learningRate: 1 })),
    adadelta(), nadam(), adamax(), asgd(), rprop(), ftrl({ l1: 1, l2: 1 }), normalizedAdagrad(), passiveAggressive(),
  ]
  const unbounded: readonly TransformOptimizer[] = [
    sgd({ learningRate: 1025 }), sgd({ momentum: 0.9999999 }), sgd({ learningRate: 10, weightDecay: 0.2 }),
    adam({ eps: 1e-13 }), adam({ weightDecay: 0.1 }), adagrad({ eps: 0 }), rmsprop({ centered: true, eps: 0 }),
    adamw({ learningRate: 2, weightDecay: 1 }), rmsprop({ eps: 0 }),
    adam({ betas: [0.999, 0.9], eps: 1e-11, learningRate: 1024 }), adam({ betas: [0.9, 0.9999999] }),
    sgd({ learningRate: { name: 'unknown', constant: false, max: Infinity, at: () => 1 } }),
    chain(addDecayedWeights(0.1), adam()), sgd({ weightDecay: 1e-3, momentum: 0.9995 }),
    adadelta({ eps: 0 }), adadelta({ weightDecay: 0.1 }), nadam({ eps: 0 }), adamax({ betas: [0.9, 0.9], eps: 0 }),
    asgd({ learningRate: 2000 }), ftrl({ alpha: 2 ** 50 }), normalizedAdagrad({ eps: 1e-13 }), cocob(),
    passiveAggressive({ aggressiveness: 2000 }), passiveAggressive({ variant: 'PA-II' }),
  ]
  it.each(bounded)('is true for $name #%#', (optimizer) => expect(optimizer.bounded).toBe(true))
  it.each(unbounded)('is false for $name #%#', (optimizer) => expect(optimizer.bounded).toBe(false))
})

describe('options', () => {
  it('have PyTorch\'s defaults', () => {
    expect(cellsAt(sgd(), 0)).toEqual([1e-3])
    expect(cellsAt(rmsprop(), 0)).toEqual([0.99, 1 - 0.99, 1e-8, 1e-2])
    expect(cellsAt(adagrad(), 0)).toEqual([1e-10, 1e-2])
    expect(cellsAt(adam(), 0).slice(0, 5)).toEqual([0.9, 1 - 0.9, 0.999, 1 - 0.999, 1e-8])
    expect(cellsAt(adam(), 0).at(-1)).toBe(1e-3)
    expect(cellsAt(adamw(), 0).slice(-2)).toEqual([1e-2, 1e-3])
    expect(cellsAt(adadelta(), 0)).toEqual([0.9, 1 - 0.9, 1e-6, 1])
    expect(cellsAt(nadam(), 0).at(-1)).toBe(2e-3)
    expect(cellsAt(adamax(), 0)).toEqual([0.9, 1 - 0.9, 0.999, 1e-8, 1 / (1 - 0.9), 2e-3])
    expect(cellsAt(asgd(), 0)).toEqual([1e-4, 1e-2, 0, 1e-2])
    expect(cellsAt(asgd(), 1_000_010)[2]).toBe(1 - 1 / 10)
    expect(cellsAt(rprop(), 0)).toEqual([0.5, 1.2, 1e-6, 50, 1])
    expect(rprop().slots([]).map(({ fill }) => fill)).toEqual([0, 1e-2])
  })

  it.each([
    ['adam({ learningRate: -1 })', () => adam({ learningRate: -1 }), /learningRate .*got -1, wanted .* >= 0/],
    ...Object.entries({ adadelta, adagrad, adam, adamax, adamw, asgd, nadam, radam, rmsprop, rprop, sgd }).map((
      [name, make],
    ) => [
      `${name}({ learningRate: -2 })`, () => make({ learningRate: -2 }),
      new RegExp(`learningRate .* in ${name}: got -2`),
    ] as const),
    ['adam({ learningRate: NaN })', () => adam({ learningRate: NaN }), /learningRate/],
    ['adam({ betas: [1, 0.9] })', () => adam({ betas: [1, 0.9] }), /betas\[0\].*< 1/],
    ['adam({ lr: 1 })', () => adam({ lr: 1 } as never), /no such option, in adam: got "lr", wanted one of learn/],
    ['adam(0.01)', () => adam(0.01 as never), /not an object/],
    ['sgd({ momentum: 1 })', () => sgd({ momentum: 1 }), /momentum/],
    ['sgd({ momentum: reduceOnPlateau() })', () => (
      sgd({ momentum: reduceOnPlateau({ learningRate: 0.9 }) })
    ), /momentum watches the loss/],
    ['sgd({ nesterov: true })', () => sgd({ nesterov: true }), /Set momentum: 0.9/],
    ['rmsprop({ alpha: -1 })', () => rmsprop({ alpha: -1 }), /alpha/],
    ['adagrad({ lrDecay: -1 })', () => adagrad({ lrDecay: -1 }), /lrDecay/],
    ['adamw({ weightDecay: Infinity })', () => adamw({ weightDecay: Infinity }), /weightDecay/],
    ['clipByGlobalNorm(0)', () => clipByGlobalNorm(0), /maxNorm .*> 0/],
    ['clipByGlobalNorm(1, { norm: 3 })', () => clipByGlobalNorm(1, { norm: 3 as never }), /1, 2 or Infinity/],
    ['adadelta({ rho: 1 })', () => adadelta({ rho: 1 }), /rho/],
    ['nadam({ momentumDecay: -1 })', () => nadam({ momentumDecay: -1 }), /momentumDecay/],
    ['nadam({ momentumProduct: "torch" })', () => nadam({ momentumProduct: 'torch' as never }), /'exact' or 'torch1'/],
    ['adamax({ betas: [0.9, 1] })', () => adamax({ betas: [0.9, 1] }), /betas\[1\]/],
    ['asgd({ alpha: 0.7 })', () => asgd({ alpha: 0.7 }), /multiple of 1\/16/],
    ['asgd({ t0: -1 })', () => asgd({ t0: -1 }), /t0/],
    ['rprop({ etas: [1.2, 0.5] })', () => rprop({ etas: [1.2, 0.5] }), /etas\[0\]/],
    ['rprop({ stepSizes: [1, 0] })', () => rprop({ stepSizes: [1, 0] }), /stepSizes\[1\]/],
    ['rprop({ weightDecay: 1 })', () => rprop({ weightDecay: 1 } as never), /no such option/],
    ['ftrl({ beta: 0 })', () => ftrl({ beta: 0 }), /beta/],
    ['ftrl({ alpha: 0 })', () => ftrl({ alpha: 0 }), /alpha/],
    ['normalizedAdagrad({ eps: 0 })', () => normalizedAdagrad({ eps: 0 }), /eps/],
    ['passiveAggressive({ aggressiveness: 0 })', () => passiveAggressive({ aggressiveness: 0 }), /aggressiveness/],
    ['passiveAggressive({ variant: "PA" })', () => passiveAggressive({ variant: 'PA' as never }), /'PA-I' or 'PA-II'/],
    ['cocob({ alpha: 0.5 })', () => cocob({ alpha: 0.5 }), /alpha/],
    ['chain(5)', () => chain(5 as never), /neither a transform nor an optimizer/],
    ['chain(undefined)', () => chain(undefined as never), /neither a transform/],
    ['changes()', () => changes(undefined as never, undefined as never), /no training state, in changes/],
    ['clipByValue("1")', () => clipByValue('1' as never), /limit/],
  ] as const)('%s throws a ValueError', (_, make, message) => {
    expect(make).toThrow(ValueError)
    expect(make).toThrow(message)
  })
})
