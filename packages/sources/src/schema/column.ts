import type { DateOrder } from './read-time.ts'

/**
 * number: finite numbers. mixed: numbers, and text where there is none. boolean: true and false. time: milliseconds
 * since 1970 in UTC. category: short text that repeats. text: long text. empty: no value seen yet. object: nested.
 */
export type ColumnKind = 'number' | 'mixed' | 'boolean' | 'time' | 'category' | 'text' | 'empty' | 'object'

/** What a column holds, as far as is known. */
export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  /** The kind was stated by the caller, or by the file: values of another kind are malformed, and revise nothing. */
  readonly declared: boolean
  /** Values that were not of the kind first assumed. */
  readonly contradictions: number
  /** The character before the fraction of its numbers. */
  readonly decimal: '.' | ','
  /** For numbers that are times: what they count since 1970. */
  readonly epoch: 's' | 'ms' | null
  /** For times such as 31/1/2024: what comes first in them. Absent: each says by itself what it means. */
  readonly order?: DateOrder
  /** A value was met that has another order, so those that could have either may have been misread. */
  readonly isOrderDoubted?: true
  /** It held true and false before other words came: those are still read so, one text being one value throughout. */
  readonly hasBooleans?: true
  /** What stands in it for false and for true, as first met, where these are other words: no and yes. */
  readonly words?: readonly [no: string, yes: string]
  /** Values looked at, missing ones, and different ones among the rows that were looked at first. */
  readonly sample: { readonly values: number; readonly missing: number; readonly distinct: number }
}

/** The columns of a source, in their order. */
export interface Schema {
  readonly columns: readonly Column[]
  /** How often it was revised. */
  readonly version: number
}

/**
 * A change of a column's kind, from this record on; those before it stay as they were read. From `time` to `time`: the
 * first date that contradicts the order of day and month that those before it have; it is taken as missing.
 */
export interface Revision {
  readonly source: string
  readonly column: string
  readonly from: ColumnKind
  readonly to: ColumnKind
  /** The number of the record that caused it, from 1, and its line. */
  readonly record: number
  readonly line: number
  /** The value that did not fit, shortened; where the kind stays, followed by what is wrong with it. */
  readonly value: string
  readonly schema: Schema
}
