const quote = 34
const space = 32
const carriageReturn = 13

/** Where the fields of one record are. */
export class FieldSplitter {
  /** Of each field: its first byte, and the byte after its last. Quotes and surrounding blanks are left out. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** 0: bare. 1: was in quotes. 2: was in quotes and has doubled quotes inside. */
  readonly quoting: Uint8Array
  readonly #delimiter: number
  readonly #fieldsMax: number

  constructor(delimiter: number, fieldsMax: number) {
    this.#delimiter = delimiter
    this.#fieldsMax = fieldsMax
    this.from = new Int32Array(fieldsMax)
    this.to = new Int32Array(fieldsMax)
    this.quoting = new Uint8Array(fieldsMax)
  }

  /**
   * Splits a record that the framer has found; a CR at its end belongs to the line break.
   * @returns how many fields it has; those beyond `fieldsMax` are counted only.
   */
  split(bytes: Uint8Array, from: number, to: number, hasQuotes: boolean): number {
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to
    const delimiter = this.#delimiter
    let count = 0
    let first = from
    for (let at = from; at <= end; at++) {
      if (hasQuotes && at === first && at < end && bytes[at] === quote) {
        at = this.#quoted(bytes, at, end, count)
        count++
        first = at + 1
      } else if (at === end || bytes[at] === delimiter) {
        if (count < this.#fieldsMax) this.#bare(bytes, first, at, count)
        count++
        first = at + 1
      }
    }
    return count
  }

  #bare(bytes: Uint8Array, from: number, to: number, field: number): void {
    let first = from
    let last = to
    while (first < last && bytes[first] === space) first++
    while (first < last && bytes[last - 1] === space) last--
    this.from[field] = first
    this.to[field] = last
    this.quoting[field] = 0
  }

  /** Returns the index of the delimiter after the field, or the record's end. */
  #quoted(bytes: Uint8Array, from: number, end: number, field: number): number {
    let at = from + 1
    let quoting = 1
    for (; at < end; at++) {
      if (bytes[at] !== quote) continue
      if (at + 1 >= end || bytes[at + 1] !== quote) break
      quoting = 2
      at++
    }
    if (field < this.#fieldsMax) {
      this.from[field] = from + 1
      this.to[field] = at
      this.quoting[field] = quoting
    }
    return at + 1
  }
}

/** Bytes of a quoted field with its doubled quotes made single. */
export function unquote(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const plain = new Uint8Array(to - from)
  let length = 0
  for (let at = from; at < to; at++) {
    plain[length++] = bytes[at]!
    if (bytes[at] === quote) at++
  }
  return plain.subarray(0, length)
}
