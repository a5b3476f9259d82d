import { DTypeError } from './errors.ts'

/** Element type: 32-bit or 64-bit IEEE 754 floating point. */
export type DType = 'f32' | 'f64'

/** Elements of a tensor, row-major. */
export type TensorData = Float32Array | Float64Array

/** Bytes per element. */
export function bytesOf(dtype: DType): number {
  return dtype === 'f32' ? 4 : 8
}

/** A new array of zeros. */
export function allocate(dtype: DType, length: number): TensorData {
  return dtype === 'f32' ? new Float32Array(length) : new Float64Array(length)
}

/** The element type of an array. */
export function dtypeOf(data: TensorData): DType {
  return data.BYTES_PER_ELEMENT === 4 ? 'f32' : 'f64'
}

/**
 * Refuses what is no element type; `where` stands in the message.
 * @throws DTypeError when the value is neither `'f32'` nor `'f64'`.
 */
export function assertDType(dtype: unknown, where: string): asserts dtype is DType {
  if (dtype === 'f32' || dtype === 'f64') return
  throw new DTypeError({
    what: 'unknown element type', where, got: dtype, wanted: '"f32" or "f64"',
    hint: 'Use "f32" to learn, "f64" to check numbers.',
  })
}
