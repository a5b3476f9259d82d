import { Tensor } from '@eddy/tensor'
import { elementTypes } from './element-types.ts'
import { parseHeader, type SafetensorsLimits } from './header.ts'

/** What a file holds. Names are keys of a Map, never properties of an object. */
export interface Safetensors {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Texts that whoever wrote it has left beside them. */
  readonly metadata: ReadonlyMap<string, string>
}

/**
 * Reads a safetensors file: named tensors and nothing that could run. All of the header is checked before anything is
 * allocated, and no more is allocated than about four times the bytes given.
 * Dtype: F32 and F64 keep every bit; F16, BF16, U8, I8, U16, I16 and BOOL become f32, U32 and I32 f64, all exactly; U64
 * and I64 become f64 up to 2^53 and are refused beyond; other types are refused.
 * @throws FormatError (E_FORMAT) naming the tensor, what was found and what was wanted.
 *
 * @example
 * const { tensors, metadata } = readSafetensors(await readFile('model.safetensors'))
 * tensors.get('0.weight')?.shape   // [32, 784]
 */
export function readSafetensors(bytes: Uint8Array, limits: SafetensorsLimits = {}): Safetensors {
  const { entries, metadata, dataFrom } = parseHeader(bytes, limits)
  const tensors = new Map<string, Tensor>()
  for (const { name, type, shape, count, from, to } of entries) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + dataFrom + from, to - from)
    tensors.set(name, Tensor.of(shape, elementTypes.get(type)!.decode(view, count, name)))
  }
  return { tensors, metadata }
}
