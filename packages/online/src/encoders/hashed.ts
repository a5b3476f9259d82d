import { ValueError } from '@eddy/tensor'
import type { Encoder } from '../encoder.ts'
import { categoryText } from './categorical.ts'

export interface HashedOptions {
  /** The table has 2^bits slots; 1 to 24, default 18. */
  readonly bits?: number
  /** Chooses the hash function; default 0. */
  readonly seed?: number
}

/**
 * A category found by hash instead of by name: no name is kept, memory is fixed from the start, and the slot of a
 * value is the same in every process. Values that collide share their weights. Encoders with equal bits and seed share
 * a table.
 * The hash is `hashText(seed, feature, value)`, its upper `bits` bits. Source: Weinberger et al. 2009, without signs.
 * Edge: numbers and booleans count by their text, as in `categorical`.
 * State/cost: 2^bits rows of weights.
 * @throws ValueError when bits or seed are out of range.
 * @example features({ userAgent: hashed({ bits: 16 }) })
 */
export function hashed({ bits = 18, seed = 0 }: HashedOptions = {}): Encoder {
  if (!Number.isInteger(bits) || bits < 1 || bits > 24) {
    throw new ValueError({
      what: 'the size of the table is out of range', where: 'hashed', got: bits, wanted: 'an integer from 1 to 24',
      hint: '18 bits are 262,144 slots.',
    })
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new ValueError({
      what: 'the seed is out of range', where: 'hashed', got: seed, wanted: 'an integer from 0 to 2^32 - 1',
      hint: 'Leave it out for 0.',
    })
  }
  return Object.freeze({
    name: 'hashed',
    standardize: false,
    table: Object.freeze({ bits, seed }),
    encode: (value, emit) => emit(categoryText(value, Infinity), 1),
  } satisfies Encoder)
}
