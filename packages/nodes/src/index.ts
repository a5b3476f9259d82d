export {
  celu, elu, gelu, hardshrink, hardsigmoid, hardswish, hardtanh, leakyRelu, logSigmoid, mish, relu, relu6, selu,
  sigmoid, silu, softplus, softshrink, softsign, tanh, tanhshrink,
} from './activations.ts'
export { add, atan2, div, maximum, minimum, mul, sub } from './arithmetic.ts'
export { bias, type BiasOptions } from './bias.ts'
export type { Broadcast, Fits, ShapeOf } from './broadcast-types.ts'
export { concat } from './concat.ts'
export { type CrossEntropy, crossEntropy, type LabelOf } from './cross-entropy.ts'
export { dense, type DenseOptions, type WithLast } from './dense.ts'
export { densify } from './densify.ts'
export { dropout } from './dropout.ts'
export {
  abs, atan, cos, erf, exp, expm1, log, log1p, neg, pow, reciprocal, rsqrt, sin, sqrt, square,
} from './elementary.ts'
export { embedding, type EmbeddingOptions } from './embedding.ts'
export { layerNorm, type LayerNormOptions } from './layer-norm.ts'
export type { SameShapeLayer, Start, Values } from './layer.ts'
export { linear, type LinearOptions } from './linear.ts'
export type { Loss, LossFacts, PairLoss, Reduced, ReductionOptions } from './loss.ts'
export {
  absoluteError, binaryCrossEntropy, binaryCrossEntropyWithLogits, hinge, huber, logCosh, poissonNll,
  type PoissonOptions, smoothL1, softMargin, squaredError,
} from './losses.ts'
export { matmul } from './matmul.ts'
export type { Link, Reduction } from './pair-loss.ts'
export type { NodeRecord, RecordDocs, Sample, SampleInput } from './record.ts'
export { records } from './records.ts'
export { logSumExp, max, mean, min, prod, type ReduceOptions, sum } from './reduce.ts'
export { reshape } from './reshape.ts'
export { slice, type SliceOptions } from './slice.ts'
export { logSoftmax, softmax } from './softmax.ts'
export { sparseLinear, type SparseLinearOptions } from './sparse-linear.ts'
export { standardize, type StandardizeOptions } from './standardize.ts'
export { stopGradient } from './stop-gradient.ts'
