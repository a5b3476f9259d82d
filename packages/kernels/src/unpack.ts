/**
 * The format of the embedded module, of whose streams (streams.ts), one behind the other, it makes LZ77 tokens under an
 * adaptive binary range coder, in the manner of LZMA.
 *
 *     token  isMatch 0, 8 bits                              one byte
 *            isMatch 1, isRepeat 0, length - 2, distance - 1   a copy from a new distance
 *            isMatch 1, isRepeat 1, which, length - 1          a copy from one of the last four distances
 *
 * A third smaller than what gzip makes of the same module, and unpacked in a few milliseconds. `scripts/pack.ts` writes
 * it. Only integers below 2^53 are involved, so every engine unpacks the same bytes.
 */

/** Where each group of adaptive bits begins. A state says what the last two tokens were: byte, copy or repeat. */
export const places = {
  isMatch: 0, isRepeat: 9, isOlder: 18, isOldest: 27,
  /** Numbers, one group per context: their width in a tree of 5 bits, then a tree for each width. */
  numbers: 32, numberGroup: 1056,
  /** Bytes, 8 groups a stream, by the upper three bits of the byte before: a tree, and two for the bit of a copy. */
  bytes: 32 + 6 * 1056, byteGroup: 768,
} as const

/** Contexts of numbers; a distance depends on the length: 2, 3, 4 or more. */
export const numbers = { repeatLength: 0, copyLength: 1, distance: 2 } as const

/** So many bits below a number's highest are adaptive; the rest are as likely 0 as 1. */
export const adaptiveBits = 5

/** Probabilities that a bit is 1, in 65,536ths. They learn quickly first, then from about the last 40 bits. */
export class Odds {
  readonly #ones: Uint16Array
  readonly #seen: Uint8Array

  constructor(streams: number) {
    const count = places.bytes + 8 * streams * places.byteGroup
    this.#ones = new Uint16Array(count).fill(2 ** 15)
    this.#seen = new Uint8Array(count)
  }

  of(place: number): number {
    return this.#ones[place]!
  }

  learn(place: number, bit: number): void {
    const seen = this.#seen[place]!
    const ones = this.#ones[place]!
    this.#ones[place] = Math.min(65_504, Math.max(32, ones + Math.trunc((bit * 65_536 - ones) / (seen + 3))))
    if (seen < 40) this.#seen[place] = seen + 1
  }
}

/** The state after a token that was a byte (0), a copy (1) or a repeat (2). */
export function follow(state: number, token: number): number {
  return 3 * (state % 3) + token
}

/** Undoes `pack`: streams of these sizes, one behind the other, out of base64. */
export function unpack(text: string, sizes: readonly number[]): Uint8Array {
  const bit = reader(text, sizes.length)
  const number = (context: number): number => {
    const place = places.numbers + places.numberGroup * context
    let width = 1
    while (width < 32) width = 2 * width + bit(place + width)
    let value = 1
    for (let i = 0; i < width - 32; i++) {
      value = 2 * value + (i < adaptiveBits ? bit(place + 32 * (width - 31) + value) : bit(-1))
    }
    return value - 1
  }
  const size = sizes.reduce((sum, each) => sum + each, 0)
  const bytes = new Uint8Array(size)
  let stream = -1
  let end = 0
  const distances = [1, 1, 1, 1]
  let state = 0
  for (let at = 0; at < size;) {
    if (bit(places.isMatch + state) === 0) {
      while (at >= end) end += sizes[++stream]!
      const place = places.bytes + places.byteGroup * (8 * stream + ((bytes[at - 1] ?? 0) >> 5))
      let value = 1
      if (state % 3 > 0) {
        const other = bytes[at - distances[0]!]!
        while (value < 256) {
          const expected = (other >> (Math.clz32(value) - 24)) & 1
          value = 2 * value + bit(place + 256 * (1 + expected) + value)
          if ((value & 1) !== expected) break
        }
      }
      while (value < 256) value = 2 * value + bit(place + value)
      bytes[at++] = value
      state = follow(state, 0)
      continue
    }
    const repeat = bit(places.isRepeat + state)
    let length = 1
    if (repeat === 1) {
      let which = bit(places.isOlder + state)
      if (which === 1) which += bit(places.isOldest)
      if (which === 2) which += bit(places.isOldest + 1)
      distances.unshift(distances.splice(which, 1)[0]!)
      length += number(numbers.repeatLength)
    } else {
      length += 1 + number(numbers.copyLength)
      distances.pop()
      distances.unshift(1 + number(numbers.distance + Math.min(3, length - 2)))
    }
    for (const end = at + length; at < end; at++) bytes[at] = bytes[at - distances[0]!]!
    state = follow(state, 1 + repeat)
  }
  return bytes
}

/** Reads adaptive bits; the place -1 stands for an even chance. */
function reader(text: string, streams: number): (place: number) => number {
  const packed = atob(text)
  const odds = new Odds(streams)
  let at = 0
  let [low, high, code] = [0, 2 ** 32 - 1, 0]
  const next = (): number => (at < packed.length ? packed.charCodeAt(at++) : 0)
  for (let i = 0; i < 4; i++) code = 256 * code + next()
  return (place) => {
    const middle = low + Math.floor((high - low) / 65_536 * (place < 0 ? 2 ** 15 : odds.of(place)))
    const bit = code <= middle ? 1 : 0
    if (bit === 1) high = middle
    else low = middle + 1
    if (place >= 0) odds.learn(place, bit)
    // The upper byte is settled.
    while ((low ^ high) >>> 24 === 0) {
      low = (low << 8) >>> 0
      high = (high << 8 | 255) >>> 0
      code = (code << 8 | next()) >>> 0
    }
    return bit
  }
}
