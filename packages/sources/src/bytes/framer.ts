import { rawBytesMax } from '../malformed.ts'
import type { ByteWindow } from './byte-window.ts'

const lineFeed = 10
const carriageReturn = 13
const quote = 34

/**
 * wait: more bytes are needed. record: `from..to` is one. tooLong: one had more bytes than allowed and has ended.
 * openQuote: the quote of a field is never closed, or closed in the middle of the field.
 */
export type Frame = 'wait' | 'record' | 'tooLong' | 'openQuote'

/** Where in a record the careful scan is: outside quotes, inside, after a quote inside, after that and CR, or lost. */
type State = 'plain' | 'quoted' | 'closing' | 'returned' | 'broken'

/**
 * Cuts bytes into records at line breaks, LF or CRLF, except inside quotes. Where chunks end makes no difference, and
 * every byte is looked at a bounded number of times.
 *
 * A quote counts only at the start of a field and must be closed before a delimiter or a line break, within the allowed
 * length. Where that fails, the first line alone is bad and the next one starts afresh: a stray quote costs a line, not
 * the rest of the file.
 */
export class Framer {
  /** The record found, as indexes into the window's bytes, without its LF; valid until bytes are appended. */
  from = 0
  to = 0
  /** Bytes and line breaks before it, and its length in bytes. */
  offset = 0
  line = 0
  length = 0
  hasQuotes = false
  /** It had no line break at its end: the last one. */
  isOpen = false
  /** The first bytes of one that was too long. */
  raw: Uint8Array = new Uint8Array(0)
  /** Line breaks before the next record. */
  lines = 0
  readonly #window: ByteWindow
  readonly #bytesMax: number
  readonly #delimiter: number
  /** How far the next record is known, relative to its start. */
  #seen = 0
  #state: State = 'plain'
  #firstBreak = -1
  #breaks = 0
  /** The beginning of a record that is too long, while its end is looked for. */
  #skipped: Uint8Array | null = null
  #skippedFrom = 0
  /** Offsets in the stream: of a quote already found, and up to where there is none. */
  #quoteAt = -1
  #quoteFree = 0

  /** `delimiter`: the byte between fields; -1 when quotes are ordinary characters. */
  constructor(window: ByteWindow, bytesMax: number, delimiter = -1) {
    this.#window = window
    this.#bytesMax = bytesMax
    this.#delimiter = delimiter
  }

  /** Bytes before the next record: where to start again. */
  get border(): number {
    return this.#skipped === null ? this.#window.offset : this.#skippedFrom
  }

  /** A record is known to be too long, but its end has not come. */
  get isSkipping(): boolean {
    return this.#skipped !== null
  }

  /** Finds the next record. `isLast`: no more bytes will come, so what is left is a record too. */
  next(isLast: boolean): Frame {
    if (this.#skipped !== null) return this.#skip(isLast)
    const { bytes, start, end } = this.#window
    if (start >= end) return 'wait'
    if (this.#state !== 'plain') return this.#scan(bytes, start, end, isLast)
    const found = bytes.indexOf(lineFeed, start + this.#seen)
    const at = found < 0 ? end : found
    if (this.#quoteIndex() < at) return this.#scan(bytes, start, end, isLast)
    if (at - start > this.#bytesMax) return this.#overlong(isLast)
    if (at < end) return this.#found('record', at - start, 1)
    if (isLast) return this.#found('record', at - start, 0)
    this.#seen = at - start
    return 'wait'
  }

  /** A record with quotes, byte by byte from where the last call stopped. */
  #scan(bytes: Uint8Array, start: number, end: number, isLast: boolean): Frame {
    const delimiter = this.#delimiter
    const bytesMax = this.#bytesMax
    let state = this.#state
    for (let at = start + this.#seen; at < end; at++) {
      const byte = bytes[at]!
      if (byte === lineFeed && state !== 'quoted') {
        return this.#found(state === 'broken' ? 'openQuote' : 'record', at - start, this.#breaks + 1)
      }
      if (at - start >= bytesMax) return this.#firstBreak < 0 ? this.#overlong(isLast) : this.#firstLine()
      if (state === 'plain') {
        if (byte === quote && (at === start || bytes[at - 1] === delimiter)) state = 'quoted'
      } else if (state === 'quoted') {
        if (byte === quote) state = 'closing'
        else if (byte === lineFeed && this.#breaks++ === 0) this.#firstBreak = at - start
      } else if (state === 'closing' && byte === quote) {
        state = 'quoted'
      } else if (state === 'closing' && byte === delimiter) {
        state = 'plain'
      } else if (state === 'closing' && byte === carriageReturn) {
        state = 'returned'
      } else {
        if (this.#firstBreak >= 0) return this.#firstLine()
        state = 'broken'
      }
    }
    this.#state = state
    this.#seen = end - start
    if (!isLast) return 'wait'
    if (state === 'quoted' && this.#firstBreak >= 0) return this.#firstLine()
    return this.#found(state === 'quoted' || state === 'broken' ? 'openQuote' : 'record', end - start, this.#breaks)
  }

  #firstLine(): Frame {
    return this.#found('openQuote', this.#firstBreak, 1)
  }

  /** Index of the first quote that has come and is not used up; Infinity for none. */
  #quoteIndex(): number {
    if (this.#delimiter < 0) return Infinity
    const { bytes, start, end, offset } = this.#window
    const origin = offset - start
    if (this.#quoteAt < offset) {
      const from = Math.max(start, this.#quoteFree - origin)
      const found = from < end ? bytes.indexOf(quote, from) : -1
      if (found < 0) {
        this.#quoteFree = origin + end
        return Infinity
      }
      this.#quoteAt = origin + found
    }
    return this.#quoteAt - origin
  }

  #found(frame: Frame, length: number, breaks: number): Frame {
    const window = this.#window
    this.from = window.start
    this.to = window.start + length
    this.offset = window.offset
    this.line = this.lines
    this.length = length
    this.hasQuotes = this.#quoteAt >= window.offset && this.#quoteAt < window.offset + length
    this.isOpen = length === window.end - window.start
    window.advance(length + (this.isOpen ? 0 : 1))
    this.lines += breaks
    this.#reset()
    return frame
  }

  /** Gives up on a record without a line break in reach: keeps its beginning and looks for its end. */
  #overlong(isLast: boolean): Frame {
    const { bytes, start, offset } = this.#window
    this.#skipped = bytes.slice(start, start + Math.min(this.#bytesMax, rawBytesMax))
    this.#skippedFrom = offset
    return this.#skip(isLast)
  }

  #skip(isLast: boolean): Frame {
    const window = this.#window
    const found = window.bytes.indexOf(lineFeed, window.start)
    const isHere = found >= 0
    window.advance((isHere ? found + 1 : window.end) - window.start)
    if (!isHere && !isLast) return 'wait'
    this.raw = this.#skipped!
    this.offset = this.#skippedFrom
    this.line = this.lines
    this.length = window.offset - this.#skippedFrom - (isHere ? 1 : 0)
    if (isHere) this.lines++
    this.isOpen = !isHere
    this.#skipped = null
    this.#reset()
    return 'tooLong'
  }

  #reset(): void {
    this.#seen = 0
    this.#state = 'plain'
    this.#firstBreak = -1
    this.#breaks = 0
  }
}
