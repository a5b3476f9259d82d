import { describe, expect, it } from 'vitest'
import * as eddy from './index.ts'

/** Every value that `eddy` exports. A change here is a change of the public face: make it on purpose. */
const exported = `
  abs absoluteError accumulate accuracy activationStatistics adadelta adagrad adam adamax adamw adaptiveAvgPool2d
  add addDecayedWeights addmm adwin aggregate allocate ancestors apply applyChanges applyLearningRate asgd asNode
  assertDType
  assertShape atan atan2 attention autoModel AutoModel averagedWeights avgPool1d avgPool2d
  backgroundLearner BackgroundLearner backward
  anomaly AnomalyDetector autoencoder
  bandit Bandit epsilonGreedy linUcb offPolicy OffPolicy squareCb
  BadValueError balancedAccuracy BalancedWeights balancedWeights
  bias bilinear binaryCrossEntropy binaryCrossEntropyWithLogits
  binaryFocalWithLogits binaryMetrics bmm
  boolean boostedRate brierScore broadcastShapes buffer bytesOf calibrationError categorical cdist celu chain
  changes clamp classBalance
  classPrior classScores clipByGlobalNorm clipByValue cocob concat confusionMatrix constant Constant
  constantInitializer constantSchedule conv1d conv2d convTranspose2d cos cosineDecay cosineEmbedding cosineRestarts
  cosineSimilarity crossEntropy cross cumprod cumsum cyclic cycle date days ddm deadUnits decoupledWeightDecay
  defineMemory defineFunction
  defineOperator delay delayLabels dense densify describe detectDrift digest div dropout DTypeError dtypeOf
  earlyWarning eddm
  EddyError einsum elu embedding embeddingBag embeddingWeight Ensemble ensemble EnsembleLearned equal erf evaluate
  EventError exp expand expm1 exponentialDecay f1 fading fansOf features fhddm fillRows finiteNumber flip focal frozen
  formatNumber
  formatShape formatValue ftrl gainOf gather gaussianNll gelu gradientFlow gradientNorms GraphError grid groupNorm
  gru gruCell hardshrink hardsigmoid hardswish hardtanh hashed hashText hddmA hddmW hedged hedgeOf
  hinge hingeEmbedding histogram
  History hours huber indexSelect initialize input instanceNorm kaimingNormal kaimingUniform kappa kappaTemporal
  keyedLearner KeyedLearner KeyError klDiv kswin lag lastClass layerNorm Leaf leakyRelu Learned LearnedLater learner
  Learner
  lecunNormal lecunUniform lens less linear linearBias linearRamp linearWeight log log1p logCosh logLoss logSigmoid
  logSoftmax logSumExp lstmCell macroF1 mae marginRanking maskedFill matmul max maximum maxPool1d maxPool2d mean
  meanBaseline meanOf medianBaseline microF1 min minimize minimum minutes mish mul multiclassMetrics
  multilabelSoftMargin
  multiMargin multiStepDecay nadam NamedAxis namedGradients namedInput neg nllLoss noChange Node norm normal
  normalize normalizedAdagrad normalQuantile numeric onDrift oneCycle OpenClassPrediction outer pad pageHinkley
  parameter parametersOf
  passiveAggressive PatchError permute philox4x32 poissonNll polynomialDecay pow precision predictor prelu
  Prequential prod publish pure quantileBaseline quantileError quantileLoss r2 radam recall reciprocal records
  recurrent reduceOnPlateau refuse
  regressionMetrics RejectedError reliability relu relu6 reservoir
  resetOptimizer reshape resident rmse rmsNorm rmsprop rng Rng rnnCell
  rocAuc roll rolling rprop rsqrt Run sameShape scalar scaleBy scaleByAdadelta scaleByAdagrad scaleByAdam
  scaleByAdamax scaleByMomentum scaleByNadam scaleByRadam scaleByRmsprop scaleByRprop scatterAdd seconds selu sgd
  ShapeError
  sigmoid silu sin sizeOf slice smoothL1 softCrossEntropy softMargin softmax softmin softplus softshrink softsign
  sparseLinear sqrt square squaredError stack standardize standardNormal Statistic std Step stepDecay stopGradient
  stridesOf sub sum targetMean text tanh tanhshrink tensor Tensor toDot toMermaid toNode topk Training transpose tril
  tripletMargin triu uniform
  UpdateError updateRatios ValueError variance vector warmup weightedF1 weightHistograms weightNorms where xavierNormal
  xavierUniform zeros
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
