import type { ColumnKind } from '../schema/column.ts'
import type { DateOrder } from '../schema/read-time.ts'

/**
 * A kind that a caller can state for a CSV column. `dmy` and `mdy` are times that may be written like 1/2/2024, with
 * the day or with the month first; `time` is read with the order that its first values show, if they show one.
 */
export type DeclaredKind = Exclude<ColumnKind, 'empty' | 'object'> | DateOrder

/** How text is cut into records. */
export interface RecordOptions {
  /** Longest record, in bytes; default 262,144. Longer ones are malformed (E_SIZE). */
  readonly recordBytesMax?: number
}

export interface CsvOptions extends RecordOptions {
  /**
   * One ASCII character; default: what a first line such as `sep=;` names, else comma, tab, semicolon or bar, whichever
   * fits the first rows best.
   */
  readonly delimiter?: string
  /** Whether the first record names the columns (default), or the names. Without names: `column_1` and so on. */
  readonly header?: boolean | readonly string[]
  /**
   * Kinds that are known. Values that do not fit are malformed, while an inferred kind would be revised. A record names
   * columns that have to be there; a function is asked about those that are, and says undefined for what is not known.
   */
  readonly columns?: Readonly<Record<string, DeclaredKind>> | ((name: string) => DeclaredKind | undefined)
  /** Whether that is so; false: a value that does not fit is taken as missing. Default: true. @internal */
  readonly isStrict?: boolean
  /** Columns without which a record is malformed (E_MISSING). */
  readonly required?: readonly string[]
  /**
   * Texts that mean there is no value; case does not matter. Default: nothing, NA, N/A, NaN, null, ?; in columns of
   * numbers, times, or true and false also -, --, ., #N/A, #DIV/0! and the like, None, <NA>, NaT, \N, n.a.
   */
  readonly missing?: readonly string[]
  /** Rows that kinds are inferred from, before the first is handed over; default 1,000. Never more than 1 MiB. */
  readonly sampleRows?: number
}
