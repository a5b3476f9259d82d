import { ByteWriter } from '../format/byte-writer.ts'
import { checksumBytes, putChecksum } from '../format/checksum.ts'
import { encodeInto } from '../format/encode.ts'
import { frameKinds, putBlock, putFrame } from '../format/frame.ts'
import type { Medium } from '../medium/medium.ts'
import type { Checkpoint } from './checkpoint.ts'
import { fileOf, type StoreFile } from './file-names.ts'
import { blockBytesOf, type Part, Splitter } from './parts.ts'

/** What a file holds of one part: where each block stands, and its checksum. */
interface Kept {
  owner: object | null
  bytes: Uint8Array
  length: number
  blockBytes: number
  offsets: Float64Array
  sums: Uint8Array
}

/** A new file begins when the present one is this many times as large as what is needed of it. */
const wasteMax = 4
const wasteMin = 8 * 2 ** 20

/**
 * Writes checkpoints one after the other into a file, each in one append: the blocks that have changed, then a list of
 * all blocks with their checksums, which is the checkpoint. A file needs no other file: the first checkpoint in it is
 * whole. So a torn end costs the last checkpoint at most, and old files can simply be removed.
 *
 *     file | block block block ... checkpoint | block checkpoint | block block checkpoint | ...
 */
export class CheckpointWriter {
  /** The file that is written; null before the first checkpoint, and when writing has failed. */
  file: StoreFile | null = null
  /** Bytes appended since the beginning. */
  written = 0
  /** How many checkpoints each file has that was written here. */
  readonly counts = new Map<string, number>()
  readonly #medium: Medium
  readonly #number: () => number
  readonly #splitter = new Splitter()
  readonly #writer = new ByteWriter(2 ** 16)
  #length = 0
  #full = 0
  #kept: Kept[] = []
  #count = 0

  /** `number` gives the numbers of new files. */
  constructor(medium: Medium, number: () => number) {
    this.#medium = medium
    this.#number = number
  }

  /**
   * Appends a checkpoint; the file that was written before this one, when a new one was begun, else null.
   * @throws StoreError; then nothing counts as written, and the next checkpoint begins a new file.
   */
  commit(checkpoint: Checkpoint): StoreFile | null {
    const { state, ids } = checkpoint
    const parts = this.#splitter.split(ids === undefined ? state : [state, ids])
    const before = this.file
    const isFull = before !== null && this.#length > Math.max(wasteMin, wasteMax * this.#full)
    if (before === null || isFull) this.#begin()
    const file = this.file!
    const start = this.#length
    try {
      if (start > 0) this.#writer.clear()
      const kept = parts.map((part, k) => this.#put(part, k, file.number))
      this.#kept.length = kept.length
      this.#putCheckpoint(checkpoint, parts, file.number)
      this.#medium.append(file.name, this.#writer.written)
      this.#length += this.#writer.length
      this.written += this.#writer.length
      this.counts.set(file.name, ++this.#count)
      this.#full = parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
    } catch (error) {
      this.#abandon()
      throw error
    }
    return before === file ? null : before
  }

  /** Begins a new file with the next checkpoint. */
  rotate(): void {
    this.file = null
    this.#kept = []
  }

  #begin(): void {
    this.rotate()
    this.file = fileOf('checkpoints', this.#number())
    this.#length = 0
    this.#count = 0
    this.#writer.clear()
    putFrame(this.#writer, frameKinds.file, this.file.number, () => (
      encodeInto(this.#writer, { kind: 'checkpoints', number: this.file!.number })
    ))
  }

  /** Whatever a failed append has left is not built upon; a file without any checkpoint is of no use. */
  #abandon(): void {
    const { file } = this
    this.rotate()
    if (file === null || this.#count > 0) return
    try {
      this.#medium.remove(file.name)
    } catch {
      // It stays behind, is found to hold nothing, and is removed with the old ones.
    }
  }

  #put(part: Part, index: number, seed: number): Kept {
    const { bytes, owner } = part
    const blockBytes = blockBytesOf(bytes.length)
    const before = this.#kept[index]
    if (before !== undefined && owner !== null && before.owner === owner) return before
    const kept = this.#room(index, bytes.length, blockBytes)
    const writer = this.#writer
    const base = this.#length
    const known = before !== undefined && before.blockBytes === blockBytes ? before.length : 0
    const next = aligned(bytes) ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2) : null
    const last = new Int32Array(kept.bytes.buffer, 0, kept.bytes.length >>> 2)
    for (let from = 0, k = 0; from < bytes.length; from += blockBytes, k++) {
      const to = Math.min(from + blockBytes, bytes.length)
      // The last block of a part that has grown was shorter before.
      const wasWhole = to <= known && (to === from + blockBytes || to === known)
      if (wasWhole && same(bytes, kept.bytes, next, last, from, to)) continue
      const block = bytes.subarray(from, to)
      kept.offsets[k] = base + writer.length
      putChecksum(kept.sums, k * checksumBytes, putBlock(writer, seed, block))
      kept.bytes.set(block, from)
    }
    kept.length = bytes.length
    kept.blockBytes = blockBytes
    kept.owner = owner
    return kept
  }

  /** What is kept of a part, with room for so many bytes; what it held before stays. */
  #room(index: number, length: number, blockBytes: number): Kept {
    const before = this.#kept[index]
    const blocks = Math.ceil(length / blockBytes)
    if (before !== undefined && before.bytes.length >= length && before.offsets.length >= blocks) return before
    const bytes = new Uint8Array(length + (length >>> 2) + 64 & ~7)
    const offsets = new Float64Array(blocks + (blocks >>> 2) + 1)
    const sums = new Uint8Array(offsets.length * checksumBytes)
    if (before !== undefined) {
      bytes.set(before.bytes.subarray(0, Math.min(before.length, bytes.length)))
      offsets.set(before.offsets.subarray(0, offsets.length))
      sums.set(before.sums.subarray(0, sums.length))
    }
    const kept = { owner: null, bytes, length: before?.length ?? 0, blockBytes: before?.blockBytes ?? 0, offsets, sums }
    this.#kept[index] = kept
    return kept
  }

  #putCheckpoint({ state: _, ids, ...rest }: Checkpoint, parts: readonly Part[], seed: number): void {
    const list = parts.map(({ tensor }, k) => {
      const { length, blockBytes, offsets, sums } = this.#kept[k]!
      const blocks = Math.ceil(length / blockBytes)
      return {
        tensor, length, blockBytes, offsets: offsets.subarray(0, blocks),
        sums: sums.subarray(0, blocks * checksumBytes),
      }
    })
    putFrame(this.#writer, frameKinds.checkpoint, seed, () => encodeInto(this.#writer, {
      ...rest, ...(ids === undefined ? {} : { hasIds: true }), parts: list,
    }))
  }
}

const aligned = (bytes: Uint8Array): boolean => (bytes.byteOffset & 3) === 0

/** Whether two stretches agree; by words where both can be read so. */
function same(
  a: Uint8Array, b: Uint8Array, aWords: Int32Array | null, bWords: Int32Array, from: number, to: number,
): boolean {
  let at = from
  if (aWords !== null) {
    const end = to >>> 2
    for (let k = from >>> 2; k < end; k++) if (aWords[k] !== bWords[k]) return false
    at = Math.max(at, end << 2)
  }
  for (; at < to; at++) if (a[at] !== b[at]) return false
  return true
}
