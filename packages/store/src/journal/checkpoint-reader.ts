import { StoreError } from '../errors.ts'
import { checksumBytes } from '../format/checksum.ts'
import { decode } from '../format/decode.ts'
import { type Frame, frameAt, frameKinds, framesIn, isIntact } from '../format/frame.ts'
import type { Medium } from '../medium/medium.ts'
import type { Checkpoint, CheckpointInfo } from './checkpoint.ts'
import type { Damage } from './damage.ts'
import type { StoreFile } from './file-names.ts'
import { join } from './parts.ts'

interface ListedPart {
  readonly tensor: unknown
  readonly length: number
  readonly blockBytes: number
  readonly offsets: Float64Array
  readonly sums: Uint8Array
}

interface Listed extends Omit<Checkpoint, 'state' | 'ids'> {
  /** The tree is a list of the state and the ids. */
  readonly hasIds?: boolean
  readonly parts: readonly ListedPart[]
}

/** The checkpoints of one file. Every byte of one is checked before it is used. */
export class CheckpointFile {
  readonly file: StoreFile
  readonly #bytes: Uint8Array
  readonly #frames: readonly Frame[]
  readonly #damaged: (damage: Damage) => void

  /** Reads a file. @throws StoreError (E_IO) when it cannot be read. */
  constructor(medium: Medium, file: StoreFile, damaged: (damage: Damage) => void = () => {}) {
    this.file = file
    this.#damaged = damaged
    this.#bytes = medium.read(file.name, 0, medium.size(file.name))
    const frames = framesIn(this.#bytes, file.name, ({ at }) => this.#report(at, 'no frame'))
    this.#frames = [...frames].filter(({ kind }) => kind === frameKinds.checkpoint)
  }

  /** Its checkpoints whose own bytes are intact, the newest first; blocks are not looked at. */
  *infos(): Generator<CheckpointInfo> {
    for (const frame of this.#newestFirst()) {
      const { parts, hasIds: _, ...rest } = frame.listed
      const bytes = parts.reduce((sum, { length }) => sum + length, 0)
      yield { ...rest, file: this.file.name, at: frame.at, bytes }
    }
  }

  /** The newest checkpoint that is intact and that `wanted` accepts; null when there is none. */
  newest(wanted: (info: Omit<Checkpoint, 'state'>) => boolean): Checkpoint | null {
    for (const { at, listed: { parts, hasIds, ...rest } } of this.#newestFirst()) {
      if (!wanted(rest)) continue
      try {
        const read = parts.map((part) => ({ tensor: part.tensor, bytes: this.#read(part) }))
        const tree = join(read, this.file.name)
        if (hasIds !== true) return { ...rest, state: tree }
        const [state, ids] = Array.isArray(tree) ? tree as unknown[] : []
        return { ...rest, state, ids }
      } catch (error) {
        this.#report(at, `a checkpoint after ${rest.sequence} operations: ${(error as Error).message}`)
      }
    }
    return null
  }

  *#newestFirst(): Generator<{ readonly at: number; readonly listed: Listed }> {
    for (const frame of [...this.#frames].reverse()) {
      if (!isIntact(this.#bytes, frame, this.file.number)) {
        this.#report(frame.at, 'the list of blocks of a checkpoint')
        continue
      }
      try {
        yield { at: frame.at, listed: this.#listed(frame) }
      } catch (error) {
        this.#report(frame.at, (error as Error).message)
      }
    }
  }

  #listed({ from, to }: Frame): Listed {
    const where = this.file.name
    const listed = decode(this.#bytes.subarray(from, to), { where, base: from }) as Listed
    const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
    const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isCount)
    const isOne = typeof listed === 'object' && listed !== null && isCount(listed.sequence)
      && isList(listed.without) && isList(listed.retried) && Array.isArray(listed.parts) && listed.parts.length > 0
      && listed.parts.every(({ length, blockBytes, offsets, sums }) => (
        isCount(length) && isCount(blockBytes) && blockBytes > 0 && offsets instanceof Float64Array
        && sums instanceof Uint8Array && offsets.length === Math.ceil(length / blockBytes)
        && sums.length === offsets.length * checksumBytes
      ))
    return isOne ? listed : this.#refuse('this is no checkpoint', from)
  }

  /** The bytes of a part; room is made for what the file has, never for what it says. */
  #read({ length, blockBytes, offsets, sums }: ListedPart): Uint8Array {
    if (length > this.#bytes.length) this.#refuse(`a part of ${length} bytes in a file of ${this.#bytes.length}`, 0)
    const part = new Uint8Array(length)
    offsets.forEach((at, k) => {
      const frame = Number.isInteger(at) && at >= 0 ? frameAt(this.#bytes, at, this.file.name) : null
      const wanted = Math.min(blockBytes, length - k * blockBytes)
      const fits = frame !== null && frame.kind === frameKinds.block && frame.to - frame.from === wanted
        && isIntact(this.#bytes, frame, this.file.number)
      if (!fits) return this.#refuse('a block is damaged', at)
      for (let j = 0; j < checksumBytes; j++) {
        if (this.#bytes[frame.to + j] !== sums[k * checksumBytes + j]) this.#refuse('a block is another one', at)
      }
      part.set(this.#bytes.subarray(frame.from, frame.to), k * blockBytes)
    })
    return part
  }

  #report(at: number, what: string): void {
    this.#damaged({ file: this.file.name, at, what })
  }

  #refuse(what: string, at: number): never {
    throw new StoreError({
      code: 'E_CORRUPT', what, where: this.file.name, offset: at, hint: 'An earlier checkpoint is used instead.',
    })
  }
}
