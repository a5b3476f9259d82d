import { open } from 'node:fs/promises'
import { type ByteInput, bytesOf } from '../bytes/byte-input.ts'
import { gunzipIfNeeded, type GunzipOptions } from '../bytes/gunzip.ts'
import { checkCall } from '../check-call.ts'
import type { CsvOptions } from '../csv/csv-options.ts'
import { asSourceError, SourceError } from '../errors.ts'
import { startPosition } from '../position.ts'
import type { RecordSource } from '../record-source.ts'
import { csvSource, ndjsonSource, type SourceOptions } from '../text-source.ts'
import { csvFile, ndjsonFile } from './files.ts'
import { parquetFile } from './parquet-file.ts'

export type SourceFormat = 'csv' | 'ndjson' | 'parquet'

export interface OpenSourceOptions extends SourceOptions, CsvOptions, GunzipOptions {
  /** Default: what the first bytes say, after decompression. */
  readonly format?: SourceFormat | 'auto'
  /** Only these columns of a Parquet file. */
  readonly onlyColumns?: readonly string[]
}

/** Rows of standard input that kinds are inferred from: people wait for the first record. */
const sampleRowsOfInput = 100

/**
 * Records of a file, or of standard input (`-`), in the format that its first bytes show, whatever it is called:
 * Parquet, JSON lines, else CSV; each but Parquet compressed by gzip or not.
 * @throws SourceError when the file cannot be read, or is none of these.
 * @example const events = await openSource(process.argv[2] ?? '-')
 */
export async function openSource(path: string, options: OpenSourceOptions = {}): Promise<RecordSource> {
  checkCall('openSource', path, 'path', options, 'parquet')
  if (path === '-') {
    return streamSource(process.stdin, { name: 'standard input', sampleRows: sampleRowsOfInput, ...options })
  }
  const format = await formatOf(path, options)
  if (format === 'parquet') {
    const { onlyColumns, columns: _, ...rest } = options
    return parquetFile(path, onlyColumns === undefined ? rest : { ...rest, columns: onlyColumns })
  }
  return format === 'ndjson' ? ndjsonFile(path, options) : csvFile(path, options)
}

/**
 * Records of a Node stream, or other bytes, in the format that its first bytes show.
 * @throws SourceError when it is Parquet, which can only be read as a file, or none of the formats.
 */
export async function streamSource(input: ByteInput, options: OpenSourceOptions = {}): Promise<RecordSource> {
  checkCall('streamSource', input, 'bytes', options, 'text')
  const { name = 'stream', format = 'auto' } = options
  try {
    const chunks = gunzipIfNeeded(input, name, options)
    const { head, all } = await peek(chunks)
    const found = format === 'auto' ? sniffFormat(head, name) : format
    if (found === 'parquet') {
      throw new SourceError({
        code: 'E_FORMAT', what: 'it is Parquet, which is read from its end', source: name,
        hint: 'Save it as a file first.',
      })
    }
    return found === 'ndjson' ? ndjsonSource(all, { ...options, name }) : csvSource(all, { ...options, name })
  } catch (error) {
    throw asSourceError(error, name, startPosition)
  }
}

async function formatOf(path: string, options: OpenSourceOptions): Promise<SourceFormat> {
  const { format = 'auto', name = path } = options
  if (format !== 'auto') return format
  try {
    const file = await open(path)
    try {
      const bytes = new Uint8Array(65_536)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
      const { head } = await peek(tolerant(gunzipIfNeeded([bytes.subarray(0, bytesRead)], name)))
      return sniffFormat(head, name)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw asSourceError(error, name, startPosition)
  }
}

/** The first bytes of a gzip file end in the middle: what came before is enough. */
async function* tolerant(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch {
    return
  }
}

const headBytes = 64

async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  const taken: Uint8Array[] = []
  let length = 0
  while (length < headBytes) {
    const { done, value } = await iterator.next()
    if (done === true) break
    taken.push(value)
    length += value.length
  }
  const head = new Uint8Array(length)
  let at = 0
  for (const chunk of taken) {
    head.set(chunk, at)
    at += chunk.length
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head
      yield* bytesOf({ [Symbol.asyncIterator]: () => iterator })
    } finally {
      await iterator.return?.()
    }
  }
  return { head, all: all() }
}

function sniffFormat(head: Uint8Array, source: string): SourceFormat {
  const text = new TextDecoder().decode(head).trimStart()
  if (text.startsWith('PAR1')) return 'parquet'
  if (text.startsWith('{')) return 'ndjson'
  if (text.startsWith('[')) {
    throw new SourceError({
      code: 'E_FORMAT', what: 'it is a JSON array', source,
      hint: "Write one object per line, for example with jq -c '.[]', or name the format if it is a CSV.",
    })
  }
  return 'csv'
}
