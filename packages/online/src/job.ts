import type { Rejection } from '@eddy/graph'
import type { Subscriber } from 'rxjs'
import type { Learned } from './results.ts'

/** One event on its way through the graph, and whoever waits for its result. */
export class Job<E, P, K extends string> {
  event: E
  readonly learns: boolean
  /** Found by the target input. */
  label = NaN
  result: Learned<E, P, K> | null = null
  rejection: Rejection<E> | null = null
  readonly #owner: Subscriber<Learned<E, P, K>> | null
  readonly #ended: () => void

  constructor(event: E, learns: boolean, owner: Subscriber<Learned<E, P, K>> | null, ended: () => void = () => {}) {
    this.event = event
    this.learns = learns
    this.#owner = owner
    this.#ended = ended
  }

  settle(result: Learned<E, P, K>): void {
    this.result = result
    this.#owner?.next(result)
    this.#ended()
  }

  reject(rejection: Rejection<E>): void {
    this.rejection = rejection
    this.#ended()
  }
}
