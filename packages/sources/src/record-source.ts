import { Observable, Subject, type Subscriber } from 'rxjs'
import { Account, type SourceCounters } from './account.ts'
import type { Batch } from './batch.ts'
import { asSourceError, SourceError } from './errors.ts'
import type { Malformed } from './malformed.ts'
import { type Position, startPosition } from './position.ts'
import type { SourceRecord } from './row.ts'
import type { Revision, Schema } from './schema/column.ts'
import { inferSchema } from './schema/infer-schema.ts'

/** What a source needs to go on after the last record it handed over, in another process too. Plain data, JSON-safe. */
export interface SourceCheckpoint {
  readonly position: Position
  readonly counters: SourceCounters
  /** How the source reads, where that is not in every record: the layout of a CSV. */
  readonly layout: unknown
}

/** Malformed records before the first good one that are kept until records are asked for. */
const notesMax = 1000

/** What makes batches. It stops when the signal is aborted. */
export interface Producer<R> {
  readonly batches: (signal: AbortSignal, account: Account) => AsyncIterable<Batch<R>>
  /** The columns as they were before the first record; null until they are known. Absent: infer them from records. */
  readonly schema?: () => Schema | null
  /** How to read on, with these columns; null when there is nothing to remember. */
  readonly layout?: (schema: Schema) => unknown
}

/**
 * Records that come from outside, with an account of them. Read it once, in one of three ways: `for await` takes one
 * record at a time, `batches()` those that came together, `records$` pushes them.
 *
 * 1. Every record ends in one counted state: `received = parsed + malformed + dropped`, at every moment.
 * 2. A malformed record never stops the stream: `malformed$` emits it, in order with the records.
 * 3. Reading fails with a `SourceError` that says where and what to do; what came before was handed over.
 * 4. Nothing is read ahead beyond one chunk: who does not ask for the next record slows the source down.
 * 5. `checkpoint()` after record n, given to a new source as `from`, gives the records after n and the same counts.
 * 6. `malformed$` and `revised$` complete when the records end, also when these fail: an error is told once.
 */
export class RecordSource<R = SourceRecord> implements AsyncIterable<R> {
  /** For messages: a path, an address. */
  readonly name: string
  readonly malformed$: Observable<Malformed>
  /** Changes of inferred kinds, each just before the record that caused it. */
  readonly revised$: Observable<Revision>
  /** Those of `for await`, pushed. Each subscription reads, so there can be one: share() it. */
  readonly records$: Observable<R>
  readonly #producer: Producer<R>
  readonly #account: Account
  readonly #stop = new AbortController()
  readonly #malformed = new Subject<Malformed>()
  readonly #revised = new Subject<Revision>()
  #position: Position
  #schema: Schema | null = null
  #strangers: number[] = []
  #isTaken = false
  #opened: Promise<Batch<R> | null> | null = null
  #upstream: AsyncIterator<Batch<R>> | null = null

  constructor(name: string, producer: Producer<R>, from?: SourceCheckpoint) {
    this.name = name
    this.#producer = producer
    this.#account = new Account(from?.counters)
    this.#position = from?.position ?? startPosition
    this.malformed$ = this.#malformed.asObservable()
    this.revised$ = this.#revised.asObservable()
    this.records$ = new Observable((subscriber) => {
      const iterator = this.#take()
      subscriber.add(() => this.close())
      void this.#push(iterator, subscriber)
    })
  }

  /** The account up to the last record handed over. */
  get counters(): SourceCounters {
    return this.#account.counters
  }

  /** The place after the last record handed over. */
  get position(): Position {
    return this.#position
  }

  /** What the columns hold; null before `open()` or the first record. */
  get schema(): Schema | null {
    const schema = this.#schema
    if (schema === null) return null
    const columns = schema.columns.map((column, k) => ({ ...column, contradictions: this.#strangers[k]! }))
    return { ...schema, columns }
  }

  /** Everything needed to go on after the last record handed over. */
  checkpoint(): SourceCheckpoint {
    const { schema } = this
    const layout = schema === null ? null : (this.#producer.layout?.(schema) ?? null)
    return { position: this.#position, counters: this.counters, layout }
  }

  /**
   * Reads the first records, without handing them over, to know the columns. No columns when there are no records.
   * @throws SourceError when they cannot be read.
   */
  async open(): Promise<Schema> {
    await this.#first()
    return this.schema ?? { columns: [], version: 0 }
  }

  /** Stops reading and gives back files and sockets; whoever waits for a record gets the end. */
  close(): void {
    this.#stop.abort()
    void this.#upstream?.return?.()
  }

  /**
   * The records as they came together: one iteration costs less than one per record. A batch has no record when there
   * are only notes to tell, of malformed ones.
   */
  async* batches(): AsyncGenerator<Batch<R>> {
    const next = this.#take()
    try {
      for (let batch = await next(); batch !== null; batch = await next()) {
        this.#finish(batch)
        this.#account.parsed(batch.length)
        if (batch.length > 0 || batch.notes.length > 0) yield batch
      }
    } finally {
      this.close()
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<R> {
    const nextBatch = this.#take()
    let batch: Batch<R> | null = null
    let index = 0
    const pull = async (): Promise<IteratorResult<R>> => {
      while (batch === null || index >= batch.length) {
        if (batch !== null) this.#finish(batch)
        batch = await nextBatch()
        index = 0
        if (batch === null) return { done: true, value: undefined }
      }
      return { done: false, value: this.#hand(batch, index++) }
    }
    let last: Promise<unknown> = Promise.resolve()
    return {
      next: () => {
        if (batch !== null && index < batch.length) {
          return Promise.resolve({ done: false, value: this.#hand(batch, index++) })
        }
        const result = last.then(pull)
        last = result.catch(() => undefined)
        return result
      },
      return: () => {
        this.close()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  async #push(next: () => Promise<Batch<R> | null>, subscriber: Subscriber<R>): Promise<void> {
    try {
      for (let batch = await next(); batch !== null; batch = await next()) {
        for (let k = 0; k < batch.length; k++) {
          const record = this.#hand(batch, k)
          subscriber.next(record)
          if (subscriber.closed) return
        }
        this.#finish(batch)
      }
      subscriber.complete()
    } catch (error) {
      subscriber.error(error)
    }
  }

  /** Claims the one reading that there is. The function gives batch after batch, then null. */
  #take(): () => Promise<Batch<R> | null> {
    if (this.#isTaken) {
      throw new SourceError({
        code: 'E_OPTION', what: 'it is being read already, or was', source: this.name, position: this.#position,
        hint: 'Make another source, or share the records (records$.pipe(share())).',
      })
    }
    this.#isTaken = true
    let isFirst = true
    return async () => {
      try {
        const batch = isFirst ? await this.#first() : await this.#next()
        isFirst = false
        if (batch === null) this.#end()
        return batch
      } catch (error) {
        this.#end()
        throw error
      }
    }
  }

  #first(): Promise<Batch<R> | null> {
    return this.#opened ??= this.#open()
  }

  async #open(): Promise<Batch<R> | null> {
    this.#upstream = this.#producer.batches(this.#stop.signal, this.#account)[Symbol.asyncIterator]()
    let before: Batch<R> | null = null
    for (;;) {
      const batch: Batch<R> | null = await this.#next()
      if (batch === null) return before
      const schema = this.#columns(batch)
      if (before !== null) batch.follow(before)
      if (schema !== null) {
        this.#use(schema)
        return batch
      }
      // What stands before the first record is told with it, unless that is without end.
      if (batch.notes.length > notesMax) this.#finish(batch)
      before = batch.told > 0 ? null : batch
    }
  }

  #columns(batch: Batch<R>): Schema | null {
    const { schema } = this.#producer
    if (schema !== undefined) return schema()
    return batch.length > 0 ? inferSchema(batch.records) : null
  }

  #use(schema: Schema): void {
    this.#schema = schema
    this.#strangers = schema.columns.map(({ contradictions }) => contradictions)
  }

  async #next(): Promise<Batch<R> | null> {
    if (this.#stop.signal.aborted) return null
    try {
      const { done, value } = await this.#upstream!.next()
      return done === true || this.#stop.signal.aborted ? null : value
    } catch (error) {
      if (this.#stop.signal.aborted) return null
      throw asSourceError(error, this.name, this.#position)
    }
  }

  #end(): void {
    this.#malformed.complete()
    this.#revised.complete()
  }

  /** Hands over one record: first what happened before it. */
  #hand(batch: Batch<R>, index: number): R {
    this.#tell(batch, index)
    this.#account.parsed()
    this.#position = batch.positionAfter(index)
    return batch.records[index]!
  }

  /** All records are handed over: what happened after the last. */
  #finish(batch: Batch<R>): void {
    this.#tell(batch, batch.length)
    this.#position = batch.end
  }

  /** Counts and emits the notes up to those that stand before this record. */
  #tell(batch: Batch<R>, index: number): void {
    const { notes } = batch
    while (batch.told < notes.length && notes[batch.told]!.before <= index) {
      const { note } = notes[batch.told++]!
      if (note.kind === 'malformed') {
        this.#account.malformed(note.malformed.code)
        this.#malformed.next(note.malformed)
      } else if (note.kind === 'contradiction') {
        this.#account.contradiction()
        this.#strangers[note.column]!++
      } else {
        this.#account.revision()
        this.#schema = note.revision.schema
        this.#revised.next(note.revision)
      }
    }
  }
}
