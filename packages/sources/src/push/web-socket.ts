import type { Account } from '../account.ts'
import { Batch } from '../batch.ts'
import { checkAddress, checkCall } from '../check-call.ts'
import type { RecordOptions } from '../csv/csv-options.ts'
import { SourceError } from '../errors.ts'
import { type Position, startPosition } from '../position.ts'
import { RecordSource } from '../record-source.ts'
import type { SourceRecord } from '../row.ts'
import type { SourceOptions } from '../text-source.ts'
import { MessageReader } from './message-reader.ts'
import { PushQueue, type PushQueueOptions } from './push-queue.ts'
import {
  pause, type ReconnectOptions, retriesMaxDefault, retryDelayMs, retryMsDefault, stoodMsMin,
} from './reconnect.ts'

/** As much of a WebSocket as is needed: a browser's, or that of the package ws, which can be paused. */
export interface WebSocketLike {
  binaryType: string
  addEventListener(type: 'open' | 'message' | 'error' | 'close', listener: (event: never) => void): void
  send(data: string): void
  close(): void
  pause?(): void
  resume?(): void
}

export interface WebSocketOptions extends SourceOptions, RecordOptions, ReconnectOptions, PushQueueOptions {
  /** Makes a connection; default: the platform's WebSocket. */
  readonly connect?: (url: string) => WebSocketLike
  /** Text to send after each connection, such as a subscription. */
  readonly greeting?: string
}

/** The server has said all it had to say. */
const normalClosure = 1000

/**
 * Records from a WebSocket whose messages are JSON objects, as text or UTF-8 bytes.
 *
 * 1. Messages wait in one bounded queue. When it is full the socket is paused, if it can be; a browser's cannot, so
 *    there the source fails unless another `overflow` is chosen.
 * 2. A connection that is closed with another code than 1000 is made anew. What was sent meanwhile is lost, and only
 *    the server knows it: `counters.reconnects` says that it happened.
 * 3. A position counts records; a socket cannot be asked to go back.
 * @throws SourceError (E_OPTION) for what is no address of a socket.
 * @example for await (const quote of webSocket('wss://example.org/quotes', { greeting: '{"subscribe":"all"}' })) ...
 */
export function webSocket(url: string | URL, options: WebSocketOptions = {}): RecordSource {
  checkCall('webSocket', url, 'url', options, 'socket')
  // What else makes the connection knows what it can connect to.
  if (options.connect === undefined) checkAddress('webSocket', url, 'socket')
  const name = options.name ?? String(url)
  return new RecordSource(name, {
    batches: (signal, account) => receive(String(url), name, options, signal, account),
  }, options.from)
}

async function* receive(
  url: string, name: string, options: WebSocketOptions, signal: AbortSignal, account: Account,
): AsyncGenerator<Batch<SourceRecord>> {
  const link = new Link(url, name, options, signal, account)
  try {
    for (let batch = await link.batch(); batch !== null; batch = await link.batch()) yield batch
  } finally {
    link.close()
  }
}

/** The connections of one source, one after the other. */
class Link {
  readonly #url: string
  readonly #name: string
  readonly #options: WebSocketOptions
  readonly #reader: MessageReader
  readonly #stop = new AbortController()
  readonly #account: Account
  #queue: PushQueue<string | Uint8Array> | null = null
  #socket: WebSocketLike | null = null
  #end: Position
  #failures = 0

  constructor(url: string, name: string, options: WebSocketOptions, signal: AbortSignal, account: Account) {
    this.#url = url
    this.#name = name
    this.#options = options
    this.#end = options.from?.position ?? startPosition
    this.#reader = new MessageReader(name, options, this.#end)
    this.#account = account
    signal.addEventListener('abort', () => this.close())
    this.#connect()
  }

  /** What has come since the last call; null at the end. */
  async batch(): Promise<Batch<SourceRecord> | null> {
    const messages = await this.#queue!.takeAll()
    if (messages.length === 0) return null
    const batch = new Batch<SourceRecord>(this.#end)
    for (const message of messages) {
      if (typeof message === 'string') this.#reader.text(message, batch)
      else this.#reader.bytes(message, batch)
    }
    this.#end = batch.end
    return batch
  }

  close(): void {
    this.#stop.abort()
    this.#queue?.end()
    this.#socket?.close()
  }

  #connect(): void {
    const socket = this.#open()
    this.#socket = socket
    let reason = ''
    let openedMs = Infinity
    socket.addEventListener('error', ({ message = '' }: { readonly message?: string }) => {
      reason = message
    })
    const queue = this.#queue ??= this.#makeQueue(socket)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => {
      openedMs = performance.now()
      if (this.#options.greeting !== undefined) socket.send(this.#options.greeting)
    })
    socket.addEventListener('message', ({ data }: { readonly data: string | ArrayBuffer }) => {
      this.#failures = 0
      queue.push(typeof data === 'string' ? data : new Uint8Array(data))
    })
    socket.addEventListener('close', ({ code }: { readonly code: number }) => {
      if (performance.now() - openedMs >= stoodMsMin) this.#failures = 0
      if (code === normalClosure || this.#stop.signal.aborted) queue.end()
      else void this.#connectAgain(reason || `code ${code}`)
    })
  }

  async #connectAgain(reason: string): Promise<void> {
    const { retriesMax = retriesMaxDefault, retryMs = retryMsDefault } = this.#options
    if (this.#failures++ >= retriesMax) {
      this.#queue!.fail(new SourceError({
        what: `the connection was lost ${this.#failures} times in a row (${reason})`, source: this.#name,
        position: this.#end, hint: 'Check that the server is there; raise retriesMax to try for longer.',
      }))
      return
    }
    await pause(retryDelayMs(retryMs, this.#failures - 1), this.#stop.signal)
    if (this.#stop.signal.aborted) return
    this.#account.reconnect()
    try {
      this.#connect()
    } catch (error) {
      this.#queue!.fail(error)
    }
  }

  #open(): WebSocketLike {
    const { connect } = this.#options
    if (connect !== undefined) return connect(this.#url)
    if (typeof WebSocket === 'function') return new WebSocket(this.#url) as WebSocketLike
    throw new SourceError({
      code: 'E_OPTION', what: 'this platform has no WebSocket', source: this.#name,
      hint: "Give one: { connect: (url) => new WebSocket(url) } with the package 'ws'.",
    })
  }

  #makeQueue(first: WebSocketLike): PushQueue<string | Uint8Array> {
    const canPause = first.pause !== undefined
    const { overflow = canPause ? 'pause' : 'error' } = this.#options
    if (overflow === 'pause' && !canPause) {
      first.close()
      throw new SourceError({
        code: 'E_OPTION', what: "overflow is 'pause', but this WebSocket cannot be paused", source: this.#name,
        hint: "Choose 'error', 'drop-oldest' or 'drop-newest'.",
      })
    }
    return new PushQueue(this.#name, { ...this.#options, overflow }, {
      pause: () => this.#socket?.pause?.(),
      resume: () => this.#socket?.resume?.(),
      dropped: () => {
        this.#reader.dropped()
        this.#account.dropped()
      },
    })
  }
}
