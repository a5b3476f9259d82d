import {
  asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetRead, type SchemaElement,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { Batch } from '../batch.ts'
import { checkCall } from '../check-call.ts'
import { SourceError } from '../errors.ts'
import { type Position, startPosition } from '../position.ts'
import { RecordSource } from '../record-source.ts'
import { type FieldValue, Row, type SourceRecord } from '../row.ts'
import type { Column, Schema } from '../schema/column.ts'
import { inferSchema } from '../schema/infer-schema.ts'
import type { SourceOptions } from '../text-source.ts'

export interface ParquetFileOptions extends SourceOptions {
  /** Only these columns; default: all. */
  readonly columns?: readonly string[]
  /** Most bytes of one row group after decompression, as the file states them; default 1 GiB. */
  readonly groupBytesMax?: number
}

const rowsPerBatch = 4096

/**
 * Records of a Parquet file, one row group in memory at a time, as columns.
 * Values: 64-bit integers and decimals become numbers where no digit is lost, else text; times become milliseconds
 * since 1970 (UTC), in columns of kind `time` whatever they are called; bytes become text. A value that is not finite
 * makes its record malformed (E_NONFINITE).
 * @example for await (const flight of parquetFile('flights.parquet', { columns: ['delay'] })) console.log(flight)
 */
export function parquetFile(path: string, options: ParquetFileOptions = {}): RecordSource {
  checkCall('parquetFile', path, 'path', options, 'parquet')
  const name = options.name ?? path
  const start = options.from?.position ?? startPosition
  let times: ReadonlySet<string> = new Set()
  let schema: Schema | null = null
  const batches = async function* (signal: AbortSignal): AsyncGenerator<Batch<SourceRecord>> {
    for await (const batch of read(path, name, options, start, signal, (file) => { times = timeColumns(file) })) {
      if (schema === null && batch.length > 0) schema = withTimes(inferSchema(batch.records), times)
      yield batch
    }
  }
  return new RecordSource(name, { batches, schema: () => schema }, options.from)
}

/** Columns whose values are times or days, whatever they are called. */
function timeColumns(metadata: FileMetaData): ReadonlySet<string> {
  const times = topColumns(metadata).filter(({ type, converted_type: converted = '', logical_type: logical }) => (
    /^(DATE|TIMESTAMP_MILLIS|TIMESTAMP_MICROS)$/.test(converted) || logical?.type === 'TIMESTAMP'
    || (type === 'INT96' && converted === '')
  ))
  return new Set(times.map(({ name }) => name))
}

function withTimes({ columns, version }: Schema, times: ReadonlySet<string>): Schema {
  const told = columns.map((column): Column => (
    times.has(column.name) ? { ...column, kind: 'time', epoch: 'ms', declared: true } : column
  ))
  return { columns: told, version }
}

async function* read(
  path: string, name: string, options: ParquetFileOptions, start: Position, signal: AbortSignal,
  begin: (metadata: FileMetaData) => void,
): AsyncGenerator<Batch<SourceRecord>> {
  const file = await asyncBufferFromFile(path)
  const metadata = await explained(name, start, () => parquetMetadataAsync(file))
  const names = columnNames(metadata, name, options)
  begin(metadata)
  let first = 0
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows)
    const last = first + count
    if (last > start.records && !signal.aborted) {
      checkSize(Number(group.total_byte_size), name, options)
      const columns = new Map<string, ArrayLike<unknown>>()
      const at: Position = { records: Math.max(first, start.records), bytes: 0, lines: 0 }
      await explained(name, at, () => parquetRead({
        file, metadata, compressors, rowStart: first, rowEnd: last, columns: names,
        onChunk: ({ columnName, columnData, rowStart }) => {
          const known = columns.get(columnName)
          columns.set(columnName, known === undefined ? columnData : joined(known, columnData, rowStart - first))
        },
      }))
      yield* rows(names, columns, first, last, at.records, name, signal)
    }
    first = last
  }
}

/** A column whose pages came apart. */
function joined(known: ArrayLike<unknown>, more: ArrayLike<unknown>, at: number): unknown[] {
  const whole = Array.isArray(known) ? known : Array.from(known)
  for (let k = 0; k < more.length; k++) whole[at + k] = more[k]
  return whole
}

function* rows(
  names: readonly string[], columns: ReadonlyMap<string, ArrayLike<unknown>>, first: number, last: number, from: number,
  source: string, signal: AbortSignal,
): Generator<Batch<SourceRecord>> {
  const data = names.map((name) => {
    const column = columns.get(name)
    if (column !== undefined && column.length >= last - first) return column
    throw new SourceError({
      what: `column ${JSON.stringify(name)} has ${column?.length ?? 0} of ${last - first} values`, source,
      position: { records: from, bytes: 0, lines: 0 }, hint: 'The file is damaged: copy or write it again.',
    })
  })
  let batch = new Batch<SourceRecord>({ records: from, bytes: 0, lines: 0 })
  for (let row = from; row < last && !signal.aborted; row++) {
    const record = new Row()
    let broken: string | null = null
    for (let k = 0; k < names.length; k++) {
      const value = plainValue(data[k]![row - first])
      if (typeof value === 'number' && !Number.isFinite(value)) broken = names[k]!
      record[names[k]!] = value
    }
    if (broken === null) batch.add(record, row + 1)
    else batch.note({ kind: 'malformed', malformed: nonFinite(source, row + 1, broken, record[broken]) })
    if (batch.length === rowsPerBatch || row === last - 1) {
      batch.end = { records: row + 1, bytes: 0, lines: 0 }
      yield batch
      batch = new Batch({ records: row + 1, bytes: 0, lines: 0 })
    }
  }
}

function nonFinite(source: string, record: number, column: string, value: unknown) {
  return {
    source, record, line: 0, byte: 0, code: 'E_NONFINITE', reason: `column ${JSON.stringify(column)} is ${value}`,
    length: 0, raw: new Uint8Array(0),
  } as const
}

const decoder = new TextDecoder()

function plainValue(value: unknown): FieldValue {
  if (typeof value === 'number') return value + 0
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value)
  }
  if (value === null || value === undefined) return null
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime()
  if (value instanceof Uint8Array) return decoder.decode(value)
  if (Array.isArray(value)) return value.map(plainValue)
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array)
  const record = new Row()
  for (const [name, part] of Object.entries(value)) record[name] = plainValue(part)
  return record
}

/** The schema is a tree written in order: what lies inside a column is skipped. */
function topColumns({ schema }: FileMetaData): SchemaElement[] {
  const columns: SchemaElement[] = []
  for (let at = 1; at < schema.length;) {
    columns.push(schema[at]!)
    let open = 1
    while (open > 0 && at < schema.length) open += (schema[at++]!.num_children ?? 0) - 1
  }
  return columns
}

function columnNames(metadata: FileMetaData, source: string, { columns }: ParquetFileOptions): string[] {
  const known = topColumns(metadata).map(({ name }) => name)
  const missing = columns?.find((name) => !known.includes(name))
  if (missing === undefined) return columns === undefined ? known : [...columns]
  throw new SourceError({
    code: 'E_FORMAT', source,
    what: `there is no column ${JSON.stringify(missing)} among ${known.slice(0, 20).join(', ')}`,
    hint: 'Check the spelling.',
  })
}

function checkSize(bytes: number, source: string, { groupBytesMax = 2 ** 30 }: ParquetFileOptions): void {
  if (bytes <= groupBytesMax) return
  throw new SourceError({
    code: 'E_BOMB', what: `a row group has ${bytes} bytes, at most ${groupBytesMax} are allowed`, source,
    hint: 'Name the columns that you need, write smaller row groups, or raise groupBytesMax.',
  })
}

async function explained<T>(source: string, position: Position, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new SourceError({
      what: `it cannot be read as Parquet (${error instanceof Error ? error.message : String(error)})`,
      source, position, hint: 'Check that it is a whole Parquet file, or name its format.',
    }, { cause: error })
  }
}
