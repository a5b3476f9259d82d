/**
 * Why a record could not be read. E_SIZE: longer than `recordBytesMax`. E_UTF8: not valid text, or a NUL. E_CSV: quotes
 * that do not match. E_JSON: not one JSON value. E_SHAPE: too deep or too many parts. E_TYPE: not of the declared type,
 * or not a record. E_MISSING: a required value is missing. E_NONFINITE: a number beyond the range of doubles.
 * E_ARITY: too few or too many fields. E_TIME: a declared time that is none.
 */
export type MalformedCode =
  'E_SIZE' | 'E_UTF8' | 'E_CSV' | 'E_JSON' | 'E_SHAPE' | 'E_TYPE' | 'E_MISSING' | 'E_NONFINITE' | 'E_ARITY' | 'E_TIME'

/** Most bytes of a malformed record that are kept. */
export const rawBytesMax = 4096

/** A record that could not be read: what the source's `malformed$` emits. */
export interface Malformed {
  readonly source: string
  /** Its number among all received records, from 1. */
  readonly record: number
  /** The line it starts on, from 1; 0 for sources that are not lines. */
  readonly line: number
  /** Where it starts, in bytes after decompression; 0 for sources that are not bytes. */
  readonly byte: number
  readonly code: MalformedCode
  /** What is wrong, and in which column, as a sentence for people. */
  readonly reason: string
  /** Its length in bytes, as far as it was looked at: of one longer than allowed, the limit. */
  readonly length: number
  /** Its first bytes, at most 4,096: a copy. */
  readonly raw: Uint8Array
}

/** What a record's reader found wrong. */
export interface Fault {
  readonly code: MalformedCode
  readonly reason: string
}
