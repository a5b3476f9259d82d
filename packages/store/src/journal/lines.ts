import type { ByteReader } from '../format/byte-reader.ts'
import type { ByteWriter } from '../format/byte-writer.ts'
import {
  blockBytes, copyOfRoom, giveRoom, lineBytes, overwritten, putChanged, putInRoom, type Room, takeRoom,
} from '../format/engine.ts'

const wordBytes = 4

/** Rooms of shadows that nobody holds any more. */
const left = /* @__PURE__ */ new FinalizationRegistry<Room>(giveRoom)

/** Bytes that were written last, to find what has changed since: where they are looked at, unless they are many. */
export class Shadow {
  /** How many of them count. */
  length = 0
  #room: Room | null = null
  #bytes: Uint8Array = new Uint8Array(0)

  /** Where they are. */
  get place(): Room | Uint8Array {
    return this.#room ?? this.#bytes
  }

  /** Makes room; what counts stays. */
  fit(length: number): void {
    const before = this.#room
    if ((before === null ? this.#bytes.length : 2 ** before.size) >= length) return
    const bytes = before === null ? this.#bytes.subarray(0, this.length) : copyOfRoom(before, this.length)
    this.release()
    this.#room = takeRoom(length)
    if (this.#room !== null) left.register(this, this.#room, this)
    else this.#bytes = new Uint8Array(length + (length >>> 2) + 64 & ~63)
    this.set(bytes, 0)
    this.length = bytes.length
  }

  /** Writes bytes for which there is room. */
  set(bytes: Uint8Array, from: number): void {
    if (this.#room === null) this.#bytes.set(bytes, from)
    else putInRoom(this.#room, bytes, from)
  }

  /** Gives the room back; nothing counts any more. */
  release(): void {
    this.length = 0
    this.#bytes = new Uint8Array(0)
    if (this.#room === null) return
    left.unregister(this)
    giveRoom(this.#room)
    this.#room = null
  }
}

/**
 * Appends the words of `next` that differ from the shadow, which then holds `next`. Lines of 16 words, as many as both
 * have as a whole, are looked at in blocks of 32; what follows them is written as it is:
 *
 *     a bit for each block, up to whole words | changed blocks | what follows the lines | zeros up to whole words
 *     a block: a bit for each line u32 | changed lines
 *     a line: a bit for each word u16 | changed words
 *
 * The writer stands at a multiple of four. `isSame`: those who wrote these bytes say that nothing has changed.
 */
export function putLines(writer: ByteWriter, next: Uint8Array, shadow: Shadow, isSame = false): void {
  const { length } = next
  const lines = linesOf(length, shadow.length)
  const bitBytes = bitBytesOf(lines)
  const bits = writer.length
  shadow.fit(length)
  writer.reserve(bitBytes + length + length / 16 + 4 + overwritten)
  writer.bytes.fill(0, bits, bits + bitBytes)
  writer.length += bitBytes
  if (!isSame || shadow.length !== length) putChanged(writer, bits, next, shadow.place, lines)
  const rest = next.subarray(lines * lineBytes)
  writer.raw(rest)
  writer.align()
  shadow.set(rest, lines * lineBytes)
  shadow.length = length
}

/**
 * What `putLines` was given, from what the shadow held then; writes into `last`, or into a copy where it is too short.
 * No room is made for more than is there. @throws StoreError (E_CORRUPT)
 */
export function takeLines(reader: ByteReader, last: Uint8Array, length: number): Uint8Array {
  const lines = linesOf(length, last.length)
  const bits = reader.raw(bitBytesOf(lines))
  if (length - lines * lineBytes > reader.left) reader.refuse(`a part of ${length} bytes`)
  let part = last.subarray(0, length)
  if (length > last.length) {
    part = new Uint8Array(length)
    part.set(last)
  }
  for (let from = 0, block = 0; from < lines * lineBytes; from += blockBytes, block++) {
    if ((bits[block >>> 3]! & 1 << (block & 7)) !== 0) takeBlock(reader, part, from, lines * lineBytes)
  }
  part.set(reader.raw(length - lines * lineBytes), lines * lineBytes)
  reader.raw(-reader.at & 3)
  return part
}

function takeBlock(reader: ByteReader, part: Uint8Array, from: number, end: number): void {
  const lines = reader.u32()
  for (let line = 0, at = from; line < 32; line++, at += lineBytes) {
    if ((lines & 1 << line) === 0) continue
    if (at >= end) reader.refuse('a line that there is not')
    const words = reader.u8() | reader.u8() << 8
    for (let word = 0; word < lineBytes / wordBytes; word++) {
      if ((words & 1 << word) !== 0) part.set(reader.raw(wordBytes), at + word * wordBytes)
    }
  }
}

/** Lines that both have as a whole. */
function linesOf(length: number, before: number): number {
  return Math.floor(Math.min(length, before) / lineBytes)
}

/** Bytes of the bits of their blocks. */
function bitBytesOf(lines: number): number {
  return 4 * Math.ceil(Math.ceil(lines * lineBytes / blockBytes) / 32)
}
