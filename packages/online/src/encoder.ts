import { EddyError, formatValue } from '@eddy/tensor'

/**
 * Hands over one number of a feature. `part` tells apart several numbers of one feature (its categories, its words);
 * `null` is the feature itself. Every (feature, part) has a slot of its own. Handing the same one over twice adds up.
 */
export type Emit = (part: string | null, value: number) => void

/**
 * How a feature's value becomes numbers. A plain record, and pure: what it emits depends on the value alone.
 *
 * @example
 * const celsius: Encoder = {
 *   name: 'celsius', standardize: true,
 *   encode: (value, emit) => emit(null, isNumber(value) ? value - 273.15 : refuse(value, 'a number', 'Send Kelvin.')),
 * }
 */
export interface Encoder {
  /** For messages and tools. */
  readonly name: string
  /** Whether its numbers are standardised by the running mean and deviation of their slots. */
  readonly standardize: boolean
  /** Its numbers go into a table of 2^bits slots, found by hash; encoders with equal bits and seed share one. */
  readonly table?: HashTable
  /** What stands in for a value that is missing; default: nothing, the feature contributes nothing. */
  readonly missing?: number
  /** Never called for a missing value (absent, undefined or null). @throws BadValueError, by `refuse`. */
  readonly encode: (value: unknown, emit: Emit) => void
}

export interface HashTable {
  readonly bits: number
  readonly seed: number
}

/** A value that an encoder, or a target, cannot use. The learner adds where it was found and rejects the event. */
export class BadValueError extends EddyError {
  override readonly name = 'BadValueError'
  readonly got: unknown
  readonly wanted: string
  readonly hint: string

  constructor(got: unknown, wanted: string, hint: string) {
    super('E_VALUE', `got ${formatValue(got)}, wanted ${wanted}. ${hint}`)
    this.got = got
    this.wanted = wanted
    this.hint = hint
  }
}

/** Refuses a value: what was wanted instead, and what to do, as a sentence. @throws BadValueError always. */
export function refuse(got: unknown, wanted: string, hint: string): never {
  throw new BadValueError(got, wanted, hint)
}
