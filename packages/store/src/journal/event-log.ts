import { ByteWriter } from '../format/byte-writer.ts'
import { encodeInto, type EncodeOptions } from '../format/encode.ts'
import { frameKinds, putFrame } from '../format/frame.ts'
import { RecordLayouts } from '../format/record-layouts.ts'
import type { Medium } from '../medium/medium.ts'
import { abandon, fileOf, type StoreFile } from './file-names.ts'
import { type OperationKind, operationKinds } from './operation.ts'

/** A new file begins when one has become so large. */
const fileBytes = 4 * 2 ** 20

/** Operations that were added and are not durable yet. */
interface Batch {
  readonly first: number
  readonly count: number
  /** The position, then the operations. */
  readonly payload: Uint8Array
}

/**
 * Writes the log: every operation, in order, several in one frame with the position of the source after the last.
 *
 *     file { first } | events: first, count, position, operation, operation, ... | events | ...
 *
 * A batch that could not be written, or not be made durable, is written again to a new file; files that come later hold
 * good from their first operation on.
 */
export class EventLog {
  file: StoreFile | null = null
  /** The last operation that was added. */
  sequence: number
  written = 0
  readonly #medium: Medium
  readonly #number: () => number
  readonly #pending = new ByteWriter(2 ** 12)
  readonly #writer = new ByteWriter(2 ** 12)
  readonly #options: EncodeOptions = { ordered: true, layouts: new RecordLayouts() }
  /** Where each of them begins. */
  #starts: number[] = []
  #unsynced: Batch[] = []
  /** Of them, how many are not in the present file. */
  #unwritten = 0
  #length = 0

  constructor(medium: Medium, number: () => number, sequence: number) {
    this.#medium = medium
    this.#number = number
    this.sequence = sequence
  }

  /** Takes back the operations that were added last, and are not written yet. */
  takeBack(count: number): void {
    if (count === 0) return
    this.#pending.length = this.#starts.at(-count)!
    this.#starts.length -= count
    this.sequence -= count
  }

  /** Bytes that wait to be written. */
  get pendingBytes(): number {
    let bytes = this.#pending.length
    for (let k = this.#unsynced.length - this.#unwritten; k < this.#unsynced.length; k++) {
      bytes += this.#unsynced[k]!.payload.length
    }
    return bytes
  }

  /** Adds an operation. @throws StoreError (E_ENCODE) when it cannot be kept; nothing was added. */
  add(kind: OperationKind, value: unknown): void {
    const start = this.#pending.length
    this.#pending.u8(operationKinds.indexOf(kind))
    try {
      encodeInto(this.#pending, value, this.#options)
    } catch (error) {
      this.#pending.length = start
      throw error
    }
    this.#starts.push(start)
    this.sequence++
  }

  /**
   * Writes what was added, with the position after it. Returns the file that is finished by it, if any.
   * @throws StoreError (E_IO); what was added waits for the next call.
   */
  flush(position: unknown): StoreFile | null {
    this.#seal(position)
    if (this.#unwritten === 0) return null
    const before = this.file
    if (before === null || this.#length > fileBytes) this.#begin()
    else this.#writer.clear()
    const file = this.file!
    const batches = this.#unsynced.slice(-this.#unwritten)
    for (const batch of batches) {
      putFrame(this.#writer, frameKinds.events, file.number, () => {
        this.#writer.count(batch.first)
        this.#writer.count(batch.count)
        this.#writer.raw(batch.payload)
      })
    }
    try {
      this.#medium.append(file.name, this.#writer.written)
    } catch (error) {
      // What a failed append has left is skipped by readers; the next one goes to another file.
      this.file = null
      if (before !== file) abandon(this.#medium, file)
      throw error
    }
    this.#length += this.#writer.length
    this.written += this.#writer.length
    this.#unwritten = 0
    return before === file ? null : before
  }

  /** How many batches a sync that begins now will cover. */
  get unsynced(): number {
    return this.#unsynced.length - this.#unwritten
  }

  /** So many batches are durable. */
  synced(count: number): void {
    this.#unsynced.splice(0, count)
  }

  /** A sync failed: nobody knows what of it the medium has, so all of it is written again, elsewhere. */
  distrust(): void {
    this.#unwritten = this.#unsynced.length
    this.file = null
  }

  #seal(position: unknown): void {
    const count = this.#starts.length
    if (count === 0) return
    this.#writer.clear()
    encodeInto(this.#writer, position)
    this.#writer.raw(this.#pending.written)
    const first = this.sequence - count + 1
    this.#unsynced.push({ first, count, payload: this.#writer.written.slice() })
    this.#unwritten++
    this.#pending.clear()
    this.#starts.length = 0
  }

  #begin(): void {
    this.file = fileOf('events', this.#number())
    this.#length = 0
    this.#writer.clear()
    const { first } = this.#unsynced[this.#unsynced.length - this.#unwritten]!
    putFrame(this.#writer, frameKinds.file, this.file.number, () => (
      encodeInto(this.#writer, { kind: 'events', first })
    ))
  }
}
