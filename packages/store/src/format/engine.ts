import type { ByteWriter } from './byte-writer.ts'
import { packed } from './wasm.ts'

/** Bytes that a checksum takes at once. */
export const stripeBytes = 64

/** Words of four bytes make a line, lines a block. */
export const lineBytes = 64
export const blockBytes = 32 * lineBytes

/** What the compiled module exports; see assembly/index.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory
  changes(next: number, last: number, lines: number, out: number, blocks: number): number
  stripes(at: number, count: number, lanes: number): void
}

/**
 * How the first four pages of its memory are used: its own table from 1024 on, pieces of two states of one length, and
 * what differs between them. Behind them are rooms, see `takeRoom`.
 */
const lanesAt = 64
const blocksAt = 128
const nextAt = 4096
/** Eight blocks, so that their bits are whole bytes. */
const pieceBytes = 8 * blockBytes
const lastAt = nextAt + pieceBytes
const outAt = lastAt + pieceBytes
const pageBytes = 2 ** 16
const roomsAt = 4 * pageBytes
/** Bytes of a room, as a power of two: larger ones would leave too much unused. */
const roomMin = 10
const roomMax = 22

interface Engine {
  readonly exports: Exports
  /** All of its memory. */
  bytes: Uint8Array<ArrayBuffer>
}

let running: Engine | null = null

/** Made once, when it is first asked for. */
function engine(): Engine {
  if (running !== null) return running
  const module = new WebAssembly.Module(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)))
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports
  return (running = { exports, bytes: new Uint8Array(exports.memory.buffer as ArrayBuffer) })
}

/** Some of the engine's memory; null: there was none to have. */
export interface Room {
  at: number
  /** Bytes, as a power of two. */
  readonly size: number
}

/** Rooms that were given back, by size. */
const free: number[][] = []
let roomsEnd = roomsAt

/** Takes room for so many bytes; null when it would be too large, or there is none. */
export function takeRoom(length: number): Room | null {
  const size = Math.max(roomMin, 32 - Math.clz32(length - 1))
  if (length > 2 ** roomMax) return null
  const known = free[size]?.pop()
  if (known !== undefined) return { at: known, size }
  const own = engine()
  const at = roomsEnd
  const missing = at + 2 ** size - own.bytes.length
  if (missing > 0) {
    try {
      own.exports.memory.grow(Math.ceil(missing / pageBytes))
    } catch {
      return null
    }
    own.bytes = new Uint8Array(own.exports.memory.buffer as ArrayBuffer)
  }
  roomsEnd += 2 ** size
  return { at, size }
}

/** Gives it back, once. */
export function giveRoom(room: Room): void {
  if (room.at > 0) (free[room.size] ??= []).push(room.at)
  room.at = 0
}

/** Writes bytes into a room. */
export function putInRoom({ at }: Room, bytes: Uint8Array, from: number): void {
  engine().bytes.set(bytes, at + from)
}

/** A copy of its first bytes. */
export function copyOfRoom({ at }: Room, length: number): Uint8Array<ArrayBuffer> {
  return engine().bytes.slice(at, at + length)
}

/** A view of all of its bytes, good until the memory grows. */
export function bytesOfRoom({ at, size }: Room): Uint8Array<ArrayBuffer> {
  return engine().bytes.subarray(at, at + 2 ** size)
}

/** Behind what `changes` has written. */
export const overwritten = 70

/**
 * Appends the words of the first lines of `next` that differ from `last`, which then has them, too, as `changes` of the
 * assembly says it; sets a bit for each block in the bytes of the writer from `blocks` on. The writer has room for all
 * of them, and for `overwritten` bytes.
 */
export function putChanged(
  writer: ByteWriter, blocks: number, next: Uint8Array, last: Room | Uint8Array, lines: number,
): void {
  const { exports, bytes } = engine()
  const end = lines * lineBytes
  const isRoom = !(last instanceof Uint8Array)
  const begin = writer.bytes.buffer === bytes.buffer ? writer.bytes.byteOffset : -1
  for (let from = 0, at = blocks; from < end; from += pieceBytes, at++) {
    const to = Math.min(from + pieceBytes, end)
    const count = (to - from) / lineBytes
    bytes.set(next.subarray(from, to), nextAt)
    if (!isRoom) bytes.set(last.subarray(from, to), lastAt)
    const before = isRoom ? last.at + from : lastAt
    if (begin >= 0) {
      writer.length = exports.changes(nextAt, before, count, begin + writer.length, begin + at) - begin
    } else {
      const outEnd = exports.changes(nextAt, before, count, outAt, blocksAt)
      writer.bytes[at] = bytes[blocksAt]!
      writer.raw(bytes.subarray(outAt, outEnd))
    }
    if (!isRoom) last.set(bytes.subarray(lastAt, lastAt + to - from), from)
  }
}

/** The sixteen lanes of the stripes of `source[from, to)`, as bytes, to the beginning of `lanes`; see `checksum`. */
export function stripesOf(source: Uint8Array, from: number, to: number, seed: number, lanes: Uint8Array): void {
  const { exports, bytes } = engine()
  for (let k = 0; k < stripeBytes; k++) bytes[lanesAt + k] = seed >>> 8 * (k & 3)
  if (source.buffer === bytes.buffer) exports.stripes(source.byteOffset + from, (to - from) / stripeBytes, lanesAt)
  else {
    const room = 3 * pieceBytes
    for (let at = from; at < to; at += room) {
      const end = Math.min(at + room, to)
      bytes.set(source.subarray(at, end), nextAt)
      exports.stripes(nextAt, (end - at) / stripeBytes, lanesAt)
    }
  }
  lanes.set(bytes.subarray(lanesAt, lanesAt + stripeBytes))
}
