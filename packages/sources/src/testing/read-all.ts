import type { SourceCounters } from '../account.ts'
import { SourceError } from '../errors.ts'
import type { Malformed } from '../malformed.ts'
import type { RecordSource } from '../record-source.ts'
import type { Revision, Schema } from '../schema/column.ts'

/** Everything a source said. */
export interface Reading<R> {
  readonly records: R[]
  readonly malformed: Malformed[]
  readonly revisions: Revision[]
  readonly counters: SourceCounters
  readonly schema: Schema | null
  /** What ended it, when it failed. */
  readonly error: SourceError | null
}

/** Reads a source to its end; anything but a SourceError is passed on. */
export async function readAll<R>(source: RecordSource<R>): Promise<Reading<R>> {
  const records: R[] = []
  const malformed: Malformed[] = []
  const revisions: Revision[] = []
  let error: SourceError | null = null
  source.malformed$.subscribe((value) => malformed.push(value))
  source.revised$.subscribe((value) => revisions.push(value))
  try {
    for await (const record of source) records.push(record)
  } catch (caught) {
    if (!(caught instanceof SourceError)) throw caught
    error = caught
  }
  return { records, malformed, revisions, counters: source.counters, schema: source.schema, error }
}

const encoder = new TextEncoder()

/** Text as bytes, cut into chunks after these many bytes each; the rest is one chunk. */
export function chunks(text: string | Uint8Array, sizes: readonly number[] = []): Uint8Array[] {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text
  const parts: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    if (at >= bytes.length) break
    parts.push(bytes.slice(at, at + size))
    at += size
  }
  if (at < bytes.length) parts.push(bytes.slice(at))
  return parts
}

/** Kinds of a schema's columns by name. */
export function kindsOf(schema: Schema | null): Record<string, string> {
  return Object.fromEntries((schema?.columns ?? []).map(({ name, kind }) => [name, kind]))
}
