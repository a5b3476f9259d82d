import { ValueError } from './errors.ts'
import { philox4x32 } from './philox.ts'

/** What a block of random words is for: the last counter word, so that different uses of one index are independent. */
const purpose = { uniform: 0, normal: 1, integer: 2, text: 3, number: 4 } as const

const block = new Uint32Array(4)
const numberBits = new Float64Array(1)
const numberWords = new DataView(numberBits.buffer)

/**
 * A key to an endless table of random numbers: element `i` of each table is a pure function of the key and `i`.
 *
 * Nothing advances, so rows of a weight table can be drawn alone, in any order, at any time, and are always the same.
 * Range/units: `i` is an integer from 0 to 2^53 - 1. Not for secrets.
 * State/cost: immutable; one Philox block per draw. Same bits on every engine.
 */
export class Rng {
  /** The 64 bits that identify this stream, as two unsigned 32-bit words. */
  readonly key: readonly [number, number]

  constructor(key: readonly [number, number]) {
    this.key = key
  }

  /** Uniform on [0, 1) in steps of 2^-53. */
  uniform(i: number): number {
    this.draw(i, 0, purpose.uniform)
    return bits53() / 0x20_0000_0000_0000
  }

  /** Uniform on [0, 1) in steps of 2^-24, exact in f32: `uniform(i)` rounded down, so never 1. */
  uniformF32(i: number): number {
    this.draw(i, 0, purpose.uniform)
    return (block[0]! >>> 8) / 0x100_0000
  }

  /** One of 2^52 cells, each equally likely: what `standardNormal` draws from. @internal */
  cell(i: number): number {
    this.draw(i, 0, purpose.normal)
    return (block[0]! >>> 6) * 0x400_0000 + (block[1]! >>> 6)
  }

  /**
   * Uniform on the integers 0 to n - 1, each exactly equally likely: draws that would favour some are drawn again.
   * @throws ValueError when n is not an integer from 1 to 2^53 - 1.
   */
  integer(i: number, n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new ValueError({
        what: 'the number of choices is not a count', where: 'Rng.integer', got: n,
        wanted: 'an integer from 1 to 2^53 - 1', hint: 'n is exclusive: integer(i, 6) gives 0 to 5.',
      })
    }
    const fair = 0x20_0000_0000_0000 - (0x20_0000_0000_0000 % n)
    for (let attempt = 0; ; attempt++) {
      this.draw(i, attempt, purpose.integer)
      const value = bits53()
      if (value < fair) return value % n
    }
  }

  /** An independent stream of its own name: `rng(1, 'a', 'b')` is `rng(1).split('a').split('b')`. */
  split(name: number | string): Rng {
    return new Rng(absorb(this.key, name))
  }

  private draw(i: number, attempt: number, use: number): void {
    if (!Number.isSafeInteger(i) || i < 0) {
      throw new ValueError({
        what: 'the index is not a position', where: 'Rng', got: i, wanted: 'an integer from 0 to 2^53 - 1',
        hint: 'Number the draws of a stream 0, 1, 2, ...; use split(name) for another stream.',
      })
    }
    philox4x32(block, i >>> 0, Math.floor(i / 0x1_0000_0000), attempt, use, this.key[0], this.key[1])
  }
}

/**
 * Makes the key of a random stream from a seed and any number of names.
 * Edge: 1 and '1' are different names; 0 and -0 are the same; text counts by its UTF-16 units.
 * State/cost: 64-bit keys, so among k streams two coincide with probability about k^2 / 2^65.
 * @throws ValueError when a number is NaN or infinite, or a name is neither number nor string.
 */
export function rng(seed: number | string, ...stream: (number | string)[]): Rng {
  let key = absorb([0, 0], seed)
  for (const name of stream) key = absorb(key, name)
  return new Rng(key)
}

function bits53(): number {
  return (block[0]! >>> 5) * 0x400_0000 + (block[1]! >>> 6)
}

/**
 * The key after one more name. Philox serves as the mixing function of a chained hash, four UTF-16 units at a time:
 *
 *   key --(units 0-3, length left)--> key' --(units 4-7, length left)--> key'' ...
 *
 * A block also says what kind of name it belongs to, and a first block never looks like a later one of the same length
 * left unless the names agree, so different names meet only by chance.
 */
function absorb(key: readonly [number, number], name: number | string): readonly [number, number] {
  if (typeof name === 'number' && Number.isFinite(name)) {
    numberBits[0] = name + 0 // -0 becomes 0
    philox4x32(block, numberWords.getUint32(0, true), numberWords.getUint32(4, true), 0, purpose.number, key[0], key[1])
    return [block[0]!, block[1]!]
  }
  if (typeof name !== 'string') {
    throw new ValueError({
      what: 'this does not name a random stream', where: 'rng', got: name, wanted: 'a finite number or a string',
      hint: 'Use a fixed seed such as 1, and names such as "hidden.weight" for its streams.',
    })
  }
  let [k0, k1] = key
  for (let start = 0; start === 0 || start < name.length; start += 4) {
    const word = (at: number): number => (unitAt(name, start + at) << 16) | unitAt(name, start + at + 1)
    philox4x32(block, word(0), word(2), name.length - start, purpose.text, k0, k1)
    k0 = block[0]!
    k1 = block[1]!
  }
  return [k0, k1]
}

function unitAt(text: string, index: number): number {
  return index < text.length ? text.charCodeAt(index) : 0
}
