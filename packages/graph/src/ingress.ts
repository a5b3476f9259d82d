import { checkChoice, checkNumber, checkOptions } from '@eddy/tensor'
import { GraphError } from './errors.ts'

/** What happens to an event that arrives while the queue is full. */
export type Overflow = 'error' | 'drop-oldest' | 'drop-newest'

export interface QueueOptions {
  /** Most events that may wait while a frame is in flight; default 65,536. */
  readonly capacity?: number
  /** Default: 'error', the run ends with an error, so that nothing is lost in silence. */
  readonly overflow?: Overflow
}

/**
 * The one queue of a run: events that arrive while a frame is in flight, in order of arrival.
 * Bounded; what overflow drops is counted.
 */
export class Ingress<E> {
  readonly #capacity: number
  readonly #overflow: Overflow
  #events: E[] = []
  #head = 0
  dropped = 0

  /** @throws ValueError for an option that there is not, or that has no such value. */
  constructor(options: QueueOptions = {}) {
    checkOptions('queue', options, ['capacity', 'overflow'])
    const { capacity = 65_536, overflow = 'error' } = options
    checkNumber('queue', 'capacity', capacity, { least: 1, integer: true }, 'Leave it out for 65,536.')
    checkChoice('queue', 'overflow', overflow, ['error', 'drop-oldest', 'drop-newest'])
    this.#capacity = capacity
    this.#overflow = overflow
  }

  get length(): number {
    return this.#events.length - this.#head
  }

  /** @throws GraphError when the queue is full and the policy is 'error'. */
  offer(event: E): void {
    if (this.length >= this.#capacity) {
      if (this.#overflow === 'error') {
        throw new GraphError(
          `${this.length} events wait already`, 'queue',
          'Slow the source down, raise queue.capacity, or set queue.overflow',
        )
      }
      this.dropped++
      if (this.#overflow === 'drop-newest') return
      this.take()
    }
    this.#events.push(event)
  }

  /** The event that waited longest. Only when `length > 0`. */
  take(): E {
    const event = this.#events[this.#head]!
    this.#events[this.#head] = undefined as E
    this.#head++
    if (this.#head > 1024 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head)
      this.#head = 0
    }
    return event
  }

  clear(): void {
    this.#events = []
    this.#head = 0
  }
}
