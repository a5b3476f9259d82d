import { StoreError } from '../errors.ts'
import { ByteWriter } from './byte-writer.ts'
import { type Checksum, checksum, checksumBytes, isChecksum, putChecksum } from './checksum.ts'

/**
 * Bytes that check themselves, the unit of every file:
 *
 *     'EDDY' | version u8 | kind u8 | 0 u16 | length u32 | check of these 12 bytes u32 | payload | checksum | zeros
 *
 * The checksum covers header and payload and is seeded with the number of the file, so that a frame of another file is
 * none here. Up to three zeros bring the next frame to a multiple of four.
 */
export const formatVersion = 3

/** 'EDDY' */
const magic = 0x59444445
export const headerBytes = 16
/** A payload, at most. */
export const payloadMax = 2 ** 32 - 2 ** 16

/** Behind an `end` stands what an older file has left: nothing of it counts, and none of it is damage. */
export const frameKinds = /* @__PURE__ */ Object.freeze({ file: 1, checkpoint: 3, events: 4, note: 5, end: 6 })

/** Where the payload of a frame stands, and where the next frame begins. */
export interface Frame {
  readonly kind: number
  readonly at: number
  readonly from: number
  readonly to: number
  readonly next: number
}

const sum: Checksum = /* @__PURE__ */ new Uint32Array(4)

/** Appends a frame whose payload `fill` writes; the writer begins at a multiple of four. Returns its checksum. */
export function putFrame(writer: ByteWriter, kind: number, seed: number, fill: () => void): Checksum {
  const start = writer.length
  writer.reserve(headerBytes)
  writer.length += headerBytes
  fill()
  return seal(writer, kind, seed, start)
}

/** Puts header and checksum around the payload that stands behind a header's room. */
function seal(writer: ByteWriter, kind: number, seed: number, start: number): Checksum {
  const length = writer.length - start - headerBytes
  if (length > payloadMax) {
    writer.length = start
    throw new StoreError({
      code: 'E_ENCODE', what: `${length} bytes in one piece, at most ${payloadMax}`, where: 'frame',
      hint: 'Make the state, or the event, smaller.',
    })
  }
  writer.reserve(checksumBytes + 3)
  const { bytes } = writer
  putU32(bytes, start, magic)
  putU32(bytes, start + 4, formatVersion | kind << 8)
  putU32(bytes, start + 8, length)
  putU32(bytes, start + 12, headerCheck(bytes, start))
  checksum(bytes, start, writer.length, seed, sum)
  putChecksum(bytes, writer.length, sum)
  writer.length += checksumBytes
  writer.align()
  return sum
}

/**
 * The frame at a place, its payload unchecked; null when none begins there, or when it does not end within the bytes.
 * @throws StoreError (E_FORMAT) when it is of a version that this release does not know.
 */
export function frameAt(bytes: Uint8Array, at: number, where: string): Frame | null {
  if (at + headerBytes + checksumBytes > bytes.length || u32At(bytes, at) !== magic) return null
  if (u32At(bytes, at + 12) !== headerCheck(bytes, at)) return null
  const version = bytes[at + 4]!
  if (version !== formatVersion) {
    throw new StoreError({
      code: 'E_FORMAT', what: `version ${version} of the format, this release reads ${formatVersion}`, where,
      offset: at, hint: version > formatVersion ? 'Use a newer release.' : 'Use the release that wrote it.',
    })
  }
  const from = at + headerBytes
  const to = from + u32At(bytes, at + 8)
  if (to + checksumBytes > bytes.length) return null
  return { kind: bytes[at + 5]!, at, from, to, next: to + checksumBytes + 3 & ~3 }
}

/** Whether the payload is what was written. */
export function isIntact(bytes: Uint8Array, { at, to }: Frame, seed: number): boolean {
  return isChecksum(bytes, to, checksum(bytes, at, to, seed, sum))
}

/** What stands in a file that is no frame. */
export interface Gap {
  readonly at: number
  readonly to: number
}

/**
 * All frames, payloads unchecked. What is damaged is skipped up to the next header and told to `damaged`; a frame cut
 * off at the end of the file is such damage, too.
 */
export function* framesIn(bytes: Uint8Array, where: string, damaged: (gap: Gap) => void): Generator<Frame> {
  let at = 0
  while (at < bytes.length) {
    const frame = frameAt(bytes, at, where)
    if (frame !== null) {
      yield frame
      at = frame.next
      continue
    }
    const start = at
    do at += 4
    while (at < bytes.length && frameAt(bytes, at, where) === null)
    damaged({ at: start, to: Math.min(at, bytes.length) })
  }
}

/** A frame without a payload that says where a file of this number ends. */
export function endFrame(seed: number): Uint8Array {
  const writer = new ByteWriter(headerBytes + checksumBytes)
  putFrame(writer, frameKinds.end, seed, () => {})
  return writer.written
}

function headerCheck(bytes: Uint8Array, at: number): number {
  return checksum(bytes, at, at + 12, magic, sum)[0]!
}

function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0
}
