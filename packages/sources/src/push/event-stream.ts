import { createParser } from 'eventsource-parser'
import type { Account } from '../account.ts'
import { Batch } from '../batch.ts'
import { chunksOf } from '../bytes/byte-input.ts'
import { checkAddress, checkCall } from '../check-call.ts'
import type { RecordOptions } from '../csv/csv-options.ts'
import { SourceError } from '../errors.ts'
import { recordBytesDefault } from '../record-parser.ts'
import { type Position, startPosition } from '../position.ts'
import { RecordSource } from '../record-source.ts'
import type { SourceRecord } from '../row.ts'
import type { SourceOptions } from '../text-source.ts'
import { MessageReader } from './message-reader.ts'
import {
  pause, type ReconnectOptions, retriesMaxDefault, retryDelayMs, retryMsDefault, stoodMsMin,
} from './reconnect.ts'

export interface EventStreamOptions extends SourceOptions, RecordOptions, ReconnectOptions {
  /** Only events of these types; default: all. An event without a type is a `message`. */
  readonly events?: readonly string[]
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** A connection that is silent for so long is given up and made anew; default 60,000 ms. 0: wait for ever. */
  readonly idleMsMax?: number
}

/**
 * Records from a stream of server-sent events (HTML Living Standard 9.2) whose data are JSON objects.
 *
 * 1. A connection that breaks is made anew, with the id of the last event that was handed over in `Last-Event-ID`: a
 *    server that keeps its events sends the rest. The server's `retry` replaces `retryMs`.
 * 2. Status 204 ends the stream; 4xx, except 408 and 429, and a wrong content type fail it; all else is tried again.
 * 3. Nothing is read from the connection while the reader is busy: the server is slowed down by TCP.
 * 4. `checkpoint().position.id` is the last event id: a new source goes on after it.
 * @throws SourceError (E_OPTION) for what is no address of http.
 * @example for await (const trade of eventStream('https://example.org/trades')) console.log(trade)
 */
export function eventStream(url: string | URL, options: EventStreamOptions = {}): RecordSource {
  checkCall('eventStream', url, 'url', options, 'events')
  checkAddress('eventStream', url, 'events')
  const name = options.name ?? String(url)
  return new RecordSource(name, {
    batches: (signal, account) => connectAgain(url, name, options, signal, account),
  }, options.from)
}

/** What outlives a connection. */
interface Session {
  readonly reader: MessageReader
  end: Position
  lastId: string
  retryMs: number
  /** Attempts in a row that brought no event. */
  failures: number
}

async function* connectAgain(
  url: string | URL, name: string, options: EventStreamOptions, signal: AbortSignal, account: Account,
): AsyncGenerator<Batch<SourceRecord>> {
  const { retriesMax = retriesMaxDefault, from } = options
  const end = from?.position ?? startPosition
  const session: Session = {
    reader: new MessageReader(name, options, end), end, lastId: end.id ?? '',
    retryMs: options.retryMs ?? retryMsDefault, failures: 0,
  }
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    if (!isFirst) account.reconnect()
    let cause: unknown = null
    try {
      if (!(yield* connectOnce(url, name, options, session, signal))) return
    } catch (error) {
      if (error instanceof SourceError) throw error
      cause = error
    }
    if (signal.aborted) return
    if (session.failures++ >= retriesMax) {
      const because = cause instanceof Error ? ` (${messageOf(cause)})` : ''
      throw new SourceError({
        what: `the connection was lost ${session.failures} times in a row${because}`, source: name,
        position: session.end, hint: 'Check that the server is there; raise retriesMax to try for longer.',
      }, { cause })
    }
    await pause(retryDelayMs(session.retryMs, session.failures - 1), signal)
  }
}

/** One connection, until it ends; false when there is nothing more to come. */
async function* connectOnce(
  url: string | URL, name: string, options: EventStreamOptions, session: Session, signal: AbortSignal,
): AsyncGenerator<Batch<SourceRecord>, boolean> {
  const { recordBytesMax = recordBytesDefault, idleMsMax = 60_000, events } = options
  const idle = new Watchdog(idleMsMax, signal)
  let openedMs = Infinity
  try {
    const body = await request(url, name, options, session, idle.signal)
    if (body === null) return false
    openedMs = performance.now()
    let batch = new Batch<SourceRecord>(session.end)
    let isSkipping = false
    const parser = createParser({
      maxBufferSize: recordBytesMax * 2,
      onEvent: ({ id, event = 'message', data }) => {
        if (id !== undefined) session.lastId = id
        session.failures = 0
        if (events === undefined || events.includes(event)) session.reader.text(data, batch, session.lastId)
      },
      onRetry: (ms) => {
        session.retryMs = ms
      },
      onError: ({ type }) => {
        if (type !== 'max-buffer-size-exceeded') return
        isSkipping = true
        session.reader.tooLong(recordBytesMax * 2, batch)
      },
    })
    const decoder = new TextDecoder()
    let tail = ''
    for await (const chunk of chunksOf(body)) {
      idle.alive()
      let text = decoder.decode(chunk, { stream: true })
      if (isSkipping) {
        // What is left of an event that was too long: up to the next blank line.
        text = tail + text
        const blank = /\r\n\r\n|\n\n|\r\r/.exec(text)
        tail = text.slice(-3)
        if (blank === null) continue
        text = text.slice(blank.index + blank[0].length)
        tail = ''
        isSkipping = false
        parser.reset()
      }
      parser.feed(text)
      if (batch.length === 0 && batch.notes.length === 0) continue
      session.end = batch.end = session.reader.position(session.lastId)
      idle.stop()
      yield batch
      idle.alive()
      batch = new Batch(session.end)
    }
    return true
  } finally {
    if (openedMs < Infinity && (idle.hasFired || performance.now() - openedMs >= stoodMsMin)) session.failures = 0
    idle.close()
  }
}

/** The body of an answer that is an event stream; null when the server says that there is no more. */
async function request(
  url: string | URL, name: string, { headers }: EventStreamOptions, { lastId, end }: Session, signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | null> {
  const response = await fetch(url, {
    signal, cache: 'no-store',
    headers: { ...headers, accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
  })
  const { status, body } = response
  if (status === 204) return null
  const refuse = async (what: string, hint: string): Promise<never> => {
    await body?.cancel()
    throw new SourceError({ what, source: name, position: end, hint })
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return refuse(`the server answered ${status}`, 'Check the address and the headers.')
  }
  if (status !== 200 || body === null) {
    await body?.cancel()
    throw new Error(`the server answered ${status}`)
  }
  const type = response.headers.get('content-type') ?? ''
  if (!/^text\/event-stream\b/i.test(type)) {
    return refuse(`the answer is ${type || 'of no type'}, wanted text/event-stream`, 'Check the address.')
  }
  return body
}

/** Aborts when nobody says `alive` for too long, or when the source is closed. */
class Watchdog {
  readonly #abort = new AbortController()
  readonly #outer: AbortSignal
  readonly #ms: number
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Whether it was silent for too long. */
  hasFired = false
  readonly #close = (): void => this.#abort.abort()

  constructor(ms: number, outer: AbortSignal) {
    this.#ms = ms
    this.#outer = outer
    if (outer.aborted) this.#close()
    outer.addEventListener('abort', this.#close)
    this.alive()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  alive(): void {
    this.stop()
    if (this.#ms === 0) return
    this.#timer = setTimeout(() => {
      this.hasFired = true
      this.#close()
    }, this.#ms)
  }

  /** The reader is busy: silence is no fault of the server. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  close(): void {
    this.stop()
    this.#outer.removeEventListener('abort', this.#close)
    this.#abort.abort()
  }
}

function messageOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message || String(Reflect.get(cause, 'code'))}` : message
}
