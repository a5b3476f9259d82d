import { Tensor } from 'eddy'

const special: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }
const arrays = { Float32Array, Float64Array } as const

interface Bytes {
  readonly type: keyof typeof arrays
  readonly bytes: string
  /** Of a tensor. */
  readonly shape: readonly number[] | null
}

/** A state as JSON, which has no words for some numbers and for lists of a type. */
export function writtenDown(state: object): string {
  return JSON.stringify(inWords(state))
}

function inWords(value: unknown): unknown {
  if (value instanceof Tensor) return bytesOf(value.data, value.shape)
  if (value instanceof Float32Array || value instanceof Float64Array) return bytesOf(value, null)
  if (typeof value === 'number') {
    const text = Object.is(value, -0) ? '-0' : String(value)
    return text in special ? { number: text } : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(inWords)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inWords(part)]))
}

function bytesOf(data: Float32Array | Float64Array, shape: Bytes['shape']): Bytes {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
  return { type: data instanceof Float32Array ? 'Float32Array' : 'Float64Array', bytes, shape }
}

export function readBack(text: string): object {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if ('number' in value && typeof value.number === 'string') return special[value.number] ?? value
    if (!('bytes' in value)) return value
    const { type, bytes, shape } = value as Bytes
    const data = new arrays[type](Uint8Array.from(Buffer.from(bytes, 'base64')).buffer)
    return shape === null ? data : Tensor.of(shape, data)
  }) as object
}
