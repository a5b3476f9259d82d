import { type Observable, Subscriber } from 'rxjs'

/** Where events come from: any Observable, or an async iterable, which is pulled one event at a time. */
export type EventSource<E> = Observable<E> | AsyncIterable<E>

/** Whether events can come from `source`: an Observable, also one of another copy of RxJS, or an async iterable. */
export function isEventSource(source: unknown): source is EventSource<unknown> {
  return isObservable(source)
    || typeof (source as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === 'function'
}

function isObservable(source: unknown): source is Observable<unknown> {
  return typeof (source as Partial<Observable<unknown>> | null)?.subscribe === 'function'
}

/** What a connection tells its run. */
export interface Listener {
  readonly next: (event: unknown) => void
  readonly end: (failed: boolean, error: unknown) => void
  /** Resolves between frames. */
  readonly idle: () => Promise<void>
}

/**
 * Takes events from an Observable; as a subscriber of its own kind it stands behind nothing that events must pass.
 * RxJS 6 calls it by an object that inherits from it, which has no #private fields.
 */
class Receiver extends Subscriber<unknown> {
  private readonly to: Listener

  constructor(listener: Listener) {
    super()
    this.to = listener
  }

  override next(event: unknown): void {
    if (!this.isStopped) this.to.next(event)
  }

  protected override _error(error: unknown): void {
    this.unsubscribe()
    this.to.end(true, error)
  }

  protected override _complete(): void {
    this.unsubscribe()
    this.to.end(false, undefined)
  }
}

/** One subscription to a source. It can be closed at any time, also from inside the first, synchronous event. */
export class Connection {
  readonly #source: EventSource<unknown>
  readonly #listener: Listener
  readonly #receiver: Receiver

  constructor(source: EventSource<unknown>, listener: Listener) {
    this.#source = source
    this.#listener = listener
    this.#receiver = new Receiver(listener)
  }

  open(): void {
    // An Observable of another copy of RxJS takes it as the subscriber that it is.
    if (isObservable(this.#source)) this.#receiver.add(this.#source.subscribe(this.#receiver))
    else void this.#pull(this.#source)
  }

  close(): void {
    this.#receiver.unsubscribe()
  }

  /** Pulls the next event after the last one was committed. */
  async #pull(source: AsyncIterable<unknown>): Promise<void> {
    const { next, end, idle } = this.#listener
    const receiver = this.#receiver
    try {
      for await (const event of source) {
        if (receiver.closed) return
        next(event)
        await idle()
        if (receiver.closed) return
      }
      end(false, undefined)
    } catch (error) {
      if (!receiver.closed) end(true, error)
    }
  }
}
