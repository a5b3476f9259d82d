import { GraphError, type Rejection } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import type { Subscriber } from 'rxjs'
import type { Claim } from './delayed/pending-labels.ts'
import type { LabelScale } from './label-scale.ts'
import type { Remembered } from './replay/remembered.ts'
import type { Learned } from './results.ts'

const nobodyWaits = (): void => {}

/** What became of an event. */
export interface Outcome<R> {
  readonly result: R | null
  readonly rejection: Rejection | null
}

/** One event on its way through the graph, and whoever waits for its result. */
export class Job<E, P, K extends string> {
  event: E
  readonly learns: boolean
  /** The label, when it came later than the event, and what was predicted then. */
  readonly claim: Claim<unknown, P> | null
  /** What is learned again, in place of an event. */
  readonly replayed: Remembered | null
  /** Found by the target input. */
  label = NaN
  /** With labels that are standardised: the scale of those before it, and with it; null until its label was read. */
  scaleBefore: LabelScale | null = null
  scaleAfter: LabelScale | null = null
  /** The one before it among those that are read together. */
  previous: Job<E, P, K> | null = null
  /** What was predicted, when the event is learned with other numbers than it is predicted from. */
  prior: P | null = null
  result: Learned<E, P, K> | null = null
  rejection: Rejection<E> | null = null
  readonly #owner: Subscriber<Learned<E, P, K>> | null
  readonly #ended: () => void

  constructor(
    event: E, learns: boolean, owner: Subscriber<Learned<E, P, K>> | null, ended: () => void = nobodyWaits,
    claim: Claim<unknown, P> | null = null, replayed: Remembered | null = null,
  ) {
    this.event = event
    this.learns = learns
    this.#owner = owner
    this.#ended = ended
    this.claim = claim
    this.replayed = replayed
  }

  /** The label as it is learned: in a scale that it is part of, or the first ones would be far out. */
  standardized(learned: LabelScale): number {
    if (this.replayed !== null) return learned.scaled(this.label)
    const ahead = this.previous?.hasEnded === false ? this.previous.scaleAfter : null
    this.scaleBefore = ahead ?? learned
    this.scaleAfter = this.scaleBefore.with(this.label)
    return this.scaleAfter.scaled(this.label)
  }

  get hasEnded(): boolean {
    return this.result !== null || this.rejection !== null
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

/** @throws ValueError when there is no list of events. */
export function jobsOf<E, P, K extends string>(events: readonly E[]): Job<E, P, K>[] {
  if (Array.isArray(events)) return events.map((event) => new Job<E, P, K>(event, true, null))
  throw new ValueError({
    what: 'these are no events', where: 'learnMany', got: events, wanted: 'a list of events',
    hint: 'For one event there is learnOne(event), for a stream train().',
  })
}

/** Jobs that are read together, one behind the other, know the one before. */
export function linkJobs<E, P, K extends string>(jobs: readonly Job<E, P, K>[]): void {
  for (let k = 1; k < jobs.length; k++) jobs[k]!.previous = jobs[k - 1]!
}

/** What is thrown when an event would have to be done before the one that is on its way. */
export function busy(where: string, what: string): GraphError {
  return new GraphError(what, where, 'Use stream.pipe(learner.train()) there')
}

/** What is thrown when a lens holds an event back whose outcome is to be returned. */
export function heldBack(where: string): GraphError {
  return busy(where, 'returned before the event was learned: a lens held it back')
}
