import type { ByteReader } from '../format/byte-reader.ts'
import type { ByteWriter } from '../format/byte-writer.ts'
import { putChanged } from '../format/engine.ts'

const lineMin = 64
const linesMax = 2 ** 16

/** Bytes of a line: 64, more where there would be very many. A power of two. */
export function lineBytesOf(length: number): number {
  let bytes = lineMin
  while (bytes * linesMax < length) bytes *= 2
  return bytes
}

/** Bytes that were written last, to find what has changed since. */
export class Shadow {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  /** How many of them count. */
  length = 0

  /** Makes room; what counts stays. */
  fit(length: number): void {
    if (this.bytes.length >= length) return
    const grown = new Uint8Array(length + (length >>> 2) + 64 & ~63)
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}

/**
 * Appends the lines of `next` that differ from the shadow, which then holds `next`:
 *
 *     one bit for each line, zeros up to a multiple of four bytes | changed lines | zeros, likewise
 *
 * The writer stands at a multiple of four. `isSame`: those who wrote these bytes say that nothing has changed.
 */
export function putLines(writer: ByteWriter, next: Uint8Array, shadow: Shadow, isSame = false): void {
  const { length } = next
  const lineBytes = lineBytesOf(length)
  const flagBytes = flagBytesOf(length, lineBytes)
  const flags = writer.length
  writer.reserve(flagBytes + length + 4)
  writer.bytes.fill(0, flags, flags + flagBytes)
  writer.length += flagBytes
  if (isSame && shadow.length === length) return
  shadow.fit(length)
  const whole = Math.floor(length / lineBytes)
  const known = Math.min(whole, Math.floor(shadow.length / lineBytes))
  putChanged(writer, flags, next, shadow.bytes, known, lineBytes)
  putNew(writer, flags, next, shadow, known, lineBytes)
  shadow.length = length
}

/** Lines from number `line` on, which only `next` has as a whole, and the last one, which may be shorter. */
function putNew(
  writer: ByteWriter, flags: number, next: Uint8Array, shadow: Shadow, line: number, lineBytes: number,
): void {
  for (let from = line * lineBytes; from < next.length; from += lineBytes, line++) {
    const to = Math.min(from + lineBytes, next.length)
    if (to <= shadow.length && areEqual(next, shadow.bytes, from, to)) continue
    writer.bytes[flags + (line >>> 3)]! |= 1 << (line & 7)
    const changed = next.subarray(from, to)
    writer.raw(changed)
    shadow.bytes.set(changed, from)
  }
  writer.align()
}

function areEqual(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  for (let k = from; k < to; k++) if (a[k] !== b[k]) return false
  return true
}

/**
 * What `putLines` was given, from what the shadow held then; writes into `last`, or into a copy where it is too short.
 * No room is made for more than is there. @throws StoreError (E_CORRUPT)
 */
export function takeLines(reader: ByteReader, last: Uint8Array, length: number): Uint8Array {
  const lineBytes = lineBytesOf(length)
  const flags = reader.raw(flagBytesOf(length, lineBytes))
  if (length > last.length + reader.left) reader.refuse(`a part of ${length} bytes`)
  let part = last.subarray(0, length)
  if (length > last.length) {
    part = new Uint8Array(length)
    part.set(last)
  }
  for (let from = 0, line = 0; from < length; from += lineBytes, line++) {
    const to = Math.min(from + lineBytes, length)
    if ((flags[line >>> 3]! & 1 << (line & 7)) !== 0) part.set(reader.raw(to - from), from)
    else if (to > last.length) reader.refuse('a line is missing')
  }
  reader.raw(-reader.at & 3)
  return part
}

function flagBytesOf(length: number, lineBytes: number): number {
  return 4 * Math.ceil(Math.ceil(length / lineBytes) / 32)
}
