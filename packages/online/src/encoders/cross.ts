import type { Emit, Encoder } from '../encoder.ts'
import { hashTable } from './hash-table.ts'
import { fieldList, keyText } from './key-text.ts'
import { checkOptions } from '../known-options.ts'

export interface CrossOptions {
  /** The table has 2^bits slots; 1 to 24, default 18. null: every combination has a slot of its own, by name. */
  readonly bits?: number | null
  /** Chooses the hash function; default 0. */
  readonly seed?: number
}

/**
 * The values of several fields together as one category: what weekday and store mean beyond each by itself. The fields
 * need not be features themselves; numbers and booleans count by their text.
 * Edge: a missing value is a value like any other here, unless all are missing: then it contributes nothing.
 * State/cost: 2^bits rows of weights, by hash as `hashed`; or one for each combination met.
 * @throws GraphError for fewer than two fields, ValueError when bits or seed are out of range.
 * @example features({ storeByDay: cross(['store', 'weekday'], { bits: 12 }) })
 */
export function cross(fields: readonly string[], options: CrossOptions = {}): Encoder {
  checkOptions('cross', options, ['bits', 'seed'])
  const { bits = 18, seed = 0 } = options
  const names = Object.freeze(fieldList(fields, 'cross', 2))
  return Object.freeze({
    name: 'cross', standardize: false, fields: names,
    ...(bits === null ? {} : { table: hashTable({ bits, seed }, 'cross') }),
    encode: (values: unknown, emit: Emit) => {
      const text = keyText(values as readonly unknown[], names.length)
      if (text !== null) emit(text, 1)
    },
  } satisfies Encoder)
}
