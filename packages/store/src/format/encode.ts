import { Tensor, type TensorData } from '@eddy/tensor'
import { StoreError } from '../errors.ts'
import { ByteWriter } from './byte-writer.ts'
import type { EncodeMemory } from './encode-memory.ts'
import { instanceKinds } from './instances.ts'
import { type AnyTypedArray, bytesOfArray, depthMax, digitsMax, kinds, typedArrays } from './kinds.ts'
import { putNumber } from './put-number.ts'
import { ascending, type Layout, putShort, type RecordLayouts } from './record-layouts.ts'
import {
  type Hole, ListHole, moved, type Outlets, PieceHole, pour, RecordHole, type Stencil, TensorHole,
} from './stencil.ts'

export interface EncodeOptions {
  /** Keep the entries of records in the order they have, as events do; default: ascending, so that equals are equal. */
  readonly ordered?: boolean
  /** For records of few kinds. @internal */
  readonly layouts?: RecordLayouts
  /** For states that share most of what earlier ones had. @internal */
  readonly memory?: EncodeMemory
  /** Takes a tree that is remembered out: the number it is known by elsewhere, or -1 to have it here. @internal */
  readonly piece?: (bytes: Uint8Array) => number
  /** Takes a tensor out, the first one as number 0, the next as 1, and so on; false to have it here. */
  readonly outline?: (tensor: TensorLike) => boolean
}

/** Something with a shape and typed data: a `Tensor`, also one that another copy of the library made. */
export interface TensorLike {
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** Lists of so many items are remembered at once: they tend to grow. */
const listFrom = 32
const loneSurrogate = /\p{Surrogate}/u

/**
 * Appends a value: numbers to the bit (-0 is kept, all NaN are one), text, bigints, dates, lists, records, tensors and
 * typed arrays, and objects of the few classes that states hold. Nothing else has a place in a state or an event.
 * @throws StoreError (E_ENCODE) that names the place of what cannot be kept; nothing has been appended then.
 */
export function encodeInto(writer: ByteWriter, value: unknown, options: EncodeOptions = {}): void {
  const start = writer.length
  try {
    new Encoder(writer, options).value(value, 0)
  } catch (error) {
    writer.length = start
    const reason = error instanceof Error ? error.message : String(error)
    const culprit = error instanceof Unkept ? error.culprit : undefined
    throw new StoreError({
      code: 'E_ENCODE', what: reason, where: error instanceof Unkept ? placeOf(value, culprit) : 'value',
      hint: 'Keep numbers, text, booleans, dates, lists, records, typed arrays and tensors; map others before.',
    }, { cause: error })
  }
}

/** A value as bytes; see `encodeInto`. Equal values give equal bytes, whatever the order of their entries. */
export function encode(value: unknown, options: EncodeOptions = {}): Uint8Array {
  const writer = new ByteWriter()
  encodeInto(writer, value, options)
  return writer.written.slice()
}

const noOutline = (): boolean => false
const noPiece = (): number => -1

class Unkept extends Error {
  readonly culprit: unknown
  constructor(what: string, culprit: unknown) {
    super(what)
    this.culprit = culprit
  }
}

class Encoder implements Outlets {
  readonly #writer: ByteWriter
  readonly #ordered: boolean
  readonly #outline: (tensor: TensorLike) => boolean
  readonly #memory: EncodeMemory | null
  readonly #layouts: RecordLayouts | null
  readonly #piece: (bytes: Uint8Array) => number
  /** Tensors and trees that were taken out so far. */
  #outlined = 0
  #pieced = 0
  /** Objects so far that may change in more than numbers, or hold bytes that may. */
  #mutable = 0
  /** Numbers so far that may change; where they stand, while a frozen tree that was met before is written. */
  #changing = 0
  #frozen = 0
  readonly #holes: Hole[] = []

  constructor(writer: ByteWriter, { ordered = false, outline, memory, layouts, piece }: EncodeOptions) {
    this.#writer = writer
    this.#ordered = ordered
    this.#memory = memory ?? null
    this.#layouts = layouts ?? memory?.layouts ?? null
    this.#outline = outline ?? noOutline
    this.#piece = piece ?? noPiece
  }

  value(value: unknown, depth: number): void {
    const writer = this.#writer
    switch (typeof value) {
      case 'number': return putNumber(writer, value)
      case 'string': return this.#text(value)
      case 'boolean': return writer.u8(value ? kinds.true : kinds.false)
      case 'undefined': return writer.u8(kinds.undefined)
      case 'bigint': return this.#bigint(value)
      case 'object':
        if (value === null) return writer.u8(kinds.null)
        if (depth === depthMax) throw new Unkept(`it is more than ${depthMax} deep, or contains itself`, value)
        return this.#object(value, depth)
      default: throw new Unkept(`a ${typeof value} cannot be kept`, value)
    }
  }

  #bigint(value: bigint): void {
    const text = value.toString()
    if (text.length > digitsMax) throw new Unkept(`a bigint has more than ${digitsMax} digits`, value)
    this.#writer.u8(kinds.bigint)
    this.#writer.text(text)
  }

  #text(text: string): void {
    const writer = this.#writer
    const { length } = writer
    writer.u8(kinds.text)
    if (writer.shortText(text)) return
    if (!loneSurrogate.test(text)) return writer.text(text)
    writer.length = length
    writer.u8(kinds.units)
    writer.count(text.length)
    for (let k = 0; k < text.length; k++) {
      const unit = text.charCodeAt(k)
      writer.u8(unit & 255)
      writer.u8(unit >>> 8)
    }
  }

  #object(value: object, depth: number): void {
    const memory = this.#memory
    if (memory === null) return this.#whole(value, depth)
    const { length } = this.#writer
    const isFrozen = Object.isFrozen(value)
    if (!isFrozen && Object.getPrototypeOf(value) !== Object.prototype) {
      this.#whole(value, depth)
      if (!canBeHole(this.#writer.bytes[length]!)) this.#mutable++
      return
    }
    const known = memory.known(value)
    if (known instanceof Uint8Array) return this.#known(known)
    if (known != null && this.#pour(known)) return
    // One whose form has changed is met as if for the first time.
    const isMet = known === null
    const { length: holes } = this.#holes
    const before = this.#mutable
    const changing = this.#changing
    const outlined = this.#outlined
    const pieced = this.#pieced
    if (isMet) this.#frozen++
    if (isFrozen) this.#whole(value, depth)
    else this.#record(value, false, depth, true)
    if (isMet) this.#frozen--
    // Lists of numbers are copied as fast as they are remembered.
    if (this.#mutable !== before || this.#writer.bytes[length] === kinds.numbers) return
    if (this.#changing !== changing) {
      return memory.metStencil(value, this.#writer.written.subarray(length), !isMet ? null : {
        holes: moved(this.#holes.slice(holes), -length), outlined, pieced,
      })
    }
    const bytes = this.#met(memory, value, this.#writer.written.subarray(length))
    if (bytes === null) return
    this.#writer.length = length
    this.#known(bytes)
  }

  #pour(stencil: Stencil): boolean {
    const writer = this.#writer
    const { length } = writer
    if (stencil.outlined !== this.#outlined || stencil.pieced !== this.#pieced) return false
    if (!pour(writer, stencil, this)) return false
    this.#changing++
    if (this.#frozen > 0) this.#holes.push(...moved(stencil.holes, length))
    return true
  }

  /** Remembers a frozen tree that is worth it. */
  #met(memory: EncodeMemory, tree: object, written: Uint8Array): Uint8Array | null {
    if (!Array.isArray(tree) || tree.length < listFrom) return memory.met(tree, written)
    const bytes = memory.remember(tree, written.slice())
    memory.rememberList(tree, bytes, 1 + countBytes(tree.length))
    return bytes
  }

  outline(tensor: TensorLike): boolean {
    const isTaken = this.#outline(tensor)
    if (isTaken) this.#outlined++
    return isTaken
  }

  piece(bytes: Uint8Array): number {
    const number = this.#piece(bytes)
    if (number >= 0) this.#pieced++
    return number
  }

  #known(bytes: Uint8Array): void {
    const number = this.piece(bytes)
    if (number < 0) return this.#writer.raw(bytes)
    this.#changing++
    if (this.#frozen > 0) this.#holes.push(new PieceHole(bytes))
    this.#writer.u8(kinds.piece)
    this.#writer.count(number)
  }

  #whole(value: object, depth: number): void {
    if (Array.isArray(value)) return this.#list(value, depth)
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) return this.#record(value, false, depth)
    // Records of sources, and those of other realms, have prototypes without a parent.
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      return this.#record(value, prototype === null || !Object.hasOwn(prototype, 'hasOwnProperty'), depth)
    }
    const tensor = tensorOf(value)
    if (tensor !== null) return this.#tensor(tensor)
    const writer = this.#writer
    if (ArrayBuffer.isView(value)) {
      this.#mutable++
      const kind = typedArrays.findIndex((type) => value instanceof type)
      if (kind < 0) throw new Unkept('a view that is no array cannot be kept', value)
      const array = value as unknown as AnyTypedArray
      writer.u8(kinds.typedArray)
      writer.u8(kind)
      writer.count(array.length)
      return writer.raw(bytesOfArray(array))
    }
    const instance = instanceKinds.find(({ is }) => is(value))
    if (instance !== undefined) {
      writer.u8(kinds.instance)
      writer.text(instance.name)
      this.#mutable++
      return this.value(instance.dataOf(value), depth + 1)
    }
    if (value instanceof Date) {
      this.#mutable++
      writer.u8(kinds.date)
      return writer.f64(value.getTime())
    }
    const { name = 'no known class' } = (value.constructor ?? {}) as { name?: string }
    throw new Unkept(`an object of ${name} cannot be kept`, value)
  }

  #list(list: readonly unknown[], depth: number): void {
    const writer = this.#writer
    const { length } = list
    if (typeof list[0] === 'number' && this.#numbers(list)) return
    writer.u8(kinds.list)
    writer.count(length)
    const start = this.#memory !== null && Object.isFrozen(list) ? this.#memory.startOf(list) : null
    if (start !== null) writer.raw(start.bytes.subarray(start.from))
    for (let k = start?.list.length ?? 0; k < length; k++) this.value(list[k], depth + 1)
  }

  /** False, with nothing written, when something else is among them. */
  #numbers(list: readonly unknown[]): boolean {
    const writer = this.#writer
    const start = writer.length
    writer.u8(kinds.numbers)
    writer.count(list.length)
    const at = writer.length
    if (!writer.numbers(list)) {
      writer.length = start
      return false
    }
    if (this.#memory === null || Object.isFrozen(list)) return true
    this.#changing++
    if (this.#frozen > 0) this.#holes.push(new ListHole(at, list))
    return true
  }

  /** `isOpen`: its entries may be others the next time. */
  #record(record: object, isBare: boolean, depth: number, isOpen = false): void {
    const writer = this.#writer
    const layouts = this.#layouts
    const latest = this.#ordered ? layouts?.latest[depth] : undefined
    if (latest !== undefined && this.#alike(record, isBare, latest, depth)) return
    const keys = Object.keys(record)
    if (isOpen) this.#changing++
    const open = isOpen && this.#frozen > 0 ? new RecordHole(writer.length, record, [...keys]) : null
    if (this.#ordered) writer.u8(isBare ? kinds.bareOrdered : kinds.ordered)
    else writer.u8(isBare ? kinds.bareRecord : kinds.record)
    writer.count(keys.length)
    const layout = layouts?.of(keys, this.#ordered, encode) ?? null
    if (layout !== null) layouts!.latest[depth] = layout
    const order = layout?.order ?? (this.#ordered ? keys : keys.sort(ascending))
    for (let k = 0; k < order.length; k++) {
      const name = order[k]!
      if (layout !== null) putShort(writer, layout.names[k]!)
      else this.#text(name)
      const value = (record as Record<string, unknown>)[name]
      const from = writer.length
      this.value(value, depth + 1)
      open?.add(name, value, from, writer.length)
    }
    if (open !== null) this.#holes.push(open)
  }

  /** Writes a record with these names, in this order; false, with nothing written, when it has others. */
  #alike(record: object, isBare: boolean, { keys, names }: Layout, depth: number): boolean {
    const writer = this.#writer
    const { length } = writer
    writer.u8(isBare ? kinds.bareOrdered : kinds.ordered)
    writer.count(keys.length)
    let k = 0
    for (const name in record) {
      if (name !== keys[k]) {
        k = -1
        break
      }
      putShort(writer, names[k++]!)
      const value = (record as Record<string, unknown>)[name]
      if (typeof value === 'number') putNumber(writer, value)
      else this.value(value, depth + 1)
    }
    // What it inherits comes last: when the last of them is its own, all are.
    if (k === keys.length && (k === 0 || Object.hasOwn(record, keys[k - 1]!))) return true
    writer.length = length
    return false
  }

  #tensor(tensor: TensorLike): void {
    const writer = this.#writer
    const { shape, data } = tensor
    const isOutlined = this.outline(tensor)
    if (isOutlined) {
      writer.u8(kinds.outline)
      writer.count(this.#outlined - 1)
    } else {
      writer.u8(data instanceof Float32Array ? kinds.tensor32 : kinds.tensor64)
      writer.count(shape.length)
      for (const size of shape) writer.count(size)
    }
    const bytes = isOutlined ? null : bytesOfArray(data)
    // What has a buffer of its own is another tensor the next time; a view of memory is looked at again.
    const isView = data.byteLength !== data.buffer.byteLength && (bytes === null || bytes.buffer === data.buffer)
    if (isView) this.#changing++
    else this.#mutable++
    if (isView && this.#frozen > 0) this.#holes.push(new TensorHole(writer.length, tensor, bytes))
    if (bytes !== null) writer.raw(bytes)
  }
}

/** Lists of numbers and tensors, by the letter that stands before them. */
function canBeHole(kind: number): boolean {
  return kind === kinds.numbers || kind === kinds.outline || kind === kinds.tensor32 || kind === kinds.tensor64
}

/** Bytes of a whole number as it is written. */
function countBytes(value: number): number {
  let bytes = 1
  while (value > 127) {
    value = Math.floor(value / 128)
    bytes++
  }
  return bytes
}

function tensorOf(value: object): TensorLike | null {
  if (value instanceof Tensor) return value
  const { shape, data } = value as Partial<TensorLike>
  const isOne = data !== undefined && (data instanceof Float32Array || data instanceof Float64Array)
    && Array.isArray(shape) && 'dtype' in value && typeof (value as { at?: unknown }).at === 'function'
  return isOne ? value as unknown as TensorLike : null
}

/** Where in a value something stands, as a person would write it. */
function placeOf(value: unknown, culprit: unknown): string {
  const seen = new Set<object>()
  const find = (inside: unknown, path: string): string | null => {
    if (inside === culprit && path !== 'value') return path
    if (typeof inside !== 'object' || inside === null || ArrayBuffer.isView(inside) || seen.has(inside)) return null
    seen.add(inside)
    for (const name of Object.keys(inside)) {
      const step = Array.isArray(inside) ? `[${name}]` : `.${name}`
      const found = find((inside as Record<string, unknown>)[name], `${path}${step}`)
      if (found !== null) return found
    }
    return null
  }
  return find(value, 'value') ?? 'value'
}
