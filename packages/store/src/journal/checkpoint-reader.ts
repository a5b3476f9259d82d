import { StoreError } from '../errors.ts'
import { ByteReader } from '../format/byte-reader.ts'
import { checksumBytes } from '../format/checksum.ts'
import { decodeFrom } from '../format/decode.ts'
import { type Frame, frameKinds, framesIn, isIntact } from '../format/frame.ts'
import type { Medium } from '../medium/medium.ts'
import type { Checkpoint, CheckpointInfo } from './checkpoint.ts'
import type { Damage } from './damage.ts'
import type { StoreFile } from './file-names.ts'
import { takeLines } from './lines.ts'
import { join, type PartShape, shapesFrom } from './parts.ts'

/** A checkpoint whose own bytes are intact. */
interface Read {
  readonly frame: Frame
  readonly listed: Omit<Checkpoint, 'state' | 'ids'>
  /** The tree is a list of the state and the ids. */
  readonly hasIds: boolean
  readonly shapes: readonly PartShape[]
  /** Where its lines begin, within the payload. */
  readonly from: number
  /** What it builds on; null when it is whole. */
  readonly before: Frame | null
}

/** One that can be put together. */
interface Link extends Omit<Read, 'before'> {
  readonly before: Link | null
}

/** The checkpoints of one file. Every byte of one, and of those it builds on, is checked before it is used. */
export class CheckpointFile {
  readonly file: StoreFile
  readonly #bytes: Uint8Array
  readonly #frames: readonly Frame[]
  readonly #damaged: (damage: Damage) => void
  /** What was looked at; null: damaged, or built on damage. */
  readonly #links = new Map<Frame, Link | null>()
  /** By their checksums. */
  readonly #bySum = new Map<string, Frame>()

  /** Reads a file. @throws StoreError (E_IO) when it cannot be read. */
  constructor(medium: Medium, file: StoreFile, damaged: (damage: Damage) => void = () => {}) {
    this.file = file
    this.#damaged = damaged
    this.#bytes = medium.read(file.name, 0, medium.size(file.name))
    const frames: Frame[] = []
    for (const frame of framesIn(this.#bytes, file.name, ({ at }) => this.#report(at, 'no frame'))) {
      if (frame.kind === frameKinds.end && isIntact(this.#bytes, frame, file.number)) break
      if (frame.kind === frameKinds.checkpoint) frames.push(frame)
    }
    this.#frames = frames
    for (const frame of frames) {
      this.#bySum.set(this.#bytes.subarray(frame.to, frame.to + checksumBytes).join(), frame)
    }
  }

  /** Its checkpoints whose bytes are intact, the newest first. */
  *infos(): Generator<CheckpointInfo> {
    for (const { frame: { at }, listed, shapes } of this.#newestFirst()) {
      yield { ...listed, file: this.file.name, at, bytes: shapes.reduce((sum, { length }) => sum + length, 0) }
    }
  }

  /** The newest checkpoint that is intact and that `wanted` accepts; null when there is none. */
  newest(wanted: (info: Omit<Checkpoint, 'state'>) => boolean): Checkpoint | null {
    for (const link of this.#newestFirst()) {
      const { frame, hasIds, listed } = link
      if (!wanted(listed)) continue
      try {
        const tree = join(link.shapes, this.#partsOf(link), this.file.name)
        if (!hasIds) return { ...listed, state: tree }
        const [state, ids] = Array.isArray(tree) ? tree as unknown[] : []
        return { ...listed, state, ids }
      } catch (error) {
        this.#report(frame.at, `a checkpoint after ${listed.sequence} operations: ${(error as Error).message}`)
      }
    }
    return null
  }

  *#newestFirst(): Generator<Link> {
    for (const frame of [...this.#frames].reverse()) {
      const link = this.#linkOf(frame)
      if (link !== null) yield link
    }
  }

  /** With all that it builds on; chains may be long. */
  #linkOf(newest: Frame): Link | null {
    const chain: Read[] = []
    let link: Link | null = null
    for (let frame: Frame | null = newest; frame !== null;) {
      const known = this.#links.get(frame)
      const read: Read | null = known === undefined ? this.#read(frame) : null
      if (read !== null) {
        chain.push(read)
        frame = read.before
        continue
      }
      link = known ?? null
      if (known === undefined) this.#links.set(frame, null)
      const isLost = link === null
      for (const { frame: later } of isLost ? chain : []) {
        this.#links.set(later, null)
        this.#report(later.at, 'a checkpoint that builds on damaged bytes')
      }
      if (isLost) return null
      break
    }
    for (const read of chain.reverse()) {
      link = { ...read, before: link }
      this.#links.set(read.frame, link)
    }
    return link
  }

  /** One checkpoint by itself; null when it is damaged. */
  #read(frame: Frame): Read | null {
    if (!isIntact(this.#bytes, frame, this.file.number)) {
      this.#report(frame.at, 'a checkpoint')
      return null
    }
    try {
      return this.#listed(frame)
    } catch (error) {
      this.#report(frame.at, (error as Error).message)
      return null
    }
  }

  #listed(frame: Frame): Read {
    const { from, to } = frame
    const reader = new ByteReader(this.#bytes.subarray(from, to), this.file.name, from)
    const list: unknown = decodeFrom(reader)
    const [sequence, position, without, retried, hasIds, after, parts] = Array.isArray(list) ? list as unknown[] : []
    const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0
    const isList = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)
    const shapes = shapesFrom(parts)
    const isOne = isCount(sequence) && isList(without) && isList(retried) && typeof hasIds === 'boolean'
      && (after === null || after instanceof Uint8Array) && shapes !== null
    if (!isOne) return this.#refuse('this is no checkpoint', from)
    const before = after === null ? null : this.#bySum.get(after.join()) ?? null
    if (after !== null && (before === null || before.at >= frame.at)) {
      return this.#refuse(`what the checkpoint after ${sequence} operations builds on is not there`, from)
    }
    const listed = { sequence, position, without, retried }
    return { frame, listed, hasIds, shapes, from: reader.at + (-reader.at & 3), before }
  }

  /** The bytes of all parts. */
  #partsOf(newest: Link): readonly Uint8Array[] {
    const chain: Link[] = []
    for (let link: Link | null = newest; link !== null; link = link.before) chain.push(link)
    let parts: readonly Uint8Array[] = []
    for (const { frame, shapes, from } of chain.reverse()) {
      const reader = new ByteReader(this.#bytes.subarray(frame.from, frame.to), this.file.name, frame.from)
      reader.at = from
      parts = shapes.map(({ length }, k) => takeLines(reader, parts[k] ?? new Uint8Array(0), length))
      if (reader.left > 0) reader.refuse(`${reader.left} bytes follow the last part`)
    }
    return parts
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
