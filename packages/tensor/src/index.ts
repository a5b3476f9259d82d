export { checkChoice, checkNumber, checkOptions, type NumberRange } from './check-options.ts'
export { type DType, type TensorData, allocate, assertDType, bytesOf, dtypeOf } from './dtype.ts'
export { DTypeError, EddyError, type ErrorParts, ShapeError, ValueError } from './errors.ts'
export { type FanOptions, type Fans, fansOf } from './fan.ts'
export { formatNumber, formatValue } from './format.ts'
export { type RowRange, fillRows, initialize } from './initialize.ts'
export {
  type Initializer, type KaimingOptions, type Nonlinearity, type XavierOptions, constant, embeddingWeight, gainOf,
  kaimingNormal, kaimingUniform, lecunNormal, lecunUniform, linearBias, linearWeight, normal, uniform, xavierNormal,
  xavierUniform, zeros,
} from './initializers.ts'
export type { NestedNumbers, ShapeOfNested } from './nested.ts'
export { normalQuantile } from './normal-quantile.ts'
export { philox4x32 } from './philox.ts'
export { Rng, rng } from './rng.ts'
export { type Shape, assertShape, broadcastShapes, formatShape, sameShape, sizeOf, stridesOf } from './shape.ts'
export { standardNormal } from './standard-normal.ts'
export { type IndicesOf, Tensor, type TensorJSON, scalar, tensor } from './tensor.ts'
