import { statSync } from 'node:fs'
import {
  type Batch, type Column, type DeclaredKind, inferSchema, type Malformed, openSource, type RecordSource, recordStream,
  type Schema, type SourceCheckpoint, SourceError, type SourceRecord,
} from '@eddy/sources'
import type { StopRequest } from '@eddy/terminal'
import { Misuse } from '../misuse.ts'
import { flattened } from './nested.ts'

/** Records to look at before anything is learned. */
const sampleCount = 1000
/** Of standard input fewer: people wait for the first record. */
const sampleCountOfInput = 100

/** A source that was opened, and its first records. */
export interface Events {
  readonly source: RecordSource
  /** Where the source was, and what it knew of its columns, before the first batch. */
  readonly start: SourceCheckpoint
  readonly schema: Schema
  readonly columns: readonly Column[]
  /** The first ones, already read; they are among the batches, too. */
  readonly sample: readonly SourceRecord[]
  /** The first record that could not be read, when no other one was; else null. */
  readonly fault: Malformed | null
  /** Whether they begin with the rest of a line whose beginning was read before. */
  readonly hasRest: boolean
  /** Whether fields may be nested; a CSV has none that are. */
  readonly isNested: boolean
  readonly batches: () => AsyncGenerator<Batch<SourceRecord>>
}

export interface OpenEvents {
  readonly file: string
  readonly format: 'auto' | 'csv' | 'ndjson' | 'parquet'
  /** Go on after this. */
  readonly from?: SourceCheckpoint
  /** How to read columns of a CSV, what does not fit being missing; default: as their first values suggest. */
  readonly columns?: (name: string) => DeclaredKind | undefined
  /** What columns hold is known: the first records that come will do, so that nobody waits for more of them. */
  readonly isEager?: boolean
}

/** How records come: from a file, or from elsewhere. */
export type Open = (options: OpenEvents) => Promise<Events>

/** Records that are in memory already. */
export function openRecords(records: readonly object[]): Open {
  return ({ file, from }) => beginReading(
    recordStream(records, { name: file, ...(from === undefined ? {} : { from }) }) as RecordSource, sampleCount,
  )
}

/**
 * Opens a file, or standard input for -, and reads the first records.
 * @throws Misuse when there is no such file, it has no columns, or others than where it goes on.
 */
export async function openEvents({ file, format, from, columns, isEager = false }: OpenEvents): Promise<Events> {
  checkOnce(file)
  try {
    if (from !== undefined) await checkHeader(file, format, from)
    const source = await openSource(file, {
      format, ...(from === undefined ? {} : { from }), ...(columns === undefined ? {} : { columns, isStrict: false }),
    })
    return await beginReading(source, file !== '-' ? sampleCount : isEager ? 1 : sampleCountOfInput)
  } catch (error) {
    throw asMisuse(error, file, format !== 'auto')
  }
}

/** What is read may have to be read again. @throws Misuse for a named pipe, as a shell makes one of <(...). */
function checkOnce(file: string): void {
  const found = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false })
  if (found?.isFIFO() !== true && found?.isSocket() !== true) return
  throw new Misuse(`${file} is a pipe, which can be read only once. Give it as standard input: - < ${file}.`)
}

/**
 * Going on in the middle of a CSV does not look at its header again: with other columns, or in another order, every
 * value would be taken for that of another one.
 */
async function checkHeader(file: string, format: OpenEvents['format'], { layout }: SourceCheckpoint): Promise<void> {
  // What is no regular file can be read once.
  if (layout === null || file === '-' || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return
  const source = await openSource(file, { format })
  const { columns } = await source.open()
  source.close()
  const [now, before] = [columns, (layout as { readonly schema: Schema }).schema.columns]
    .map((each) => each.map(({ name }) => name).join(', '))
  if (now === before) return
  const hint = 'Give the file of the first run, or learn afresh'
  throw new Misuse(`${file} has the columns ${now}, and had ${before}. ${hint}.`)
}

async function beginReading(source: RecordSource, wanted: number): Promise<Events> {
  const schema = await source.open()
  const start = source.checkpoint()
  const batches = source.batches()
  const first: Batch<SourceRecord>[] = []
  for (let count = 0; count < wanted;) {
    const { done, value } = await batches.next()
    if (done === true) break
    first.push(value)
    count += value.length
  }
  const sample = first.flatMap(({ records }) => records).slice(0, sampleCount)
  // Only a CSV has a layout, and only its fields are never nested.
  const isDeep = start.layout === null
  return {
    source, start, schema, sample, hasRest: hasRest(first, start), isNested: isDeep,
    fault: sample.length > 0 ? null : firstFault(first),
    columns: isDeep ? flatColumns(toldBy(schema, sample), sample) : schema.columns,
    batches: async function* () {
      try {
        yield* first
        yield* batches
      } finally {
        await batches.return(undefined)
      }
    },
  }
}

function hasRest(batches: readonly Batch<SourceRecord>[], { position }: SourceCheckpoint): boolean {
  return position.open !== undefined && firstFault(batches)?.byte === position.bytes
}

function firstFault(batches: readonly Batch<SourceRecord>[]): Malformed | null {
  for (const { notes } of batches) {
    for (const { note } of notes) if (note.kind === 'malformed') return note.malformed
  }
  return null
}

/**
 * Events that are opened, unless somebody says stop while the first records of standard input are waited for.
 * @throws Error when that happens: nothing has begun that could be finished.
 */
export async function unlessStopped(opening: Promise<Events>, file: string, stop: StopRequest): Promise<Events> {
  if (file !== '-' || stop.asked === undefined) return await opening
  const events = await Promise.race([opening, stop.asked])
  if (events !== undefined) return events
  throw new Error('stopped before the first records of standard input had come, so nothing was done.')
}

/**
 * Batches until somebody says stop, also while the next one is waited for: standard input may be silent for hours. Of
 * what was given nothing is kept; racing against one promise for ever would keep it all.
 */
export async function* untilStopped<T>(batches: AsyncGenerator<T>, stop: StopRequest): AsyncGenerator<T> {
  const over = { done: true, value: undefined } as const
  let end: (result: IteratorResult<T>) => void = () => {}
  void stop.asked?.then(() => end(over))
  while (!stop.isStopped) {
    const { done, value } = await new Promise<IteratorResult<T>>((resolve, reject) => {
      end = resolve
      // When the wait is over nobody asks how it would have ended.
      batches.next().then(resolve, reject)
    })
    if (done === true) break
    yield value
  }
}

/** What a pipe gave first may have been one record: the first thousand say more, unless the file itself says it. */
function toldBy({ columns }: Schema, sample: readonly SourceRecord[]): readonly Column[] {
  const stated = new Map(columns.filter(({ declared }) => declared).map((column) => [column.name, column]))
  return inferSchema(sample).columns.map((column) => stated.get(column.name) ?? column)
}

/** Columns of times that are numbers of seconds. Those of a CSV are read as milliseconds. */
export function secondsOf({ columns, isNested }: Pick<Events, 'columns' | 'isNested'>): readonly string[] {
  return isNested ? columns.filter(({ kind, epoch }) => kind === 'time' && epoch === 's').map(({ name }) => name) : []
}

/** Nested fields under their own names; what they hold is seen event by event. */
function flatColumns(columns: readonly Column[], sample: readonly SourceRecord[]): readonly Column[] {
  const known = new Map(columns.map((column) => [column.name, column]))
  const names = new Set(sample.flatMap((record) => Object.keys(flattened(record))))
  return [...names].map((name) => known.get(name) ?? {
    name, kind: 'mixed', declared: false, contradictions: 0, decimal: '.', epoch: null,
    sample: { values: 0, missing: 0, distinct: 0 },
  })
}

/** A path or a format that cannot be meant is misuse; a source that fails is not. */
function asMisuse(error: unknown, file: string, isFormatGiven: boolean): unknown {
  if (!(error instanceof SourceError)) return error
  const cause = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : ''
  const what = mistakes.get(cause)
  if (what !== undefined) return new Misuse(`${file} ${what}`, { cause: error })
  const isMistake = error.code === 'E_FORMAT' || (isFormatGiven && error.position.records === 0)
  return isMistake ? new Misuse(error.message, { cause: error }) : error
}

const mistakes: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'is no file. Check the path; - is standard input.'],
  ['ENOTDIR', 'is no file. Check the path; - is standard input.'],
  ['EISDIR', 'is a folder. Name a file inside it.'],
  ['EACCES', 'may not be read. Ask for permission to read it.'],
])
