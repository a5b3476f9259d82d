import type { ByteWriter } from './byte-writer.ts'
import { packed } from './wasm.ts'

/** Bytes that a checksum takes at once. */
export const stripeBytes = 64

/** What the compiled module exports; see assembly/index.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory
  changes(next: number, last: number, lines: number, width: number, out: number, flags: number): number
  stripes(at: number, count: number, lanes: number): void
}

/** How its memory, of four pages, is used: pieces of two states of one length, and what differs between them. */
const lanesAt = 64
const flagsAt = 1024
const nextAt = 4096
const pieceBytes = 2 ** 14
const lastAt = nextAt + pieceBytes
const outAt = lastAt + pieceBytes
/** A piece is eight lines at least, so that their bits are whole bytes. */
const widthMax = pieceBytes / 8

let running: { readonly exports: Exports; readonly bytes: Uint8Array } | null = null

/** Made once, when it is first asked for. */
function engine(): { readonly exports: Exports; readonly bytes: Uint8Array } {
  if (running !== null) return running
  const module = new WebAssembly.Module(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)))
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports
  return (running = { exports, bytes: new Uint8Array(exports.memory.buffer) })
}

/**
 * Appends those of the first lines of `next` that differ from `last`, which then has them, too; sets a bit for each in
 * the bytes of the writer from `flags` on. The number of bytes of a line is a power of two, from 64 on.
 */
export function putChanged(
  writer: ByteWriter, flags: number, next: Uint8Array, last: Uint8Array, lines: number, lineBytes: number,
): void {
  const { exports, bytes } = engine()
  const end = lines * lineBytes
  const width = Math.min(lineBytes, widthMax)
  if (width < lineBytes) return putWide(writer, flags, next, last, lines, lineBytes)
  for (let from = 0; from < end; from += pieceBytes) {
    const to = Math.min(from + pieceBytes, end)
    const count = (to - from) / width
    bytes.set(next.subarray(from, to), nextAt)
    bytes.set(last.subarray(from, to), lastAt)
    const outEnd = exports.changes(nextAt, lastAt, count, width, outAt, flagsAt)
    writer.bytes.set(bytes.subarray(flagsAt, flagsAt + Math.ceil(count / 8)), flags + from / width / 8)
    writer.raw(bytes.subarray(outAt, outEnd))
  }
  last.set(next.subarray(0, end))
}

/** The same for lines so long that calls by the line cost nothing. */
function putWide(
  writer: ByteWriter, flags: number, next: Uint8Array, last: Uint8Array, lines: number, lineBytes: number,
): void {
  const { exports, bytes } = engine()
  for (let line = 0, from = 0; line < lines; line++, from += lineBytes) {
    let isChanged = false
    const end = from + lineBytes
    for (let at = from; at < end && !isChanged; at += pieceBytes) {
      const to = Math.min(at + pieceBytes, end)
      bytes.set(next.subarray(at, to), nextAt)
      bytes.set(last.subarray(at, to), lastAt)
      isChanged = exports.changes(nextAt, lastAt, (to - at) / widthMax, widthMax, outAt, flagsAt) > outAt
    }
    if (!isChanged) continue
    const changed = next.subarray(from, end)
    writer.bytes[flags + (line >>> 3)]! |= 1 << (line & 7)
    writer.raw(changed)
    last.set(changed, from)
  }
}

/** The sixteen lanes of the stripes of `source[from, to)`, as bytes, to the beginning of `lanes`; see `checksum`. */
export function stripesOf(source: Uint8Array, from: number, to: number, seed: number, lanes: Uint8Array): void {
  const { exports, bytes } = engine()
  for (let k = 0; k < stripeBytes; k++) bytes[lanesAt + k] = seed >>> 8 * (k & 3)
  const room = 3 * pieceBytes
  for (let at = from; at < to; at += room) {
    const end = Math.min(at + room, to)
    bytes.set(source.subarray(at, end), nextAt)
    exports.stripes(nextAt, (end - at) / stripeBytes, lanesAt)
  }
  lanes.set(bytes.subarray(lanesAt, lanesAt + stripeBytes))
}
