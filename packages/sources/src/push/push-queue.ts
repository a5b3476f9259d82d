import { SourceError } from '../errors.ts'

/**
 * What happens to a message that arrives while the queue is full. pause: the sender is stopped; for sockets that can.
 * error: the source ends. drop-oldest, drop-newest: one is lost, and counted.
 */
export type PushOverflow = 'pause' | 'error' | 'drop-oldest' | 'drop-newest'

export interface PushQueueOptions {
  /** Most messages that wait for the reader; default 1,024. */
  readonly capacity?: number
  /** Default: 'pause' where the sender can be paused, else 'error', so that nothing is lost in silence. */
  readonly overflow?: PushOverflow
}

/** What a queue does to its sender, and tells its owner. */
export interface PushQueueHooks {
  readonly pause: () => void
  readonly resume: () => void
  readonly dropped: () => void
}

/** Messages between a sender that pushes and a reader that pulls, in order, bounded. */
export class PushQueue<T> {
  readonly #capacity: number
  readonly #overflow: PushOverflow
  readonly #hooks: PushQueueHooks
  readonly #source: string
  #items: T[] = []
  #isPaused = false
  #isEnded = false
  #error: unknown = null
  #wake: (() => void) | null = null

  constructor(source: string, { capacity = 1024, overflow = 'error' }: PushQueueOptions, hooks: PushQueueHooks) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new SourceError({
        code: 'E_OPTION', what: `got a capacity of ${capacity}, wanted an integer of at least 1`, source,
        hint: 'Leave it out for 1,024.',
      })
    }
    this.#source = source
    this.#capacity = capacity
    this.#overflow = overflow
    this.#hooks = hooks
  }

  get length(): number {
    return this.#items.length
  }

  /** A message came. */
  push(item: T): void {
    if (this.#isEnded) return
    if (this.#overflow === 'pause') {
      // A socket may deliver what it had already read when it was paused, so the limit can be passed by that much.
      this.#items.push(item)
      if (this.#items.length >= this.#capacity && !this.#isPaused) {
        this.#isPaused = true
        this.#hooks.pause()
      }
    } else if (this.#items.length < this.#capacity) {
      this.#items.push(item)
    } else if (this.#overflow === 'error') {
      this.fail(new SourceError({
        code: 'E_OVERFLOW', what: `${this.#capacity} messages wait already`, source: this.#source,
        hint: "Read faster, raise capacity, or choose overflow 'drop-oldest' or 'drop-newest'.",
      }))
    } else {
      if (this.#overflow === 'drop-oldest') {
        this.#items.shift()
        this.#items.push(item)
      }
      this.#hooks.dropped()
    }
    this.#wakeUp()
  }

  /** No more will come; what waits can still be taken. */
  end(): void {
    this.#isEnded = true
    this.#wakeUp()
  }

  /** No more will come: takers get what waits, then the error. */
  fail(error: unknown): void {
    if (this.#isEnded) return
    this.#error = error
    this.end()
  }

  /** All messages that wait, or the next one to come; empty at the end. */
  async takeAll(): Promise<readonly T[]> {
    while (this.#items.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const items = this.#items
    this.#items = []
    if (this.#isPaused && !this.#isEnded) {
      this.#isPaused = false
      this.#hooks.resume()
    }
    if (items.length === 0 && this.#error !== null) throw this.#error
    return items
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = null
  }
}
