import { Observable, Subject } from 'rxjs'

/** Where events come from: any Observable, or an async iterable, which is pulled one event at a time. */
export type EventSource<E> = Observable<E> | AsyncIterable<E>

/** Whether events can come from `source`: an Observable, also one of another copy of RxJS, or an async iterable. */
export function isEventSource(source: unknown): source is EventSource<unknown> {
  return typeof source === 'object' && source !== null
    && ('subscribe' in source ? typeof source.subscribe === 'function' : isAsyncIterable(source))
}

function isAsyncIterable(source: object): source is AsyncIterable<unknown> {
  return !('subscribe' in source) && Symbol.asyncIterator in source
    && typeof source[Symbol.asyncIterator] === 'function'
}

/** What a connection tells its run. */
export interface Listener {
  readonly next: (event: unknown) => void
  readonly end: (failed: boolean, error: unknown) => void
  /** Resolves between frames. */
  readonly idle: () => Promise<void>
}

/** One subscription to a source. It can be closed at any time, also from inside the first, synchronous event. */
export class Connection {
  readonly #source: EventSource<unknown>
  readonly #listener: Listener
  readonly #stop = new Subject<void>()
  #isOpen = true

  constructor(source: EventSource<unknown>, listener: Listener) {
    this.#source = source
    this.#listener = listener
  }

  open(): void {
    if (isAsyncIterable(this.#source)) void this.#pull(this.#source)
    else this.#subscribe(this.#source)
  }

  close(): void {
    this.#isOpen = false
    this.#stop.next()
  }

  #subscribe(source: Observable<unknown>): void {
    const { next, end } = this.#listener
    const stoppable = new Observable((subscriber) => {
      subscriber.add(this.#stop.subscribe(() => subscriber.unsubscribe()))
      // An Observable of another copy of RxJS takes it as the subscriber that it is.
      return source.subscribe(subscriber)
    })
    stoppable.subscribe({ next, error: (error) => end(true, error), complete: () => end(false, undefined) })
  }

  /** Pulls the next event after the last one was committed. */
  async #pull(source: AsyncIterable<unknown>): Promise<void> {
    const { next, end, idle } = this.#listener
    try {
      for await (const event of source) {
        if (!this.#isOpen) return
        next(event)
        await idle()
        if (!this.#isOpen) return
      }
      end(false, undefined)
    } catch (error) {
      if (this.#isOpen) end(true, error)
    }
  }
}
