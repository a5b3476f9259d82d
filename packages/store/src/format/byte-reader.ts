import { StoreError } from '../errors.ts'

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads what a `ByteWriter` has written, and refuses everything else before it makes room for it. */
export class ByteReader {
  readonly bytes: Uint8Array
  /** For messages: what is read, and where its first byte stands. */
  readonly where: string
  readonly base: number
  at = 0
  readonly #view: DataView

  constructor(bytes: Uint8Array, where: string, base = 0) {
    this.bytes = bytes
    this.where = where
    this.base = base
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** @throws StoreError always. */
  refuse(what: string): never {
    throw new StoreError({
      code: 'E_CORRUPT', what, where: this.where, offset: this.base + this.at,
      hint: 'The bytes are not those that were written: go back to an earlier checkpoint, or to a copy.',
    })
  }

  u8(): number {
    if (this.left < 1) this.refuse('it ends too early')
    return this.bytes[this.at++]!
  }

  u32(): number {
    if (this.left < 4) this.refuse('it ends too early')
    this.at += 4
    return this.#view.getUint32(this.at - 4, true)
  }

  f64(): number {
    if (this.left < 8) this.refuse('it ends too early')
    const value = this.#view.getFloat64(this.at, true)
    if (Number.isNaN(value)) this.#checkNaN()
    this.at += 8
    return value
  }

  /** A whole number in its shortest form. */
  count(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.u8()
      value += byte % 128 * scale
      if (byte < 128) {
        if (byte === 0 && scale > 1) this.refuse('a number is written longer than need be')
        if (value > Number.MAX_SAFE_INTEGER) this.refuse('a number is above 2^53')
        return value
      }
      scale *= 128
      if (scale > 2 ** 49) this.refuse('a number is above 2^53')
    }
  }

  /** How many things follow, each of at least `bytesEach` bytes, of which there must be enough. */
  countOf(bytesEach: number): number {
    const start = this.at
    const count = this.count()
    if (count * bytesEach <= this.left) return count
    this.at = start
    return this.refuse(`${count} items of at least ${bytesEach} bytes follow, but only ${this.left} bytes are left`)
  }

  /** A view of the next bytes. */
  raw(count: number): Uint8Array {
    if (count > this.left) this.refuse(`${count} bytes follow, but only ${this.left} are left`)
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  text(): string {
    const bytes = this.raw(this.countOf(1))
    if (bytes.length < 32) {
      let text = ''
      for (const code of bytes) {
        if (code > 127) return this.#decoded(bytes)
        text += String.fromCharCode(code)
      }
      return text
    }
    return this.#decoded(bytes)
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes)
    } catch {
      return this.refuse('text is not UTF-8')
    }
  }

  #checkNaN(): void {
    const isUsual = this.#view.getUint32(this.at, true) === 0 && this.#view.getUint32(this.at + 4, true) === 0x7ff80000
    if (!isUsual) this.refuse('a NaN is not the one that is written')
  }
}
