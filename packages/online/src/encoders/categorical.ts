import { type Encoder, refuse } from '../encoder.ts'

/** Longest category, in UTF-16 units: names are kept, so they must not be documents. */
const categoryLengthMax = 1000

/** The name of a category. Numbers and booleans count by their text: 1 and '1' are one category, -0 and 0 as well. */
export function categoryText(value: unknown, lengthMax = categoryLengthMax): string {
  if (typeof value === 'string') {
    if (value.length <= lengthMax) return value
    return refuse(value, `at most ${lengthMax} characters`, 'Split the text into words, or declare it hashed()')
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  return refuse(value, 'text, a finite number or a boolean', 'Choose one field of it, or leave the feature out')
}

/**
 * One slot for each value met so far, in order of first sight: 1 where the event has that value.
 * Edge: '' is a category; a value never learned from contributes nothing to a prediction.
 * State/cost: one row of weights per value. For unbounded vocabularies use `hashed`.
 * @example features({ carrier: categorical() })
 */
export function categorical(): Encoder {
  return Object.freeze({
    name: 'categorical',
    standardize: false,
    encode: (value, emit) => emit(categoryText(value), 1),
  } satisfies Encoder)
}
