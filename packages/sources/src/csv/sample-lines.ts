import { hash, linesBehindComments } from './preamble.ts'

const lineFeed = 10
const carriageReturn = 13
const noteWords = ['sep=', '"sep=']

/**
 * Counts lines, as far as they have come, until there are enough of them to tell the columns. Comments, blank lines and
 * a note for Excel before the header are none of them.
 */
export class SampleLines {
  #breaks = 0
  #searched = 0
  #isLeading = true
  #isInside = false
  #hasComments = false

  /** Bytes that were looked at. */
  get searched(): number {
    return this.#searched
  }

  /** Looks at bytes from `start` on, the same place each time. Whether there are so many lines before `limit`. */
  search(bytes: Uint8Array, start: number, limit: number, wanted: number, isLast: boolean): boolean {
    let at = start + this.#searched
    while (at < limit && !this.#suffice(wanted)) {
      if (this.#isLeading && !this.#isInside) {
        const note = at === start ? beginOfNote(bytes, at, limit) : 'none'
        if (note === 'cut' && !isLast) break
        const byte = bytes[at]
        this.#hasComments ||= byte === hash
        this.#isInside = byte === hash || byte === lineFeed || byte === carriageReturn || note === 'note'
        this.#isLeading = this.#isInside
      }
      const found = bytes.indexOf(lineFeed, at)
      if (found < 0 || found >= limit) at = limit
      else {
        at = found + 1
        if (this.#isLeading) this.#isInside = false
        else this.#breaks++
      }
    }
    this.#searched = at - start
    return this.#suffice(wanted)
  }

  /** Those that were counted were not enough. */
  wantMore(): void {
    this.#breaks = 0
  }

  #suffice(wanted: number): boolean {
    return this.#breaks >= (this.#hasComments ? Math.max(wanted, linesBehindComments) : wanted)
  }
}

/** Whether the first bytes are those of `sep=`; cut: as far as they have come. */
function beginOfNote(bytes: Uint8Array, from: number, limit: number): 'note' | 'cut' | 'none' {
  const text = String.fromCharCode(...bytes.subarray(from, Math.min(limit, from + 5))).toLowerCase()
  if (noteWords.some((word) => text.startsWith(word))) return 'note'
  return noteWords.some((word) => word.startsWith(text)) ? 'cut' : 'none'
}
