import type { Batch } from './batch.ts'
import { ByteWindow } from './bytes/byte-window.ts'
import type { Framer } from './bytes/framer.ts'
import { refuseOtherFormats } from './bytes/other-formats.ts'
import { type Fault, type Malformed, rawBytesMax } from './malformed.ts'
import type { Position } from './position.ts'

/** Turns bytes into records. Where the chunks end makes no difference to what comes out. */
export interface RecordParser<R> {
  /** Takes a chunk; nothing of it is kept but copies. @throws SourceError when the content as a whole is unusable. */
  readonly push: (chunk: Uint8Array, into: Batch<R>) => void
  /** No more bytes will come. */
  readonly end: (into: Batch<R>) => void
}

/** Longest record unless told otherwise: 256 KiB. */
export const recordBytesDefault = 262_144

/** Bytes that tell formats apart. */
const magicBytes = 4

/** What parsers of lines share: the window, and the numbers of records. */
export class LineState {
  readonly source: string
  readonly window = new ByteWindow()
  /** Records received so far. */
  received: number
  /** Where the rest of a line begins whose beginning was read before; -1: nowhere. */
  readonly #restAt: number
  #hasBegun = false

  constructor(source: string, from: Position) {
    this.#restAt = from.open !== undefined ? from.bytes : -1
    this.source = source
    this.received = from.records
    this.window.offset = from.bytes
  }

  /**
   * Looks at the first bytes: skips a byte order mark. False: more are needed.
   * @throws SourceError (E_FORMAT) when they are those of something that is no text.
   */
  begin(isLast: boolean): boolean {
    const { bytes, start, end, offset } = this.window
    if (this.#hasBegun || offset > 0) return true
    if (end - start < magicBytes && !isLast) return false
    this.#hasBegun = true
    refuseOtherFormats(bytes.subarray(start), this.source)
    if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) this.window.advance(3)
    return true
  }

  /** Whether what the framer has just found is no record of its own. */
  isRest(framer: Framer): boolean {
    return framer.offset === this.#restAt
  }

  /** Adds the record that the framer has just found. */
  accept<R>(record: R, framer: Framer, into: Batch<R>): void {
    into.add(record, this.received, this.window.offset, framer.lines)
  }

  /** Reports the record that the framer has just found as unreadable. */
  refuse<R>({ code, reason }: Fault, framer: Framer, into: Batch<R>): void {
    const raw = code === 'E_SIZE'
      ? framer.raw
      : this.window.bytes.slice(framer.from, Math.min(framer.to, framer.from + rawBytesMax))
    const malformed: Malformed = {
      source: this.source, record: this.received, line: framer.line + 1, byte: framer.offset, code, reason,
      length: framer.length, raw,
    }
    into.note({ kind: 'malformed', malformed })
  }

  place(framer: Framer): Position {
    const place = { records: this.received, bytes: framer.border, lines: framer.lines }
    return framer.isOpen ? { ...place, open: { bytes: framer.offset, lines: framer.line } } : place
  }
}

/** Of a line that was read before it had ended. */
export const restOfLine: Fault = {
  code: 'E_TYPE', reason: 'it is the rest of a line whose beginning was read before, when the line had not ended',
}

export function tooLong(length: number, bytesMax: number): Fault {
  return { code: 'E_SIZE', reason: `it has ${length} bytes, at most ${bytesMax} are allowed (recordBytesMax)` }
}
