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
 * How its memory, of four pages, is used: its own table from 1024 on, pieces of two states of one length, and what
 * differs between them.
 */
const lanesAt = 64
const blocksAt = 128
const nextAt = 4096
/** Eight blocks, so that their bits are whole bytes. */
const pieceBytes = 8 * blockBytes
const lastAt = nextAt + pieceBytes
const outAt = lastAt + pieceBytes

let running: { readonly exports: Exports; readonly bytes: Uint8Array } | null = null

/** Made once, when it is first asked for. */
function engine(): { readonly exports: Exports; readonly bytes: Uint8Array } {
  if (running !== null) return running
  const module = new WebAssembly.Module(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)))
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports
  return (running = { exports, bytes: new Uint8Array(exports.memory.buffer) })
}

/**
 * Appends the words of the first lines of `next` that differ from `last`, which then has them, too, as `changes` of the
 * assembly says it; sets a bit for each block in the bytes of the writer from `blocks` on.
 */
export function putChanged(
  writer: ByteWriter, blocks: number, next: Uint8Array, last: Uint8Array, lines: number,
): void {
  const { exports, bytes } = engine()
  const end = lines * lineBytes
  for (let from = 0, at = blocks; from < end; from += pieceBytes, at++) {
    const to = Math.min(from + pieceBytes, end)
    bytes.set(next.subarray(from, to), nextAt)
    bytes.set(last.subarray(from, to), lastAt)
    const outEnd = exports.changes(nextAt, lastAt, (to - from) / lineBytes, outAt, blocksAt)
    if (outEnd === outAt) continue
    writer.bytes[at] = bytes[blocksAt]!
    writer.raw(bytes.subarray(outAt, outEnd))
    last.set(bytes.subarray(lastAt, lastAt + to - from), from)
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
