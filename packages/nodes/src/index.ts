export {
  celu, clamp, elu, gelu, hardshrink, hardsigmoid, hardswish, hardtanh, leakyRelu, logSigmoid, mish, relu, relu6, selu,
  sigmoid, silu, softplus, softshrink, softsign, tanh, tanhshrink,
} from './activations.ts'
export { add, atan2, div, maximum, minimum, mul, sub } from './arithmetic.ts'
export { attention, type AttentionOptions } from './attention.ts'
export { bias, type BiasOptions } from './bias.ts'
export { bilinear, type BilinearOptions } from './bilinear.ts'
export type { Broadcast, Fits, ShapeOf } from './broadcast-types.ts'
export {
  type Cell, type CellFacts, type CellOptions, gruCell, type LstmCell, lstmCell, type LstmState, rnnCell,
} from './cells.ts'
export { classBalance, type ClassBalanceOptions } from './class-balance.ts'
export {
  cosineEmbedding, gaussianNll, marginRanking, multilabelSoftMargin, tripletMargin,
} from './composite-losses.ts'
export { concat } from './concat.ts'
export {
  conv1d, conv2d, type ConvOptions, convTranspose2d, type ConvTransposeOptions, type PerAxis,
} from './conv.ts'
export { type CrossEntropy, crossEntropy, type CrossEntropyOptions, type LabelOf } from './cross-entropy.ts'
export { cumprod, cumsum } from './cumulative.ts'
export { delay, type DelayOptions } from './delay.ts'
export { dense, type DenseOptions, type WithLast } from './dense.ts'
export { densify } from './densify.ts'
export { cdist, cosineSimilarity } from './distance.ts'
export { dropout } from './dropout.ts'
export { einsum } from './einsum.ts'
export {
  abs, atan, cos, erf, exp, expm1, log, log1p, neg, pow, reciprocal, rsqrt, sin, sqrt, square,
} from './elementary.ts'
export { embedding, type EmbeddingOptions } from './embedding.ts'
export { embeddingBag, type EmbeddingBagOptions } from './embedding-bag.ts'
export { type BinaryFocalOptions, binaryFocalWithLogits, focal, type FocalOptions } from './focal.ts'
export {
  type ChannelNormOptions, groupNorm, instanceNorm, rmsNorm, type RmsNormOptions,
} from './group-norm.ts'
export { type Gru, gru } from './gru.ts'
export {
  type Hedge, hedged, type Hedged, type HedgedLoss, type HedgedOptions, hedgeOf, limitHedge,
} from './hedged.ts'
export { gather, indexSelect, scatterAdd, topk } from './indexing.ts'
export {
  type LabelOptions, multiMargin, type MultiMarginLossOptions, nllLoss, type NllLossOptions, softCrossEntropy,
} from './label-losses.ts'
export { layerNorm, type LayerNormOptions } from './layer-norm.ts'
export type { SameShapeLayer, Start, Values } from './layer.ts'
export { linear, type LinearOptions } from './linear.ts'
export type { Loss, LossFacts, PairLoss, Reduced, ReductionOptions } from './loss.ts'
export {
  absoluteError, binaryCrossEntropy, binaryCrossEntropyWithLogits, hinge, hingeEmbedding, huber, klDiv,
  logCosh, poissonNll, type PoissonOptions, type PosWeightOptions, smoothL1, softMargin, squaredError,
} from './losses.ts'
export { equal, less, maskedFill, where } from './masks.ts'
export { matmul } from './matmul.ts'
export { norm, normalize, type NormalizeOptions, type NormOptions } from './norm.ts'
export type { Link, Reduction } from './pair-loss.ts'
export {
  adaptiveAvgPool2d, avgPool1d, avgPool2d, type AvgPoolOptions, maxPool1d, maxPool2d, type MaxPoolOptions,
  type PoolOptions,
} from './pool.ts'
export { prelu, type PreluOptions } from './prelu.ts'
export { addmm, bmm, outer } from './products.ts'
export { quantileError, type QuantileOptions, type QuantilesError } from './quantile-error.ts'
export { expand, flip, pad, permute, roll, type SameRank, transpose, tril, triu } from './rearrangements.ts'
export type { NodeRecord, RecordDocs, Sample, SampleInput } from './record.ts'
export { records } from './records.ts'
export { logSumExp, max, mean, min, prod, type ReduceOptions, sum } from './reduce.ts'
export { recurrent, type RecurrentCell, type RecurrentOptions } from './recurrent.ts'
export { reshape } from './reshape.ts'
export { slice, type SliceOptions } from './slice.ts'
export { logSoftmax, softmax, softmin } from './softmax.ts'
export { sparseLinear, type SparseLinearOptions } from './sparse-linear.ts'
export { std, type SpreadOptions, variance } from './spread.ts'
export { stack } from './stack.ts'
export { standardize, type StandardizeOptions } from './standardize.ts'
export { stopGradient } from './stop-gradient.ts'
