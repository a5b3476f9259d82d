import { ValueError } from '@eddy/tensor'
import { type Emit, type Encoder, refuse } from '../encoder.ts'
import { hashTable } from './hash-table.ts'
import { defineMemory } from './define-memory.ts'
import { checkMissing, type MissingPolicy } from './missing.ts'
import { checkOptions } from '../known-options.ts'

export interface CategoricalOptions {
  /** Values that get a slot of their own; further ones share hash slots and are counted. Default: no limit. */
  readonly max?: number
  /** The hash table for further ones has 2^bits slots; 1 to 24, default 10. */
  readonly bits?: number
  /**
   * What becomes of a missing value. 'skip' (default): the feature contributes nothing to that event. 'indicator': 1 in
   * a slot that says so, which is no category. 'last': the last one learned. { value }: that category.
   */
  readonly missing?: MissingPolicy | 'last' | { readonly value: string | number | boolean }
}

/** Longest category, in UTF-16 units: names are kept, so they must not be documents. */
const categoryLengthMax = 1000

/** The name of a category. Numbers and booleans count by their text: 1 and '1' are one category, -0 and 0 as well. */
export function categoryText(value: unknown, lengthMax = categoryLengthMax): string {
  if (typeof value === 'string') {
    if (value.length <= lengthMax) return value
    return refuse(value, `at most ${lengthMax} characters`, 'Split the text into words, or declare it hashed()')
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  return refuse(value, 'text, a finite number or a boolean', Array.isArray(value)
    ? 'For each of a list a slot: { name, standardize: false, encode: (all, emit) => all.forEach((x) => emit(x, 1)) }'
    : 'Choose one field of it, or leave the feature out')
}

/**
 * One slot for each value met so far, in order of first sight: 1 where the event has that value.
 * Edge: '' is a category; a value never learned from contributes nothing to a prediction, unless there is a `max` and
 * it is reached: then it has its hash slot, found as `hashed` does.
 * State/cost: one row of weights per value, at most `max` + 2^bits. For unbounded vocabularies: `hashed`.
 * @throws ValueError when max or bits are out of range.
 * @example features({ carrier: categorical(), city: categorical({ max: 1000, missing: 'indicator' }) })
 */
export function categorical(options: CategoricalOptions = {}): Encoder {
  checkOptions('categorical', options, ['max', 'bits', 'missing'])
  const { max, bits = 10, missing = 'skip' } = options
  if (max !== undefined && (!Number.isInteger(max) || max < 1)) {
    throw new ValueError({
      what: 'the number of categories is out of range', where: 'categorical', got: max, wanted: 'an integer from 1 on',
      hint: 'Leave max out for no limit.',
    })
  }
  const stands = missing === 'last' || (typeof missing === 'object' && missing !== null)
  checkMissing('categorical', missing, stands, ", 'last' or { value }")
  const encode = (value: unknown, emit: Emit): void => emit(categoryText(value), 1)
  const facts = {
    name: 'categorical', standardize: false, encode,
    ...(max === undefined ? {} : { limit: Object.freeze({ parts: max, table: hashTable({ bits }, 'categorical') }) }),
  }
  if (missing === 'last') {
    return defineMemory<string | null>({
      ...facts, initial: null, isState: (state) => state === null || typeof state === 'string',
      encode: (value, emit, last) => {
        if (value !== undefined) encode(value, emit)
        else if (last !== null) emit(last, 1)
      },
      learn: (last, value) => (value === undefined ? last : categoryText(value)),
    })
  }
  if (missing === 'skip') return Object.freeze(facts)
  return Object.freeze(missing === 'indicator'
    ? { ...facts, absent: (emit: Emit) => emit(null, 1) } : { ...facts, missing: categoryText(missing.value) })
}
