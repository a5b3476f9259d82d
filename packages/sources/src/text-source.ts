import { Batch } from './batch.ts'
import type { ByteInput, ByteReader } from './bytes/byte-input.ts'
import { gunzipIfNeeded, type GunzipOptions } from './bytes/gunzip.ts'
import { checkCall } from './check-call.ts'
import type { CsvLayout } from './csv/csv-layout.ts'
import type { CsvOptions, RecordOptions } from './csv/csv-options.ts'
import { CsvParser } from './csv/csv-parser.ts'
import { SourceError } from './errors.ts'
import { NdjsonParser } from './json/ndjson-parser.ts'
import { type Position, startPosition } from './position.ts'
import type { RecordParser } from './record-parser.ts'
import { type Producer, RecordSource, type SourceCheckpoint } from './record-source.ts'
import type { SourceRecord } from './row.ts'

/** What every source can be told. */
export interface SourceOptions {
  /** For messages. */
  readonly name?: string
  /** Goes on after what an earlier source of the same data handed over. */
  readonly from?: SourceCheckpoint
}

export type CsvSourceOptions = SourceOptions & CsvOptions & GunzipOptions
export type NdjsonSourceOptions = SourceOptions & RecordOptions & GunzipOptions

/** A chunk larger than this makes several batches: at first, since kinds of columns are told by the first one. */
const firstBytesMax = 1 << 18
/** The same from then on: few records are alive at a time, so that collecting garbage hardly ever copies one. */
const pieceBytesMax = 1 << 15

/**
 * Records from the bytes of a CSV, compressed by gzip or not. To continue from a checkpoint, give the same bytes from
 * their beginning.
 * @example for await (const { price } of csvSource(['price\n1.5\n'])) console.log(price) // 1.5
 */
export function csvSource(input: ByteInput, options: CsvSourceOptions = {}): RecordSource {
  checkCall('csvSource', input, 'bytes', options, 'text')
  const { name = 'csv' } = options
  return csvFrom((from) => gunzipIfNeeded(input, name, options, from), name, options)
}

/**
 * Records from JSON objects, one per line, compressed by gzip or not.
 * @example for await (const { price } of ndjsonSource(['{"price":1.5}\n'])) console.log(price) // 1.5
 */
export function ndjsonSource(input: ByteInput, options: NdjsonSourceOptions = {}): RecordSource {
  checkCall('ndjsonSource', input, 'bytes', options, 'text')
  const { name = 'ndjson' } = options
  return ndjsonFrom((from) => gunzipIfNeeded(input, name, options, from), name, options)
}

/** @internal */
export function csvFrom(read: ByteReader, name: string, options: CsvSourceOptions): RecordSource {
  const { from } = options
  const start = from === undefined || from.position.records === 0
    ? null : { position: from.position, layout: layoutOf(from, name) }
  const parser = new CsvParser(name, options, start)
  const position = start?.position ?? startPosition
  return new RecordSource(name, {
    batches: (signal) => parse(after(position, read, name, signal), parser, position),
    schema: () => parser.layout?.schema ?? null,
    layout: (schema): CsvLayout => ({ delimiter: parser.layout!.delimiter, schema }),
  }, from)
}

/** @internal */
export function ndjsonFrom(read: ByteReader, name: string, options: NdjsonSourceOptions): RecordSource {
  const position = options.from?.position ?? startPosition
  const producer: Producer<SourceRecord> = {
    batches: (signal) => (
      parse(after(position, read, name, signal), new NdjsonParser(name, options, position), position)
    ),
  }
  return new RecordSource(name, producer, options.from)
}

/**
 * The bytes after a place. The one before it is asked for, too: where there is none, or it stands inside a line, these
 * are not the bytes that were read before, and going on would take what is left of a line for a record.
 */
async function* after(
  position: Position, read: ByteReader, source: string, signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { bytes, open } = position
  let before = bytes === 0 ? 10 : -1
  let isKnown = bytes === 0 || open !== undefined
  for await (const chunk of read(Math.max(0, bytes - 1), signal)) {
    const news = before < 0 ? chunk.subarray(1) : chunk
    if (before < 0) before = chunk[0]!
    if (news.length === 0) continue
    if (!isKnown && !blanks.has(before) && !blanks.has(news[0]!)) {
      throw elsewhere('the place to go on from is inside a line', source, position)
    }
    isKnown = true
    yield news
  }
  if (before < 0 && !signal.aborted) throw elsewhere('it ends before the place to go on from', source, position)
}

/** Between lines, and in a last one of blanks. */
const blanks: ReadonlySet<number> = new Set([9, 10, 13, 32])

function elsewhere(what: string, source: string, position: Position): SourceError {
  return new SourceError({
    code: 'E_OPTION', what, source, position,
    hint: 'It was cut short or replaced: give what was read before, from its beginning, or start afresh.',
  })
}

async function* parse<R>(
  chunks: AsyncIterable<Uint8Array>, parser: RecordParser<R>, from: Position,
): AsyncGenerator<Batch<R>> {
  let end = from
  let most = firstBytesMax
  for await (const chunk of chunks) {
    for (let at = 0, next = 0; at < chunk.length; at = next) {
      next = at + most
      const batch = new Batch<R>(end)
      parser.push(chunk.subarray(at, next), batch)
      end = batch.end
      if (batch.length > 0) most = pieceBytesMax
      if (batch.length > 0 || batch.notes.length > 0) yield batch
    }
  }
  const batch = new Batch<R>(end)
  parser.end(batch)
  yield batch
}

function layoutOf({ layout, position }: SourceCheckpoint, source: string): CsvLayout {
  if (typeof layout === 'object' && layout !== null && 'delimiter' in layout && 'schema' in layout) {
    return layout as CsvLayout
  }
  throw new SourceError({
    code: 'E_OPTION', what: 'the checkpoint has no layout of columns, so it is not one of a CSV', source, position,
    hint: 'Give the checkpoint() of a source of the same data, or start afresh.',
  })
}

