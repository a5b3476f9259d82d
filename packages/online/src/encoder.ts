import { EddyError, formatValue } from '@eddy/tensor'
import type { Task } from './task.ts'

/**
 * Hands over one number of a feature. `part` tells apart several numbers of one feature (its categories, its words);
 * `null` is the feature itself. Every (feature, part) has a slot of its own. Handing the same one over twice adds up.
 * `standardize: false` keeps the number of an encoder that standardises as it is.
 */
export type Emit = (part: string | null, value: number, standardize?: boolean) => void

/**
 * How a feature's value becomes numbers. A plain record; what it emits depends on the value alone, and on its memory
 * when it has one: see `remember`, and `defineMemory` for the short way to it.
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
  /** Only so many parts get slots of their own; the numbers of further ones go into a hash table, and are counted. */
  readonly limit?: PartsLimit
  /**
   * The fields that it reads, for a feature that is made of others. Its value is then the list of theirs, undefined
   * where one is missing, and never counts as missing itself. Default: the field with the feature's name.
   */
  readonly fields?: readonly string[]
  /** Of an encoder that places numbers on a circle: after how much it begins again. For tools; not read here. */
  readonly period?: number
  /** What stands in for a value that is missing. */
  readonly missing?: number | string | boolean
  /** What is emitted for a value that is missing, when nothing stands in; default: nothing. */
  readonly absent?: (emit: Emit) => void
  /** Never called for a missing value (absent, undefined or null). @throws BadValueError, by `refuse`. */
  readonly encode: (value: unknown, emit: Emit) => void
  /** Makes the memory of one learner for one feature; `encode`, `missing` and `absent` are not asked then. */
  readonly remember?: (task: Task) => EncoderMemory
}

/**
 * What an encoder remembers of the events that were learned. An event that is only predicted, or rejected, does not
 * change it: `encode` reads, and `learn` is called when the event can no longer fail.
 */
export interface EncoderMemory {
  /** Plain data that is never written again: JSON gives it back. The same object while nothing was learned. */
  readonly state: unknown
  /** As `Encoder.encode`, and asked for missing values as well, which are undefined. Must change nothing. */
  encode(value: unknown, emit: Emit): void
  /**
   * What an event is learned with, when that is not what it is predicted from: statistics that include it. What is
   * scored is then a prediction of its own, from `encode`. Must change nothing.
   */
  encodeToLearn?(value: unknown, emit: Emit): void
  /**
   * An event was learned: the value that `encode` has accepted, and its label as a number (of two classes 0 or 1, of
   * more the number of the class). Must not throw, which would end the run.
   */
  learn(value: unknown, label: number): void
  /** Whether this is a state of such a memory. */
  accepts(state: unknown): boolean
  /** Goes back, or over, to a state that was accepted. */
  restore(state: unknown): void
}

export interface PartsLimit {
  readonly parts: number
  readonly table: HashTable
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
