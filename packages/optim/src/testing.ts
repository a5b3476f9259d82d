import {
  accumulate, adadelta, adagrad, adam, adamax, adamw, asgd, chain, clipByGlobalNorm, clipByValue, cocob, cosineDecay,
  ftrl, nadam, normalizedAdagrad, oneCycle, passiveAggressive, radam, rmsprop, rprop, sgd, type TransformOptimizer,
} from './index.ts'

/** An optimizer for the tests that all of them must pass. */
export interface Specimen {
  readonly name: string
  readonly optimizer: TransformOptimizer
  /** False for one that makes something of the factors of a gradient, and not of their product alone. */
  readonly layoutFree?: false
  /** True for one that a gradient of 0 does not move, so that sparse gradients lose nothing. */
  readonly sparseIsExact?: true
}

/** Every optimizer and transform, with options that bring all their branches to work. */
export const specimens: readonly Specimen[] = [
  { name: 'sgd', optimizer: sgd({ learningRate: 0.1 }), sparseIsExact: true },
  { name: 'sgd with decay', optimizer: sgd({ learningRate: 0.1, weightDecay: 0.01 }) },
  { name: 'sgd, damped momentum', optimizer: sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.1 }) },
  {
    name: 'sgd with one cycle',
    optimizer: sgd({ ...oneCycle({ maximum: 0.2, steps: 6 }), nesterov: true, maximize: true }),
  },
  { name: 'rmsprop', optimizer: rmsprop() },
  { name: 'adagrad', optimizer: adagrad(), sparseIsExact: true },
  { name: 'rmsprop, centered', optimizer: rmsprop({ centered: true, momentum: 0.5, weightDecay: 0.1 }) },
  { name: 'radam', optimizer: radam({ betas: [0.9, 0.5] }) },
  {
    name: 'adagrad with decays', optimizer: adagrad({ lrDecay: 0.1, initialAccumulatorValue: 0.1, weightDecay: 0.1 }),
  },
  {
    name: 'adam with amsgrad',
    optimizer: adam({ amsgrad: true, learningRate: cosineDecay({ learningRate: 0.1, steps: 5 }) }),
  },
  { name: 'clipped adamw', optimizer: chain(clipByGlobalNorm(1), adamw({ weightDecay: 0.1, betas: [0.5, 0.9] })) },
  { name: 'clipped adam', optimizer: chain(clipByValue(0.5), adam({ learningRate: 0.1 })) },
  { name: 'adadelta', optimizer: adadelta({ rho: 0.5, weightDecay: 0.1 }) },
  { name: 'nadam', optimizer: nadam({ learningRate: 0.1, betas: [0.8, 0.9], weightDecay: 0.1 }) },
  { name: 'adamax', optimizer: adamax({ learningRate: 0.1, betas: [0.8, 0.9] }) },
  { name: 'rprop', optimizer: rprop({ learningRate: 0.1, stepSizes: [0.01, 0.15] }) },
  { name: 'asgd', optimizer: asgd({ learningRate: 0.1, lambda: 0.1, t0: 1, weightDecay: 0.1 }) },
  { name: 'ftrl', optimizer: ftrl({ alpha: 0.5 }), sparseIsExact: true },
  { name: 'ftrl, sparse weights', optimizer: ftrl({ alpha: 0.5, l1: 0.5, l2: 0.1 }), sparseIsExact: true },
  { name: 'normalizedAdagrad', optimizer: normalizedAdagrad({ learningRate: 0.1 }), layoutFree: false },
  { name: 'passiveAggressive', optimizer: passiveAggressive({ aggressiveness: 0.1 }), sparseIsExact: true },
  { name: 'passiveAggressive, PA-II', optimizer: passiveAggressive({ variant: 'PA-II' }), sparseIsExact: true },
  { name: 'cocob', optimizer: cocob({ alpha: 2 }), sparseIsExact: true },
  { name: 'accumulated adamw', optimizer: chain(accumulate(2), adamw({ learningRate: 0.1, weightDecay: 0.1 })) },
  {
    name: 'clipped, accumulated sgd',
    optimizer: chain(clipByGlobalNorm(1), accumulate(3, { reduction: 'sum' }), sgd({ momentum: 0.9 })),
  },
]
