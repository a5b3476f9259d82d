import type { ByteWriter } from '../format/byte-writer.ts'
import { encode, encodeInto } from '../format/encode.ts'
import { kinds, typedArrays } from '../format/kinds.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type Part, shapesOf } from './parts.ts'

/** Larger numbers are written as any other. */
const smallMax = 2 ** 32 - 1
/** Where the checksum of what a checkpoint builds on stands behind its number: no position, two empty lists, no ids. */
const usualAt = 1 + 2 + 2 + 1 + 3
const typeOfBytes = /* @__PURE__ */ typedArrays.indexOf(Uint8Array)

/**
 * Writes what stands before the parts of a checkpoint, the same bytes as
 *
 *     encode([sequence, position, without, retried, ids !== undefined, after, shapesOf(parts)])
 *
 * by a shorter way: most of it is what it was the last time.
 */
export class HeadWriter {
  /** The parts of the last time, as far as their shapes go, and how these are written. */
  #parts: readonly Pick<Part, 'tensor'>[] = []
  readonly #lengths: number[] = []
  #shapes: Uint8Array = new Uint8Array(0)
  /** For these very parts: all that follows the number, where nothing was to be said but what it builds on. */
  #last: readonly Part[] | null = null
  #rest: Uint8Array = new Uint8Array(0)

  /** `after`: the checksum of the checkpoint that this one builds on. @throws StoreError (E_ENCODE) */
  put(writer: ByteWriter, checkpoint: Checkpoint, after: Uint8Array | null, parts: readonly Part[]): void {
    const { sequence, position, without, retried, ids } = checkpoint
    writer.u8(kinds.list)
    writer.count(7)
    if (sequence > smallMax) encodeInto(writer, sequence)
    else {
      writer.u8(kinds.small)
      writer.count(sequence)
    }
    const isUsual = position === null && without.length === 0 && retried.length === 0 && ids === undefined
      && after !== null
    if (isUsual && parts === this.#last) {
      this.#rest.set(after, usualAt)
      return writer.raw(this.#rest)
    }
    const from = writer.length
    this.#putRest(writer, checkpoint, after, parts)
    this.#last = isUsual ? parts : null
    if (isUsual) this.#rest = writer.bytes.slice(from, writer.length)
  }

  #putRest(writer: ByteWriter, checkpoint: Checkpoint, after: Uint8Array | null, parts: readonly Part[]): void {
    const { position, without, retried, ids } = checkpoint
    if (position === null) writer.u8(kinds.null)
    else encodeInto(writer, position)
    putList(writer, without)
    putList(writer, retried)
    writer.u8(ids === undefined ? kinds.false : kinds.true)
    putBytes(writer, after)
    if (!this.#areAsBefore(parts)) this.#remember(parts)
    writer.raw(this.#shapes)
  }

  #areAsBefore(parts: readonly Part[]): boolean {
    if (parts.length !== this.#parts.length) return false
    for (let k = 0; k < parts.length; k++) {
      const { bytes, tensor } = parts[k]!
      const before = this.#parts[k]!.tensor
      if (bytes.length !== this.#lengths[k] || (tensor === null) !== (before === null)) return false
      if (tensor !== null && (tensor.shape !== before!.shape || tensor.dtype !== before!.dtype)) return false
    }
    return true
  }

  #remember(parts: readonly Part[]): void {
    this.#shapes = encode(shapesOf(parts))
    this.#parts = parts.map(({ tensor }) => ({ tensor }))
    this.#lengths.length = 0
    for (const { bytes } of parts) this.#lengths.push(bytes.length)
  }
}

function putBytes(writer: ByteWriter, bytes: Uint8Array | null): void {
  if (bytes === null) return writer.u8(kinds.null)
  writer.u8(kinds.typedArray)
  writer.u8(typeOfBytes)
  writer.count(bytes.length)
  writer.raw(bytes)
}

function putList(writer: ByteWriter, list: readonly number[]): void {
  if (list.length > 0) return encodeInto(writer, list)
  writer.u8(kinds.list)
  writer.count(0)
}
