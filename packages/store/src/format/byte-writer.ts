const utf8 = /* @__PURE__ */ new TextEncoder()
/** Numbers are put together here, since the bytes have no alignment. */
const cell = /* @__PURE__ */ new DataView(new ArrayBuffer(8))
const cellBytes = /* @__PURE__ */ new Uint8Array(cell.buffer)

const isLittleEndian = /* @__PURE__ */ (() => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1)()
let scratch = /* @__PURE__ */ new Float64Array(256)

/** Bytes that grow at their end; everything little-endian. The room is kept when it is cleared. */
export class ByteWriter {
  bytes: Uint8Array
  length = 0

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
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
    if (wanted <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(wanted, 2 * this.bytes.length))
    grown.set(this.written)
    this.bytes = grown
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
    if (!Number.isNaN(value)) cell.setFloat64(0, value, true)
    else {
      cell.setUint32(0, 0, true)
      cell.setUint32(4, 0x7ff80000, true)
    }
    for (let k = 0; k < 8; k++) this.bytes[this.length++] = cellBytes[k]!
  }

  /** Many numbers, as `f64` writes each. */
  numbers(list: readonly number[]): void {
    if (!isLittleEndian) {
      for (const value of list) this.f64(value)
      return
    }
    if (scratch.length < list.length) scratch = new Float64Array(2 * list.length)
    let hasNaN = false
    for (let k = 0; k < list.length; k++) {
      const value = list[k]!
      hasNaN ||= value !== value
      scratch[k] = value
    }
    // Engines may store any NaN they like.
    if (hasNaN) return list.forEach((value) => this.f64(value))
    this.raw(new Uint8Array(scratch.buffer, 0, 8 * list.length))
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
    const units = text.length
    if (units < 64) {
      this.reserve(units + 1)
      const start = this.length
      const { bytes } = this
      bytes[start] = units
      let k = 0
      for (; k < units; k++) {
        const code = text.charCodeAt(k)
        if (code > 127) break
        bytes[start + 1 + k] = code
      }
      if (k === units) {
        this.length = start + 1 + units
        return
      }
    }
    const encoded = utf8.encode(text)
    this.count(encoded.length)
    this.raw(encoded)
  }
}
