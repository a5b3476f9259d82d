/**
 * A message of Protocol Buffers, written field by field: only what ONNX needs, and only writing.
 * Source: the encoding guide of Protocol Buffers. A field is a varint of (number * 8 + kind), then its content: kind 0
 * a varint, kind 2 a length and as many bytes, kind 5 four bytes.
 */
export class Message {
  readonly #chunks: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** An integer; negative ones take ten bytes, as two's complement of 64 bits. */
  integer(field: number, value: number | bigint): this {
    return this.#push(varint(field * 8)).#push(varint(value))
  }

  /** A number of 32 bits. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.#push(varint(field * 8 + 5)).#push(bytes)
  }

  /** Text, in UTF-8. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#push(varint(field * 8 + 2)).#push(varint(value.length)).#push(value)
  }

  /** A message inside this one. It must not change any more. */
  message(field: number, value: Message): this {
    this.#push(varint(field * 8 + 2)).#push(varint(value.#length))
    for (const chunk of value.#chunks) this.#push(chunk)
    return this
  }

  /** All bytes, copied once. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    return bytes
  }

  #push(chunk: Uint8Array): this {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    return this
  }
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest === 0n ? low : low | 128)
  } while (rest !== 0n)
  return Uint8Array.from(bytes)
}
