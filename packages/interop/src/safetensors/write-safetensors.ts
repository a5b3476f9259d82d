import { checkOptions, formatValue, type Tensor } from '@eddy/tensor'
import { FormatError } from '../errors.ts'
import { bytesOfTensor } from './element-types.ts'

/** Tensors by name: a Map, its entries, or a plain record. */
export type NamedTensors = Iterable<readonly [name: string, tensor: Tensor]> | Readonly<Record<string, Tensor>>

export interface WriteOptions {
  /** Texts to leave beside the tensors; `format: 'pt'` is what PyTorch's own tools write. */
  readonly metadata?: Iterable<readonly [key: string, text: string]> | Readonly<Record<string, string>>
}

const typeOf = { f32: 'F32', f64: 'F64' } as const

/**
 * Writes tensors as a safetensors file: 8 bytes of length, a JSON header padded with spaces so that the data starts at
 * a multiple of 8, then the elements, little-endian. Wide types first, then by name, as the reference implementation
 * does, so equal tensors give equal bytes. Every bit of every element is kept.
 * @throws FormatError for what is no tensor, metadata that is no text, a name twice, or one that the format or
 * JavaScript reserves.
 *
 * @example
 * const { tensors, metadata } = toStateDict(model)
 * await writeFile('model.safetensors', writeSafetensors(tensors, { metadata }))
 */
export function writeSafetensors(tensors: NamedTensors, options: WriteOptions = {}): Uint8Array {
  checkOptions('writeSafetensors', options, ['metadata'])
  const entries = tensorsOf(tensors).sort(byTypeAndName)
  const header = new Map<string, unknown>()
  const metadata = entriesOf<string>(options.metadata ?? [])
  for (const [key, text] of metadata) {
    if (typeof text === 'string') continue
    const hint = `Write ${JSON.stringify(String(text))} or another text: other programs read nothing else`
    throw new FormatError(`its metadata ${JSON.stringify(key)} is ${formatValue(text)}, wanted a text`, null, hint)
  }
  if (metadata.length > 0) header.set('__metadata__', Object.fromEntries(metadata))
  let offset = 0
  for (const [name, { shape, data, dtype }] of entries) {
    if (header.has(name) || name === '__metadata__' || name === '__proto__') {
      throw new FormatError(
        header.has(name) && name !== '__metadata__' ? 'is given twice' : 'has a name that is reserved', name,
        'Choose another name',
      )
    }
    const end = offset + data.byteLength
    header.set(name, { dtype: typeOf[dtype], shape, data_offsets: [offset, end] })
    offset = end
  }
  const json = new TextEncoder().encode(jsonOf(header))
  const dataFrom = 8 + Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(dataFrom + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataFrom - 8), true)
  bytes.set(json, 8)
  bytes.fill(0x20, 8 + json.length, dataFrom)
  let at = dataFrom
  for (const [, tensor] of entries) {
    const own = bytesOfTensor(tensor)
    bytes.set(own, at)
    at += own.length
  }
  return bytes
}

/** An object of JSON whose keys stand in the order of the Map, also those that look like numbers. */
function jsonOf(fields: ReadonlyMap<string, unknown>): string {
  return `{${[...fields].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
}

/** @throws FormatError when these are no tensors by name. */
function tensorsOf(given: NamedTensors): (readonly [string, Tensor])[] {
  if (typeof given !== 'object' || given === null) {
    const hint = 'Give a Map or a record, such as toStateDict(model).tensors'
    throw new FormatError(`got ${formatValue(given)}, wanted tensors by name`, null, hint)
  }
  const entries = entriesOf(given)
  for (const entry of entries) {
    const [name, tensor] = Array.isArray(entry) ? entry as readonly unknown[] : [entry, undefined]
    if (ArrayBuffer.isView((tensor as Partial<Tensor> | null | undefined)?.data)) continue
    const hint = tensor instanceof Map ? 'Give toStateDict(model).tensors, and { metadata }' : 'Make it with tensor(..)'
    throw new FormatError(`got ${formatValue(tensor)}, wanted a tensor`, String(name), hint)
  }
  return entries
}

function entriesOf<T>(given: Iterable<readonly [string, T]> | Readonly<Record<string, T>>): (readonly [string, T])[] {
  return Symbol.iterator in given ? [...given as Iterable<readonly [string, T]>] : Object.entries(given)
}

function byTypeAndName([a, x]: readonly [string, Tensor], [b, y]: readonly [string, Tensor]): number {
  if (x.dtype !== y.dtype) return x.dtype === 'f64' ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
