import { describe, expect, it } from 'vitest'
import * as eddy from './index.ts'

/** Every value that `eddy` exports. A change here is a change of the public face: make it on purpose. */
const exported = `
  abs absoluteError accuracy adagrad adam adamw add addDecayedWeights allocate ancestors apply applyChanges
  applyLearningRate asNode assertDType assertShape atan atan2 backward BadValueError bias binaryCrossEntropy
  binaryCrossEntropyWithLogits binaryMetrics boolean broadcastShapes buffer bytesOf categorical celu chain changes
  classPrior clipByGlobalNorm clipByValue concat Constant constant constantInitializer constantSchedule cos
  cosineDecay cosineRestarts crossEntropy cyclic decoupledWeightDecay defineFunction defineOperator dense densify
  digest div dropout DTypeError dtypeOf EddyError elu embedding embeddingWeight erf EventError exp expm1
  exponentialDecay fansOf features fillRows formatNumber formatShape formatValue gainOf gelu GraphError hardshrink
  hardsigmoid hardswish hardtanh hashed hashText hinge History huber initialize input kaimingNormal kaimingUniform
  KeyError lastClass layerNorm Leaf leakyRelu Learned Learner learner lecunNormal lecunUniform lens linear
  linearBias linearRamp linearWeight log log1p logCosh logLoss logSigmoid logSoftmax logSumExp mae matmul max
  maximum mean meanBaseline medianBaseline min minimize minimum mish mul multiclassMetrics multiStepDecay
  NamedAxis namedInput neg noChange Node normal normalQuantile numeric oneCycle parameter parametersOf PatchError philox4x32
  poissonNll polynomialDecay pow predictor Prequential prod publish pure r2 radam reciprocal records reduceOnPlateau refuse
  regressionMetrics RejectedError relu relu6 reshape rmse rmsprop Rng rng rocAuc rsqrt Run sameShape scalar
  scaleBy scaleByAdagrad scaleByAdam scaleByMomentum scaleByRadam scaleByRmsprop selu sgd ShapeError sigmoid silu
  sin sizeOf slice smoothL1 softMargin softmax softplus softshrink softsign sparseLinear sqrt square squaredError
  standardize Step stepDecay stopGradient stridesOf sub sum tanh tanhshrink Tensor tensor toNode Training uniform
  UpdateError ValueError warmup xavierNormal xavierUniform zeros
`.trim().split(/\s+/)

describe('eddy', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(eddy).sort()).toEqual([...exported].sort())
  })

  it('exports nothing that is undefined', () => {
    expect(Object.entries(eddy).filter(([, value]) => value === undefined)).toEqual([])
  })
})

describe('the first program of the design', () => {
  it('predicts and learns trips from a stream, answers queries, and goes back exactly', () => {
    const { adam, categorical, dense, features, learner, numeric, relu, squaredError } = eddy
    const trips = learner({
      features: features({ distance: numeric(), hour: numeric(), carrier: categorical() }),
      target: (e: { delay: number }) => e.delay,
      model: (m) => m.pipe(dense(32), relu(), dense(1)),
      loss: squaredError(), optimizer: adam({ learningRate: 0.01 }), seed: 1,
    })
    const at = (i: number): { distance: number; hour: number; carrier: string; delay: number } => (
      { distance: 300 + ((i * 37) % 900), hour: i % 24, carrier: `c${i % 5}`, delay: (i % 24) - (i % 5) }
    )
    for (let i = 0; i < 3000; i++) trips.learnOne(at(i))
    const before = trips.snapshot()
    const prediction = trips.predictOne(at(7))
    for (let i = 0; i < 50; i++) trips.learnOne(at(i))
    expect(trips.predictOne(at(7))).not.toBe(prediction)
    trips.restore(before)
    expect(trips.predictOne(at(7))).toBe(prediction)
    expect(trips.metrics.mae).toBeLessThan(trips.metrics.baselines.mean!.mae)
  })
})
