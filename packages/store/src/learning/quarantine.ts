import type { Rejection } from '@eddy/graph'
import { Subject } from 'rxjs'
import { decode } from '../format/decode.ts'
import { encode } from '../format/encode.ts'
import type { OperationKind } from '../journal/operation.ts'
import type { Store } from '../journal/store.ts'
import { QuarantineFiles } from './quarantine-files.ts'

/** Bytes of an event that are kept, at most. */
const bytesMax = 4096

/** An event that could not be used. */
export interface Rejected {
  /** The number of its operation; with it, the row is one however often it is written. */
  readonly sequence: number
  readonly kind: OperationKind
  /** What `id` gave; null when there is none. */
  readonly id: string | number | null
  readonly reason: string
  /** Where it failed, and in which phase of its frame. */
  readonly node: string
  readonly phase: string
  /** The encoded event, or its beginning; empty when it could not be encoded. */
  readonly bytes: Uint8Array
  /** Bytes of the whole event. */
  readonly length: number
}

/** Says when too many events are rejected. */
export interface AlarmOptions {
  /** Above this share of the last `window` operations; default 0.1. */
  readonly share?: number
  /** Default 1000. */
  readonly window?: number
}

/** Too many events were rejected. */
export interface Alarm {
  readonly sequence: number
  /** How many of the last operations, and of how many. */
  readonly rejected: number
  readonly window: number
}

/**
 * Rows of rejected events: the newest `rowsMax`, each at most a few kilobytes; counters are never bounded. A file of
 * which no row is left is removed, so that what is on the disk is bounded, too.
 */
export class Quarantine {
  readonly alarm$ = new Subject<Alarm>()
  /** All that were ever rejected here. */
  count = 0
  readonly #store: Store
  readonly #rowsMax: number
  readonly #rows = new Map<number, Rejected>()
  readonly #files = new QuarantineFiles()
  readonly #share: number
  readonly #recent: Uint8Array
  #inWindow = 0
  #isRaised = false

  constructor(store: Store, rowsMax: number, { share = 0.1, window = 1000 }: AlarmOptions) {
    this.#store = store
    this.#rowsMax = rowsMax
    this.#share = share
    this.#recent = new Uint8Array(window)
    for (const { file, note } of store.rejectedNotesOf()) {
      if (isRow(note)) this.#keep(note, file)
      else this.#files.hold(file)
    }
    this.#tidy()
  }

  /** The oldest first. */
  get rows(): readonly Rejected[] {
    return [...this.#rows.values()].sort((a, b) => a.sequence - b.sequence)
  }

  /** None of the last operations was rejected: to `saw` another that was not changes nothing. */
  get isCalm(): boolean {
    return this.#inWindow === 0
  }

  /** Counts an operation for the alarm; after a full window, once until the share has been below it again. */
  saw(sequence: number, isRejected: boolean): void {
    if (!isRejected && this.#inWindow === 0) return
    const { length } = this.#recent
    const place = sequence % length
    this.#inWindow += Number(isRejected) - this.#recent[place]!
    this.#recent[place] = Number(isRejected)
    const isHigh = sequence >= length && this.#inWindow > this.#share * length
    if (isHigh && !this.#isRaised) this.alarm$.next({ sequence, rejected: this.#inWindow, window: length })
    this.#isRaised = isHigh
  }

  /** Keeps an event; one that is there already is not written again. */
  add(
    sequence: number, kind: OperationKind, event: unknown, id: string | number | null,
    { reason, node, phase }: Pick<Rejection, 'reason' | 'node' | 'phase'>,
  ): void {
    this.count++
    const known = this.#rows.get(sequence)
    if (known !== undefined && known.reason === reason) return
    let bytes = new Uint8Array(0)
    try {
      bytes = encode(event, { ordered: true }) as Uint8Array<ArrayBuffer>
    } catch {
      // What cannot be encoded is reported without its bytes.
    }
    const row = {
      sequence, kind, id, reason: reason.slice(0, 1000), node, phase, bytes: bytes.slice(0, bytesMax),
      length: bytes.length,
    }
    const before = this.#store.rejectedFile
    const isNoted = this.#store.noteRejected(row, true)
    this.#keep(row, isNoted ? this.#store.rejectedFile : null)
    if (this.#store.rejectedFile !== before) this.#tidy()
  }

  #keep(row: Rejected, file: string | null): void {
    this.#rows.set(row.sequence, row)
    this.#files.put(row.sequence, file)
    if (this.#rows.size <= this.#rowsMax) return
    const oldest = this.#rows.keys().next().value!
    this.#rows.delete(oldest)
    this.#files.drop(oldest)
  }

  #tidy(): void {
    for (const file of this.#files.takeEmpty(this.#store.rejectedFile)) this.#store.removeRejected(file)
  }
}

/** The event of a row; undefined when it was too large, or could not be encoded. */
export function eventOf({ bytes, length }: Rejected): unknown {
  return bytes.length < length || length === 0 ? undefined : decode(bytes, { where: 'rejected event' })
}

function isRow(note: unknown): note is Rejected {
  const { sequence, reason, bytes, length } = (note ?? {}) as Partial<Rejected>
  return Number.isInteger(sequence) && typeof reason === 'string' && bytes instanceof Uint8Array
    && Number.isInteger(length)
}
