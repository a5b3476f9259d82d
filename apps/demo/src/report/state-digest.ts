import { createHash, type Hash } from 'node:crypto'

/** Something with a shape and typed data, such as a `Tensor`. */
interface TensorLike {
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array
}

/**
 * SHA-256, in hex, of a training state: names, shapes, element types and every bit of every number.
 *
 * The bytes that are hashed: for each value a letter for its kind, then its content; a record's entries sorted by name;
 * numbers as little-endian f64; names and text as their length in bytes, then UTF-8; a tensor as its element type, its
 * shape and its elements, little-endian. `undefined` entries and functions are left out.
 * @throws TypeError for what has no place in a state.
 */
export function stateDigest(state: unknown): string {
  const hash = createHash('sha256')
  write(hash, state, 'state')
  return hash.digest('hex')
}

function write(hash: Hash, value: unknown, where: string): void {
  if (value === null || value === undefined) hash.update('n')
  else if (typeof value === 'boolean') hash.update(value ? 't' : 'f')
  else if (typeof value === 'number') hash.update('d').update(number(value))
  else if (typeof value === 'string') hash.update('s').update(text(value))
  else if (isTensor(value)) writeTensor(hash, value)
  else if (value instanceof Float32Array || value instanceof Float64Array) {
    writeTensor(hash, { shape: [value.length], data: value })
  } else if (value instanceof Map || value instanceof Set) write(hash, [...value], where)
  else if (Array.isArray(value)) {
    hash.update('a').update(number(value.length))
    value.forEach((item, k) => write(hash, item, `${where}[${k}]`))
  } else if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined && typeof v !== 'function')
    hash.update('o').update(number(entries.length))
    for (const [name, item] of entries.sort(byName)) {
      hash.update(text(name))
      write(hash, item, `${where}.${name}`)
    }
  } else throw new TypeError(`stateDigest: ${where} is a ${typeof value}, which no training state holds`)
}

function writeTensor(hash: Hash, { shape, data }: TensorLike): void {
  hash.update(data instanceof Float32Array ? 'x' : 'y').update(number(shape.length))
  for (const size of shape) hash.update(number(size))
  hash.update(littleEndian(data))
}

const isTensor = (value: unknown): value is TensorLike => {
  const { shape, data } = value as Partial<TensorLike>
  return Array.isArray(shape) && (data instanceof Float32Array || data instanceof Float64Array)
}

/** By code units, whatever the locale. */
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

function number(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setFloat64(0, value, true)
  return new Uint8Array(bytes.buffer)
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([number(bytes.length), bytes])
}

function littleEndian(data: Float32Array | Float64Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return bytes
  const swapped = Buffer.from(bytes)
  return data instanceof Float32Array ? swapped.swap32() : swapped.swap64()
}
