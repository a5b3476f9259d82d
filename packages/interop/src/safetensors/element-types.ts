import type { Tensor, TensorData } from '@eddy/tensor'
import { FormatError } from '../errors.ts'

/** Reads the elements of one tensor, whose bytes are `view`, into an array of its own. */
type Decode = (view: DataView, count: number, name: string) => TensorData

/** An element type of the format: its size, and how it becomes f32 or f64 without losing a bit. */
interface ElementType {
  readonly bytes: number
  readonly decode: Decode
}

/** A decoder that reads one element after the other. */
function each(make: (count: number) => TensorData, read: (view: DataView, k: number) => number): Decode {
  return (view, count) => {
    const data = make(count)
    for (let k = 0; k < count; k++) data[k] = read(view, k)
    return data
  }
}

const f32 = (count: number): TensorData => new Float32Array(count)
const f64 = (count: number): TensorData => new Float64Array(count)
const wholeMax = BigInt(Number.MAX_SAFE_INTEGER) + 1n

/** Bit for bit, so that even a NaN keeps its payload. */
function floats(make: (count: number) => TensorData): Decode {
  return (view, count) => {
    const data = make(count)
    const bytes = new Uint8Array(data.buffer)
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    return isLittleEndian ? data : swapped(data)
  }
}

/** Whole numbers of 64 bits: in f64 up to 2^53, beyond that refused. */
function wholes(read: (view: DataView, k: number) => bigint): Decode {
  return (view, count, name) => {
    const data = new Float64Array(count)
    for (let k = 0; k < count; k++) {
      const value = read(view, k)
      if (value > wholeMax || value < -wholeMax) {
        throw new FormatError(
          `element ${k} is ${value}, which no f64 holds exactly beside its neighbours`, name,
          'Integers are read up to 2^53; store it as F64 if rounding is meant',
        )
      }
      data[k] = Number(value)
    }
    return data
  }
}

const truth: Decode = (view, count, name) => {
  const data = new Float32Array(count)
  for (let k = 0; k < count; k++) {
    const byte = view.getUint8(k)
    if (byte > 1) throw new FormatError(`element ${k} is the byte ${byte}, wanted 0 or 1`, name, 'Store it as U8')
    data[k] = byte
  }
  return data
}

/** The types that can be read; the others of the format (8-bit floats and smaller) are refused. */
export const elementTypes: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['BOOL', { bytes: 1, decode: truth }],
  ['U8', { bytes: 1, decode: each(f32, (view, k) => view.getUint8(k)) }],
  ['I8', { bytes: 1, decode: each(f32, (view, k) => view.getInt8(k)) }],
  ['U16', { bytes: 2, decode: each(f32, (view, k) => view.getUint16(2 * k, true)) }],
  ['I16', { bytes: 2, decode: each(f32, (view, k) => view.getInt16(2 * k, true)) }],
  ['F16', { bytes: 2, decode: each(f32, (view, k) => halfFloat(view.getUint16(2 * k, true))) }],
  ['BF16', { bytes: 2, decode: brainFloats }],
  ['U32', { bytes: 4, decode: each(f64, (view, k) => view.getUint32(4 * k, true)) }],
  ['I32', { bytes: 4, decode: each(f64, (view, k) => view.getInt32(4 * k, true)) }],
  ['F32', { bytes: 4, decode: floats(f32) }],
  ['U64', { bytes: 8, decode: wholes((view, k) => view.getBigUint64(8 * k, true)) }],
  ['I64', { bytes: 8, decode: wholes((view, k) => view.getBigInt64(8 * k, true)) }],
  ['F64', { bytes: 8, decode: floats(f64) }],
])

/** The elements as the bytes of a file, little-endian on any machine. */
export function bytesOfTensor({ data }: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = isLittleEndian ? data : swapped(data)
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits; subnormals are multiples of 2^-24. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The upper half of a binary32. */
function brainFloats(view: DataView, count: number): TensorData {
  const data = new Float32Array(count)
  const words = new Uint32Array(data.buffer)
  for (let k = 0; k < count; k++) words[k] = view.getUint16(2 * k, true) << 16
  return data
}

const isLittleEndian = /* @__PURE__ */ new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The same numbers with the bytes of each in the other order. */
function swapped(data: TensorData): TensorData {
  const size = data.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const turned = Uint8Array.from(bytes, (_, k) => bytes[k - (k % size) + size - 1 - (k % size)]!)
  return size === 4 ? new Float32Array(turned.buffer) : new Float64Array(turned.buffer)
}
