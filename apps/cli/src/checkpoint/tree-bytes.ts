import { Tensor } from 'eddy'

/** A tree of plain data and tensors, as text and the bytes of its tensors. */
export interface TreeBytes {
  readonly text: string
  readonly tensors: Uint8Array
}

/**
 * Writes a tree so that every bit comes back: numbers that JSON lacks (NaN, infinities, -0), tensors and typed arrays
 * stand as records with one entry that starts with $.
 * @throws TypeError for what is no plain data: functions, class instances other than tensors.
 */
export function toBytes(tree: unknown): TreeBytes {
  const chunks: Uint8Array[] = []
  let length = 0
  const store = (data: Float32Array | Float64Array): object => {
    const type = data instanceof Float32Array ? 'f32' : 'f64'
    const at = length
    chunks.push(new Uint8Array(littleEndian(data)))
    length += data.byteLength
    return { type, at, count: data.length }
  }
  const plain = (value: unknown): unknown => {
    if (typeof value === 'number') return hasJson(value) ? value : { $n: nameOf(value) }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (value instanceof Tensor) return { $t: { shape: value.shape, ...store(value.data) } }
    if (value instanceof Float32Array || value instanceof Float64Array) return { $a: store(value) }
    if (Array.isArray(value)) return value.map((item) => plain(item ?? null))
    if (typeof value !== 'object') throw new TypeError(`a checkpoint cannot hold a ${typeof value}`)
    const kind = Object.getPrototypeOf(value) as object | null
    if (kind !== null && Object.getPrototypeOf(kind) !== null) {
      throw new TypeError(`a checkpoint cannot hold a ${kind.constructor.name}`)
    }
    const entries = Object.entries(value!).filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, plain(item)] as const)
    // Names can be anything, so a record of theirs is told apart from the ones above.
    return entries.some(([name]) => name.startsWith('$') || name === '__proto__')
      ? { $o: entries } : Object.fromEntries(entries)
  }
  const text = JSON.stringify(plain(tree))
  const tensors = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    tensors.set(chunk, at)
    at += chunk.length
  }
  return { text, tensors }
}

/** What `toBytes` wrote. */
export function fromBytes({ text, tensors }: TreeBytes): unknown {
  const load = ({ type, at, count }: { type: string; at: number; count: number }): Float32Array | Float64Array => {
    const bytes = tensors.slice(at, at + count * (type === 'f32' ? 4 : 8)).buffer
    return fromLittleEndian(bytes, type)
  }
  const revive = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(revive)
    const record = value as Readonly<Record<string, never>>
    if ('$n' in record) return record.$n === '-0' ? -0 : Number(record.$n)
    if ('$t' in record) return Tensor.of((record.$t as { shape: number[] }).shape, load(record.$t))
    if ('$a' in record) return load(record.$a)
    const entries = '$o' in record ? record.$o as [string, unknown][] : Object.entries(record)
    const revived: Record<string, unknown> = {}
    for (const [name, item] of entries) {
      // By definition, not by assignment: a name may be __proto__.
      const own = { enumerable: true, writable: true, configurable: true }
      Object.defineProperty(revived, name, { ...own, value: revive(item) })
    }
    return revived
  }
  return revive(JSON.parse(text))
}

function hasJson(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0)
}

function nameOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function littleEndian(data: Float32Array | Float64Array): ArrayBuffer {
  const bytes = data.slice().buffer as ArrayBuffer
  return isLittle ? bytes : swapped(bytes, data.BYTES_PER_ELEMENT)
}

function fromLittleEndian(bytes: ArrayBuffer, type: string): Float32Array | Float64Array {
  if (type === 'f32') return new Float32Array(isLittle ? bytes : swapped(bytes, 4))
  return new Float64Array(isLittle ? bytes : swapped(bytes, 8))
}

function swapped(bytes: ArrayBuffer, size: number): ArrayBuffer {
  const all = new Uint8Array(bytes)
  for (let at = 0; at < all.length; at += size) all.subarray(at, at + size).reverse()
  return bytes
}
