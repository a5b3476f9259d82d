/** The letter that stands before each value. */
export const kinds = /* @__PURE__ */ Object.freeze({
  null: 110, // n
  undefined: 117, // u
  true: 116, // t
  false: 102, // f
  /** A whole number from 0 to 2^32 - 1, as a count. */
  small: 107, // k
  /** Any other number: f64. */
  number: 100, // d
  bigint: 98, // b
  /** Text in UTF-8. */
  text: 115, // s
  /** Text with a lone surrogate: its number of UTF-16 units, then these. */
  units: 119, // w
  date: 68, // D
  list: 97, // a
  /** A list of numbers only, at least one: each as f64. */
  numbers: 118, // v
  /** Entries in ascending order of names, by UTF-16 units. */
  record: 111, // o
  /** The same, of an object without inherited names. */
  bareRecord: 113, // q
  /** Entries in the order they have. */
  ordered: 79, // O
  bareOrdered: 78, // N
  tensor32: 120, // x
  tensor64: 121, // y
  /** A tensor that is kept elsewhere: its number. */
  outline: 84, // T
  /** A value that is kept elsewhere: its number. */
  piece: 80, // P
  typedArray: 112, // p
  /** An object of a class: the class's name, then what it is made from. */
  instance: 99, // c
})

/** Containers inside each other, at most. */
export const depthMax = 64

/** Axes of a tensor, at most. */
export const axesMax = 32

/** Characters of a bigint, at most: reading them takes time that grows with the square. */
export const digitsMax = 4096

/** Typed arrays by the number that stands for them. */
export const typedArrays = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
  Float64Array, BigInt64Array, BigUint64Array,
] as const

/** What they have in common. */
export type AnyTypedArray = ArrayBufferView & { readonly BYTES_PER_ELEMENT: number; readonly length: number }

/** Its elements as little-endian bytes; a view where the machine is little-endian. */
export function bytesOfArray(array: AnyTypedArray): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return isLittleEndian ? bytes : swapped(bytes, array.BYTES_PER_ELEMENT)
}

/** A private copy of little-endian bytes, where a typed array of such elements can stand. */
export function bufferOf(bytes: Uint8Array, elementBytes: number): ArrayBuffer {
  const copy = isLittleEndian ? bytes.slice() : swapped(bytes, elementBytes)
  return copy.buffer as ArrayBuffer
}

const isLittleEndian = /* @__PURE__ */ (() => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1)()

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from(bytes, (_, k) => bytes[k - k % size + size - 1 - k % size]!)
}
