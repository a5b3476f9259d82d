import { Tensor, ValueError } from '@eddy/tensor'
import { ByteReader } from './byte-reader.ts'
import { instanceKinds } from './instances.ts'
import { axesMax, bufferOf, depthMax, digitsMax, kinds, typedArrays } from './kinds.ts'

export interface DecodeOptions {
  /** Tensors that were taken out, by number. */
  readonly tensors?: readonly Tensor[]
  /** Other values that were taken out, likewise. @internal */
  readonly pieces?: readonly unknown[]
  /** For messages: the file, and where the bytes begin in it. */
  readonly where?: string
  readonly base?: number
}

/**
 * The value that `encode` was given. Data only: no code, no path, no inherited name can come of it. Lengths are held
 * against the bytes that are there before anything is made, and only the one form that `encode` writes is accepted.
 * @throws StoreError (E_CORRUPT) that names the byte; ValueError for what are no bytes.
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  if (!ArrayBuffer.isView(bytes)) {
    throw new ValueError({
      what: 'these are no bytes', where: 'decode', got: bytes, wanted: 'a Uint8Array', hint: 'Give what encode gave.',
    })
  }
  const { where = 'encoded value', base = 0 } = options
  const reader = new ByteReader(bytes, where, base)
  const value = decodeFrom(reader, options)
  if (reader.left > 0) reader.refuse(`${reader.left} bytes follow the value`)
  return value
}

/** The next value of a reader. @throws StoreError (E_CORRUPT) */
export function decodeFrom(reader: ByteReader, { tensors = [], pieces = [] }: DecodeOptions = {}): unknown {
  return new Decoder(reader, tensors, pieces).value(0)
}

/** Makes records without inherited names that keep the engine's fast layout. */
const Bare = function () {} as unknown as new () => Record<string, unknown>
Bare.prototype = Object.freeze(Object.create(null))

class Decoder {
  readonly #reader: ByteReader
  readonly #tensors: readonly Tensor[]
  readonly #pieces: readonly unknown[]

  constructor(reader: ByteReader, tensors: readonly Tensor[], pieces: readonly unknown[]) {
    this.#reader = reader
    this.#tensors = tensors
    this.#pieces = pieces
  }

  value(depth: number): unknown {
    const reader = this.#reader
    const kind = reader.u8()
    switch (kind) {
      case kinds.null: return null
      case kinds.undefined: return undefined
      case kinds.true: return true
      case kinds.false: return false
      case kinds.small: return this.#small()
      case kinds.number: return this.#number()
      case kinds.bigint: return this.#bigint()
      case kinds.text: return reader.text()
      case kinds.units: return this.#units()
      case kinds.date: return this.#date()
      case kinds.numbers: return this.#numbers()
      case kinds.tensor32: return this.#tensor(4)
      case kinds.tensor64: return this.#tensor(8)
      case kinds.outline: return this.#outlined()
      case kinds.piece: return this.#piece()
      case kinds.typedArray: return this.#typedArray()
      default: break
    }
    if (depth === depthMax) reader.refuse(`it is more than ${depthMax} deep`)
    switch (kind) {
      case kinds.list: return this.#list(depth)
      case kinds.record: return this.#record(true, false, depth)
      case kinds.bareRecord: return this.#record(true, true, depth)
      case kinds.ordered: return this.#record(false, false, depth)
      case kinds.bareOrdered: return this.#record(false, true, depth)
      case kinds.instance: return this.#instance(depth)
      default: return reader.refuse(`${kind} is no kind of value`)
    }
  }

  #small(): number {
    const value = this.#reader.count()
    return value <= 0xffffffff ? value : this.#reader.refuse('a small number is too large')
  }

  #number(): number {
    const value = this.#reader.f64()
    const isSmall = Number.isInteger(value) && value >= 0 && value <= 0xffffffff && !Object.is(value, -0)
    return isSmall ? this.#reader.refuse('a small number is written as a large one') : value
  }

  #date(): Date {
    const time = this.#reader.f64()
    const date = new Date(time)
    return Object.is(date.getTime(), time) ? date : this.#reader.refuse('a date is none')
  }

  #bigint(): bigint {
    const text = this.#reader.text()
    const isWhole = text.length <= digitsMax && /^(0|-?[1-9]\d*)$/.test(text)
    if (!isWhole) this.#reader.refuse('a whole number is not written as one')
    return BigInt(text)
  }

  #units(): string {
    const reader = this.#reader
    const bytes = reader.raw(2 * reader.countOf(2))
    let text = ''
    for (let k = 0; k < bytes.length; k += 2) text += String.fromCharCode(bytes[k]! | bytes[k + 1]! << 8)
    return /\p{Surrogate}/u.test(text) ? text : reader.refuse('well-formed text is written as if it were not')
  }

  #numbers(): number[] {
    const reader = this.#reader
    const length = reader.countOf(8)
    if (length === 0) reader.refuse('an empty list is written as one of numbers')
    const list: number[] = []
    for (let k = 0; k < length; k++) list.push(reader.f64())
    return list
  }

  #list(depth: number): unknown[] {
    const reader = this.#reader
    const length = reader.countOf(1)
    const list: unknown[] = []
    let areNumbers = length > 0
    for (let k = 0; k < length; k++) {
      const item = this.value(depth + 1)
      areNumbers &&= typeof item === 'number'
      list.push(item)
    }
    return areNumbers ? reader.refuse('a list of numbers is not written as one') : list
  }

  #record(isSorted: boolean, isBare: boolean, depth: number): Record<string, unknown> {
    const reader = this.#reader
    const count = reader.countOf(3)
    const record: Record<string, unknown> = isBare ? new Bare() : {}
    let before: string | null = null
    for (let k = 0; k < count; k++) {
      const name = this.#name()
      if (isSorted ? before !== null && name <= before : Object.hasOwn(record, name)) {
        reader.refuse('the entries of a record are not in order')
      }
      before = name
      const value = this.value(depth + 1)
      // Never through a setter, nor against a frozen prototype: '__proto__' is a name like any other.
      if (name in Object.prototype) {
        Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
      } else record[name] = value
    }
    return record
  }

  #name(): string {
    const kind = this.#reader.u8()
    if (kind === kinds.text) return this.#reader.text()
    return kind === kinds.units ? this.#units() : this.#reader.refuse('the name of an entry is no text')
  }

  #tensor(elementBytes: number): Tensor {
    const reader = this.#reader
    const shape = this.#shape()
    const size = shape.reduce((product, length) => product * length, 1)
    if (!(size * elementBytes <= reader.left)) reader.refuse(`a tensor of shape [${shape}] does not fit into it`)
    const buffer = bufferOf(reader.raw(size * elementBytes), elementBytes)
    return Tensor.of(shape, elementBytes === 4 ? new Float32Array(buffer) : new Float64Array(buffer))
  }

  #shape(): number[] {
    const reader = this.#reader
    const axes = reader.countOf(1)
    if (axes > axesMax) reader.refuse(`a tensor has ${axes} axes`)
    return Array.from({ length: axes }, () => reader.count())
  }

  #outlined(): Tensor {
    const number = this.#reader.count()
    return this.#tensors[number] ?? this.#reader.refuse(`there is no tensor ${number}`)
  }

  #piece(): unknown {
    const number = this.#reader.count()
    return number < this.#pieces.length ? this.#pieces[number] : this.#reader.refuse(`there is no piece ${number}`)
  }

  #typedArray(): unknown {
    const reader = this.#reader
    const Type = typedArrays[reader.u8()] ?? reader.refuse('no such kind of typed array')
    const length = reader.countOf(Type.BYTES_PER_ELEMENT)
    return new Type(bufferOf(reader.raw(length * Type.BYTES_PER_ELEMENT), Type.BYTES_PER_ELEMENT))
  }

  #instance(depth: number): object {
    const reader = this.#reader
    const name = reader.text()
    const kind = instanceKinds.find((known) => known.name === name) ?? reader.refuse('no such class')
    const data = this.value(depth + 1)
    try {
      return kind.make(data)
    } catch {
      return reader.refuse(`this is nothing that a ${name} is made from`)
    }
  }
}
