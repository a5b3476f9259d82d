import type { Malformed, SourceRecord } from '@eddy/sources'
import { flattened, isNested } from '../learn/nested.ts'
import type { Setting } from './setting.ts'

/** What can happen to what is learned; the log of a checkpoint folder is a list of these. Plain data. */
export type Happening = Begin | RecordCame | MalformedCame | Ended

/** Learning begins, or begins anew: all before it is void. */
export interface Begin {
  readonly begin: Setting
  /** A safetensors file to start from; null: from initial weights. */
  readonly warm: Uint8Array | null
}

/** A record came. */
export interface RecordCame {
  /** Among all records of the source, the malformed ones included, from 1. It never changes. */
  readonly number: number
  readonly record: SourceRecord
  /** It was rejected before, with this code. */
  readonly again?: string
}

/** A record came that could not be read. */
export interface MalformedCame {
  readonly number: number
  readonly malformed: Malformed
}

/** The stream is over: labels that are left come. */
export interface Ended {
  readonly ended: true
}

/** What an event is called: the value of a column, which may be nested, else its number. null for what is no event. */
export function nameOf(happening: Happening, column: string | null): string | null {
  if (!('number' in happening)) return null
  if (column === null) return String(happening.number)
  if (!('record' in happening)) return null
  const { record } = happening
  const value = record[column] ?? (isNested(record) ? flattened(record)[column] : null)
  return value === null || value === undefined ? null : String(value)
}
