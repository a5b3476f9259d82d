export {
  celu, elu, gelu, hardshrink, hardsigmoid, hardswish, hardtanh, leakyRelu, logSigmoid, mish, relu, relu6, selu,
  sigmoid, silu, softplus, softshrink, softsign, tanh, tanhshrink,
} from './activations.ts'
export { add, atan2, div, maximum, minimum, mul, sub } from './arithmetic.ts'
export { bias, type BiasOptions } from './bias.ts'
export type { Broadcast, Fits, ShapeOf } from './broadcast-types.ts'
export { type CrossEntropy, crossEntropy, type LabelOf } from './cross-entropy.ts'
export {
  abs, atan, cos, erf, exp, expm1, log, log1p, neg, pow, reciprocal, rsqrt, sin, sqrt, square,
} from './elementary.ts'
export type { SameShapeLayer, Start, Values } from './layer.ts'
export { linear, type LinearOptions } from './linear.ts'
export type { Loss, LossFacts, PairLoss, Reduced, ReductionOptions } from './loss.ts'
export {
  absoluteError, binaryCrossEntropy, binaryCrossEntropyWithLogits, hinge, huber, logCosh, poissonNll,
  type PoissonOptions, smoothL1, softMargin, squaredError,
} from './losses.ts'
export type { Link, Reduction } from './pair-loss.ts'
export type { NodeRecord, RecordDocs, Sample, SampleInput } from './record.ts'
export { records } from './records.ts'
export { logSumExp, max, mean, min, prod, type ReduceOptions, sum } from './reduce.ts'
export { logSoftmax, softmax } from './softmax.ts'
export { stopGradient } from './stop-gradient.ts'
