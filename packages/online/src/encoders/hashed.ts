import type { Emit, Encoder } from '../encoder.ts'
import { categoryText } from './categorical.ts'
import { hashTable } from './hash-table.ts'
import { absentBy, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

export interface HashedOptions {
  /** The table has 2^bits slots; 1 to 24, default 18. */
  readonly bits?: number
  /** Chooses the hash function; default 0. */
  readonly seed?: number
  /** What becomes of a missing value; 'indicator': the slot of '', which an empty text shares. Default 'skip'. */
  readonly missing?: MissingPolicy
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
export function hashed(options: HashedOptions = {}): Encoder {
  checkOptions('hashed', options, ['bits', 'seed', 'missing'])
  const { bits = 18, seed = 0, missing = 'skip' } = options
  return Object.freeze({
    name: 'hashed',
    standardize: false,
    table: hashTable({ bits, seed }, 'hashed'),
    encode: (value: unknown, emit: Emit) => emit(categoryText(value, Infinity), 1),
    ...absentBy('hashed', missing, ''),
  } satisfies Encoder)
}
