const utf8 = /* @__PURE__ */ new TextEncoder()
const isLittleEndian = /* @__PURE__ */ (() => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1)()
/** Lists of so many numbers go through an array. */
const manyFrom = 64
let scratch = /* @__PURE__ */ new Float64Array(1024)

/** Bytes that grow at their end; everything little-endian. The room is kept when it is cleared. */
export class ByteWriter {
  bytes: Uint8Array
  length = 0
  #view: DataView

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** What was written, as a view until the next write. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const wanted = this.length + count
    if (wanted > this.bytes.length) this.grow(Math.max(wanted, 2 * this.bytes.length))
  }

  /** Moves what was written to where there is room for so many bytes. */
  protected grow(capacity: number): void {
    const grown = new Uint8Array(capacity)
    grown.set(this.written)
    this.use(grown)
  }

  protected use(bytes: Uint8Array): void {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  u8(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1)
    this.bytes[this.length++] = value
  }

  u32(value: number): void {
    this.reserve(4)
    for (let k = 0; k < 4; k++) this.bytes[this.length++] = value >>> 8 * k
  }

  /** A whole number from 0 to 2^53 in groups of seven bits, the least significant first. */
  count(value: number): void {
    while (value > 127) {
      this.u8(value % 128 + 128)
      value = Math.floor(value / 128)
    }
    this.u8(value)
  }

  /** All NaN are one. */
  f64(value: number): void {
    this.reserve(8)
    putF64(this.#view, this.length, value)
    this.length += 8
  }

  /** Many numbers, as `f64` writes each; false, with nothing written, when something else is among them. */
  numbers(list: readonly unknown[]): boolean {
    const { length } = list
    if (length >= manyFrom && isLittleEndian) return this.#many(list)
    this.reserve(8 * length)
    const view = this.#view
    let at = this.length
    for (let k = 0; k < length; k++, at += 8) {
      const value = list[k]
      if (typeof value !== 'number') return false
      putF64(view, at, value)
    }
    this.length = at
    return true
  }

  /** The same, where that is quicker. */
  #many(list: readonly unknown[]): boolean {
    const { length } = list
    if (scratch.length < length) scratch = new Float64Array(2 * length)
    let hasNaN = false
    for (let k = 0; k < length; k++) {
      const value = list[k]
      if (typeof value !== 'number') return false
      hasNaN ||= value !== value
      scratch[k] = value
    }
    if (hasNaN) for (const value of list) this.f64(value as number)
    else this.raw(new Uint8Array(scratch.buffer, 0, 8 * length))
    return true
  }

  /** Zeros up to a multiple of four. */
  align(): void {
    this.reserve(3)
    while ((this.length & 3) !== 0) this.bytes[this.length++] = 0
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** The length in bytes, then UTF-8; the text must be well-formed. */
  text(text: string): void {
    if (this.shortText(text)) return
    const encoded = utf8.encode(text)
    this.count(encoded.length)
    this.raw(encoded)
  }

  /** The same for a few letters of ASCII; false, with nothing written, for other text. */
  shortText(text: string): boolean {
    const units = text.length
    if (units >= 64) return false
    this.reserve(units + 1)
    const start = this.length
    const { bytes } = this
    bytes[start] = units
    for (let k = 0; k < units; k++) {
      const code = text.charCodeAt(k)
      if (code > 127) return false
      bytes[start + 1 + k] = code
    }
    this.length = start + 1 + units
    return true
  }
}

/** Engines may store any NaN they like. */
function putF64(view: DataView, at: number, value: number): void {
  if (value === value) return view.setFloat64(at, value, true)
  view.setUint32(at, 0, true)
  view.setUint32(at + 4, 0x7ff80000, true)
}
