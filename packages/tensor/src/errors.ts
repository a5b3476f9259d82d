import { formatValue } from './format.ts'

/** The parts of a message, in the order in which they are told. */
export interface ErrorParts<Got, Wanted> {
  /** What failed, as a clause without a full stop: `cannot multiply`. */
  readonly what: string
  /** Where: the function, operator, layer or node. */
  readonly where: string
  readonly got: Got
  /** What would have been accepted. A string is quoted as it stands, so it may be a description. */
  readonly wanted: Wanted
  /** What to do about it, as a sentence. */
  readonly hint: string
}

/**
 * Base of every error that Eddy throws or reports.
 * `code` never changes between versions: branch on it, or on `instanceof`, never on the message.
 */
export class EddyError extends Error {
  override readonly name: string = 'EddyError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

abstract class DetailedError<Got, Wanted> extends EddyError implements ErrorParts<Got, Wanted> {
  readonly what: string
  readonly where: string
  readonly got: Got
  readonly wanted: Wanted
  readonly hint: string

  constructor(code: string, { what, where, got, wanted, hint }: ErrorParts<Got, Wanted>, options?: ErrorOptions) {
    const wish = typeof wanted === 'string' ? wanted : formatValue(wanted)
    super(code, `${what}, in ${where}: got ${formatValue(got)}, wanted ${wish}. ${hint}`, options)
    this.what = what
    this.where = where
    this.got = got
    this.wanted = wanted
    this.hint = hint
  }
}

type ShapeParts = ErrorParts<readonly number[], readonly number[] | string>

/** Two shapes, or a shape and a number of values, do not fit together. */
export class ShapeError extends DetailedError<readonly number[], readonly number[] | string> {
  override readonly name = 'ShapeError'

  constructor(parts: ShapeParts, options?: ErrorOptions) {
    super('E_SHAPE', parts, options)
  }
}

/** A value lies outside what is accepted. */
export class ValueError extends DetailedError<unknown, unknown> {
  override readonly name = 'ValueError'

  constructor(parts: ErrorParts<unknown, unknown>, options?: ErrorOptions) {
    super('E_VALUE', parts, options)
  }
}

/** The element type is not the one needed. */
export class DTypeError extends DetailedError<unknown, string> {
  override readonly name = 'DTypeError'

  constructor(parts: ErrorParts<unknown, string>, options?: ErrorOptions) {
    super('E_DTYPE', parts, options)
  }
}
