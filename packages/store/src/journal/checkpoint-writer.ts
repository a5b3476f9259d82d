import { checksumBytes, putChecksum } from '../format/checksum.ts'
import { encodeInto } from '../format/encode.ts'
import { EngineWriter } from '../format/engine-writer.ts'
import { endFrame, frameKinds, putFrame } from '../format/frame.ts'
import type { Medium } from '../medium/medium.ts'
import { HeadWriter } from './checkpoint-head.ts'
import type { Checkpoint } from './checkpoint.ts'
import { abandon, fileOf, type StoreFile } from './file-names.ts'
import { putLines, Shadow } from './lines.ts'
import { type Part, Splitter } from './parts.ts'

/** A new file begins when the present one is this many times as large as what is needed of it. */
const wasteMax = 4
/** A chain ends when it is this many times as long as its whole checkpoint, or at so many links of the same length. */
const chainMax = 8
const linksMax = 64

/**
 * Writes checkpoints one after the other into a file, each in one append and one frame: what has changed since the
 * checkpoint before it, which it names by its checksum; now and then, and at the beginning of a file, all of it. So a
 * file needs no other file, a torn end costs the last checkpoint at most, damage no more than the checkpoints up to the
 * next whole one, and old files can simply be removed.
 *
 *     file | whole | changes | changes | ... | whole | changes | ...
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
  readonly #fileBytes: number
  readonly #splitter = new Splitter()
  readonly #head = new HeadWriter()
  readonly #writer = new EngineWriter(2 ** 16)
  /** What the last checkpoint held, by part, and what it belonged to. */
  #shadows: Shadow[] = []
  #owners: (object | null)[] = []
  /** Checksum of the last checkpoint; null: the next one is whole. */
  #after: Uint8Array | null = null
  /** Bytes of the last whole checkpoint, and of those that build on it. */
  #whole = 0
  #chain = 0
  #links = 0
  #length = 0
  #full = 0
  #count = 0
  /** What stands behind the last checkpoint until the next one is written there. */
  #mark: Uint8Array = new Uint8Array(0)

  /** `number` gives the numbers of new files; they are begun after so many bytes, or more for large states. */
  constructor(medium: Medium, number: () => number, fileBytes: number) {
    this.#medium = medium
    this.#number = number
    this.#fileBytes = fileBytes
  }

  /**
   * Appends a checkpoint; the file that was written before this one, when a new one was begun, else null.
   * @throws StoreError; then nothing counts as written, and the next checkpoint begins a new file.
   */
  commit(checkpoint: Checkpoint): StoreFile | null {
    const { state, ids } = checkpoint
    const parts = this.#splitter.split(ids === undefined ? state : [state, ids])
    const before = this.file
    const isFull = before !== null && this.#length > Math.max(this.#fileBytes, wasteMax * this.#full)
    this.#writer.clear()
    if (before === null || isFull) this.#begin()
    else if (this.#isLong) this.#after = null
    try {
      this.#put(checkpoint, parts)
    } catch (error) {
      this.#abandon()
      throw error
    }
    return before === this.file ? null : before
  }

  /** Begins a new file with the next checkpoint. */
  rotate(): void {
    this.file = null
    this.#after = null
  }

  /** Nothing more will be written. */
  close(): void {
    for (const shadow of this.#shadows) shadow.release()
    this.#shadows = []
    this.#writer.release()
    this.rotate()
  }

  get #isLong(): boolean {
    return this.#chain > chainMax * this.#whole || (this.#links >= linksMax && this.#chain > this.#whole)
  }

  #begin(): void {
    this.rotate()
    this.file = fileOf('checkpoints', this.#number())
    this.#length = 0
    this.#count = 0
    if (this.#medium.appendOver !== undefined) this.#mark = endFrame(this.file.number)
    putFrame(this.#writer, frameKinds.file, this.file.number, () => (
      encodeInto(this.#writer, { kind: 'checkpoints', number: this.file!.number })
    ))
  }

  /** Whatever a failed append has left is not built upon; a file without any checkpoint is of no use. */
  #abandon(): void {
    const { file } = this
    this.rotate()
    if (file !== null && this.#count === 0) abandon(this.#medium, file)
  }

  #put(checkpoint: Checkpoint, parts: readonly Part[]): void {
    const writer = this.#writer
    const file = this.file!
    const after = this.#after
    if (after === null) {
      for (const shadow of this.#shadows) shadow.length = 0
      this.#owners.length = 0
      this.#whole = this.#chain = this.#links = 0
    }
    const sum = putFrame(writer, frameKinds.checkpoint, file.number, () => {
      this.#head.put(writer, checkpoint, after, parts)
      writer.align()
      for (let k = 0; k < parts.length; k++) this.#putPart(parts[k]!, k)
    })
    const next = after ?? new Uint8Array(checksumBytes)
    putChecksum(next, 0, sum)
    const { length } = writer
    this.#append(file.name, writer)
    this.#after = next
    if (after === null) this.#whole = length
    else {
      this.#chain += length
      this.#links++
    }
    this.#shadows.length = this.#owners.length = parts.length
    this.#length += length
    this.written += length
    this.counts.set(file.name, ++this.#count)
    this.#full = parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  #append(file: string, writer: EngineWriter): void {
    if (this.#medium.appendOver === undefined) return this.#medium.append(file, writer.written)
    writer.raw(this.#mark)
    this.#medium.appendOver(file, writer.written, this.#mark.length)
  }

  #putPart({ bytes, owner }: Part, k: number): void {
    const shadow = this.#shadows[k] ??= new Shadow()
    const isSame = owner !== null && owner === this.#owners[k]
    putLines(this.#writer, bytes, shadow, isSame)
    this.#owners[k] = owner
  }
}
