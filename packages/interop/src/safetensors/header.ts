import { checkOptions, formatValue, type Shape } from '@eddy/tensor'
import { FormatError } from '../errors.ts'
import { duplicateKey } from './duplicate-key.ts'
import { elementTypes } from './element-types.ts'

/** What may be asked for before anything is allocated. */
export interface SafetensorsLimits {
  /** Longest header in bytes; default 100,000,000, the format's own limit. */
  readonly headerBytesMax?: number
  /** Most tensors; default 2^20. */
  readonly tensorsMax?: number
}

export const limitOptions: readonly string[] = ['headerBytesMax', 'tensorsMax']

/** One tensor of a file, checked: its bytes lie in the data, and are as many as its shape and type say. */
export interface Entry {
  readonly name: string
  readonly type: string
  readonly shape: Shape
  readonly count: number
  /** Offset of the first byte, and of the first behind it, from the start of the data. */
  readonly from: number
  readonly to: number
}

export interface Header {
  readonly entries: readonly Entry[]
  readonly metadata: ReadonlyMap<string, string>
  /** Where the data begins. */
  readonly dataFrom: number
}

const axesMax = 32
const prefixBytes = 8

/**
 * Reads and checks the header of a file: nothing is believed. The tensors lie one after the other, from the first byte
 * of the data to its last, so nothing overlaps, nothing is hidden between them and nothing is behind them.
 * @throws FormatError saying which tensor, what was found and what was wanted.
 */
export function parseHeader(bytes: Uint8Array, limits: SafetensorsLimits = {}): Header {
  checkOptions('readSafetensors', limits, limitOptions)
  const { headerBytesMax = 100_000_000, tensorsMax = 2 ** 20 } = limits
  const length = headerLength(bytes, headerBytesMax)
  const fields = Object.entries(objectOf(jsonOf(bytes.subarray(prefixBytes, prefixBytes + length))))
  if (fields.length > tensorsMax) {
    throw new FormatError(`there are ${fields.length} tensors, wanted at most ${tensorsMax}`, null, 'Raise tensorsMax')
  }
  const dataFrom = prefixBytes + length
  const dataBytes = bytes.length - dataFrom
  const entries: Entry[] = []
  let metadata: ReadonlyMap<string, string> = new Map()
  for (const [name, value] of fields) {
    if (name === '__metadata__') metadata = metadataOf(value)
    else entries.push(entryOf(name, value, dataBytes))
  }
  checkPlaces(entries, dataBytes)
  return { entries, metadata, dataFrom }
}

function headerLength(bytes: Uint8Array, most: number): number {
  if (!ArrayBuffer.isView(bytes)) {
    throw new FormatError(`got ${formatValue(bytes)}, wanted the bytes of a file`, null, 'Read it into a Uint8Array')
  }
  if (bytes.length < prefixBytes) {
    throw new FormatError(`got ${bytes.length} bytes, wanted at least 8`, null, 'The file is cut off or no such file')
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, prefixBytes).getBigUint64(0, true)
  if (length > BigInt(most)) {
    throw new FormatError(`the header has ${length} bytes, wanted at most ${most}`, null, 'This is no safetensors file')
  }
  if (length > BigInt(bytes.length - prefixBytes)) {
    throw new FormatError(
      `the header has ${length} bytes, the file ${bytes.length - prefixBytes} behind its length`, null,
      'The file is cut off',
    )
  }
  return Number(length)
}

function jsonOf(bytes: Uint8Array): unknown {
  if (bytes[0] !== 0x7b) throw new FormatError('the header does not start with {', null, 'This is no safetensors file')
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = JSON.parse(text)
  } catch (error) {
    throw new FormatError(
      `the header is no JSON in UTF-8 (${error instanceof Error ? error.message : String(error)})`, null,
      'The file is damaged',
    )
  }
  const twice = duplicateKey(text)
  if (twice === null) return value
  throw new FormatError('is in the header twice', twice, 'Two readers could load different ones: write the file again')
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError('the header is no object', null, 'The file is damaged')
  }
  return value as Record<string, unknown>
}

function metadataOf(value: unknown): ReadonlyMap<string, string> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries = isRecord ? Object.entries(value) : []
  if (isRecord && entries.every(([, text]) => typeof text === 'string')) return new Map(entries as [string, string][])
  throw new FormatError('__metadata__ is no record of texts', null, 'Its values must be strings')
}

function entryOf(name: string, value: unknown, dataBytes: number): Entry {
  if (name === '__proto__') {
    throw new FormatError('has a name that means something else in JavaScript', name, 'Rename it where it is written')
  }
  const { dtype, shape, data_offsets: offsets } = fieldsOf(name, value)
  const type = typeof dtype === 'string' ? elementTypes.get(dtype) : undefined
  if (type === undefined) {
    const wanted = [...elementTypes.keys()].join(', ')
    throw new FormatError(
      `has the element type ${JSON.stringify(dtype)?.slice(0, 40)}, wanted one of ${wanted}`, name,
      'Convert it where it is written',
    )
  }
  const sizes = wholesOf(shape)
  if (sizes === null || sizes.length > axesMax) {
    throw new FormatError(`has a shape that is no list of at most ${axesMax} sizes`, name, 'The file is damaged')
  }
  const range = wholesOf(offsets)
  if (range === null || range.length !== 2 || range[0]! > range[1]! || range[1]! > dataBytes) {
    throw new FormatError(
      `its data_offsets are ${JSON.stringify(offsets)?.slice(0, 80)}, wanted two from 0 to ${dataBytes}`, name,
      'The file is cut off or damaged',
    )
  }
  const [from, to] = range as [number, number]
  const count = sizes.reduce((product, size) => product * size, 1)
  if (count * type.bytes !== to - from) {
    throw new FormatError(
      `its shape [${sizes.join(', ')}] of ${String(dtype)} takes ${count * type.bytes} bytes, it has ${to - from}`,
      name, 'The file is damaged',
    )
  }
  return { name, type: dtype as string, shape: sizes, count, from, to }
}

function fieldsOf(name: string, value: unknown): Record<'dtype' | 'shape' | 'data_offsets', unknown> {
  const wanted = ['data_offsets', 'dtype', 'shape']
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isRecord && Object.keys(value).sort().join() === wanted.join()) {
    return value as Record<'dtype' | 'shape' | 'data_offsets', unknown>
  }
  throw new FormatError('is not described by dtype, shape and data_offsets alone', name, 'The file is damaged')
}

/** The numbers when all of them are integers from 0 that are exact, else null; -0 is 0. */
function wholesOf(value: unknown): readonly number[] | null {
  const isList = Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
  return isList ? (value as readonly number[]).map((item) => item + 0) : null
}

function checkPlaces(entries: readonly Entry[], dataBytes: number): void {
  let end = 0
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      throw new FormatError(
        `starts at byte ${from} of the data, the tensor before it ends at ${end}`, name,
        from < end ? 'Tensors must not overlap' : 'Nothing may lie between tensors',
      )
    }
    end = to
  }
  if (end === dataBytes) return
  throw new FormatError(
    `there are ${dataBytes} bytes of data, the tensors take ${end}`, null, 'Nothing may lie behind the last tensor',
  )
}
