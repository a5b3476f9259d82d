import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import {
  csvFile, csvSource, eventStream, ndjsonFile, ndjsonSource, type RecordSource, recordStream, SourceError,
  streamSource, webSocket,
} from '@eddy/sources'
import { Observable } from 'rxjs'
import type { Book, End } from './hostile-book.ts'
import {
  countLines, type Dice, hostileBytes, hostileCsv, hostileJson, hostileLines, hostileValue,
} from './hostile-events.ts'
import { type Anything, numbers } from './hostile-models.ts'
import { frameOf, serveEvents, serveMessages } from './hostile-servers.ts'

/** What an entrance needs. */
export interface Visit {
  readonly book: Book
  readonly dice: Dice
  readonly seed: number
  readonly folder: string
  /** Events so far. */
  readonly from: number
  readonly count: number
}

/** A way in: lets so many events come, and keeps the account. */
export type Entrance = (visit: Visit) => Promise<void>

type Model = ReturnType<typeof numbers>

/** One learner for each entrance, so that what has gone in stays in. */
function kept(): (book: Book) => Model {
  let model: Model | null = null
  return (book) => {
    if (model !== null) return model
    model = numbers()
    model.rejected$.subscribe(({ reason, node }) => book.refuse(reason, node))
    return model
  }
}

/** Lets a learner learn a whole source. `received`: how many records there are, when that is known from elsewhere. */
async function learn(source: RecordSource, model: Model, book: Book, received: number | null = null): Promise<void> {
  source.malformed$.subscribe(({ reason, code }) => book.refuse(reason, code))
  await new Promise<void>((resolve) => {
    source.records$.pipe(model.train<Anything>()).subscribe({
      next: () => book.end('learned'),
      error: (error: unknown) => {
        // A whole input may be refused, for example as no CSV; with a code and a hint, and nothing else.
        if (!(error instanceof SourceError) || error.hint.length < 8) book.violated(`ended by ${String(error)}`)
        resolve()
      },
      complete: resolve,
    })
  })
  const { counters } = source
  if (counters.received !== counters.parsed + counters.malformed + counters.dropped) {
    book.violated(`the source counts ${JSON.stringify(counters)}`)
  }
  if (received !== null && counters.received !== received) {
    book.violated(`the source received ${counters.received} records, there are ${received}`)
  }
  book.received += counters.received
  book.check(model.snapshot())
}

/** Cuts bytes anywhere. */
function* cut(bytes: Buffer, dice: Dice): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const size = 1 + dice.below(dice.below(4) === 0 ? 9 : 40_000)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Bytes whose first line is whole, so that the rest has a form at all. */
const lines = ({ from, count, dice }: Visit): Buffer => (
  Buffer.concat([Buffer.from('{"id":"first","demand":1}\n'), hostileLines(from, count - 1, dice)])
)

function records({ from, count, dice }: Visit, isNull = true): unknown[] {
  const values = Array.from({ length: count }, (_, k) => hostileValue(from + k, dice)).map((value) => (
    // Whoever iterates asynchronously waits for a value that looks like a promise: the language, not the entrance.
    isRecord(value) && Object.hasOwn(value, 'then') ? 0 : value
  ))
  return isNull ? values : values.map((value) => value ?? 7)
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null

const file = (make: (visit: Visit) => Buffer, open: (path: string) => RecordSource, isCounted: boolean): Entrance => {
  const model = kept()
  return async (visit) => {
    const path = join(visit.folder, 'records')
    const bytes = make(visit)
    writeFileSync(path, bytes)
    await learn(open(path), model(visit.book), visit.book, isCounted ? countLines(bytes) : null)
    rmSync(path)
  }
}

const csv = ({ from, count, dice }: Visit): Buffer => hostileCsv(from, count, dice)

function opened(open: (visit: Visit) => RecordSource<object>, isOne = true): Entrance {
  const model = kept()
  return (visit) => learn(open(visit) as RecordSource, model(visit.book), visit.book, isOne ? visit.count : null)
}

/** Records as server-sent events, hostile to the bone: also their frames are broken here and there. */
const events: Entrance = (() => {
  const model = kept()
  return (visit) => {
    const { from, count, dice, book } = visit
    const parts = function* (): Generator<Buffer> {
      for (let k = 0; k < count; k++) {
        const frame = `${dice.below(9) === 0 ? `event: ${from}\n` : ''}id: ${from + k}\ndata: ${
          hostileJson(from + k, dice)}\n\n`
        yield hostileBytes(frame, dice)
      }
    }
    return serveEvents(parts, (url) => learn(eventStream(url, { retryMs: 1 }), model(book), book))
  }
})()

/** Records as messages, text or bytes, whole or in fragments. */
const messages: Entrance = (() => {
  const model = kept()
  return (visit) => {
    const { from, count, dice, book } = visit
    const frames = function* (): Generator<Buffer> {
      for (let k = 0; k < count; k++) {
        const text = hostileJson(from + k, dice)
        // Text that is no UTF-8 ends a connection, so what is broken comes as bytes.
        const bytes = hostileBytes(text, dice)
        if (dice.below(10) > 0) yield frameOf(bytes.equals(Buffer.from(text)) ? 1 : 2, bytes)
        else {
          const at = dice.below(bytes.length + 1)
          yield frameOf(2, bytes.subarray(0, at), false)
          yield frameOf(0, bytes.subarray(at))
        }
      }
    }
    return serveMessages(frames, (url) => learn(webSocket(url, { retryMs: 1 }), model(book), book, count))
  }
})()

/** A process of its own, through its standard input. */
const input: Entrance = async (visit) => {
  const { book, seed } = visit
  const bytes = lines(visit)
  const program = fileURLToPath(new URL('hostile-input.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', program, `${seed}`], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  let complained = ''
  child.stdout.on('data', (text: Buffer) => void (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => void (complained += text.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.end(bytes)
  const code = await new Promise((resolve) => child.once('close', (number, signal) => resolve(signal ?? number)))
  book.received += countLines(bytes)
  try {
    const { ends, violations } = JSON.parse(said) as { ends: Record<End, number>; violations: readonly string[] }
    for (const [end, count] of Object.entries(ends)) book.end(end as End, count)
    for (const violation of violations) book.violated(violation)
  } catch {
    book.violated(`the process ended with ${String(code)}: ${complained.slice(-300)}`)
  }
  book.check(null)
}

/** Everything that brings records from outside. */
export const outside: Readonly<Record<string, () => Entrance>> = {
  'CSV file': () => file(csv, (path) => csvFile(path), false),
  'CSV bytes': () => opened((visit) => csvSource(cut(csv(visit), visit.dice)), false),
  'NDJSON file': () => file(lines, (path) => ndjsonFile(path), true),
  'NDJSON bytes': () => {
    const model = kept()
    return (visit) => {
      const bytes = lines(visit)
      return learn(ndjsonSource(cut(bytes, visit.dice)), model(visit.book), visit.book, countLines(bytes))
    }
  },
  'standard input': () => input,
  'Node stream of bytes': () => {
    const model = kept()
    return async (visit) => {
      const bytes = lines(visit)
      const source = await streamSource(Readable.from(cut(bytes, visit.dice)))
      await learn(source, model(visit.book), visit.book, countLines(bytes))
    }
  },
  'Node stream of objects': () => opened((visit) => recordStream(Readable.from(records(visit, false)) as never)),
  'async iterable': () => opened((visit) => recordStream((async function* () {
    yield* records(visit) as object[]
  })())),
  'Observable': () => opened((visit) => recordStream(new Observable<object>((subscriber) => {
    const all = records(visit) as object[]
    const burst = (at: number): void => {
      for (const record of all.slice(at, at + 500)) subscriber.next(record)
      if (at + 500 < all.length) setImmediate(burst, at + 500)
      else subscriber.complete()
    }
    burst(0)
  }))),
  'server-sent events': () => events,
  'WebSocket': () => messages,
}
