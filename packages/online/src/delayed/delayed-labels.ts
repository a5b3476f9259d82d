import { EventError, GraphError, type Rejection } from '@eddy/graph'
import { formatValue, ValueError } from '@eddy/tensor'
import { type Observable, Subject } from 'rxjs'
import type { Recollection } from '../feature-reader.ts'
import { type Key, keyReader } from '../many/keyed-options.ts'
import { fieldOf } from '../target.ts'
import { checkDelayed, type Said } from './check-delayed.ts'
import { checkFields } from './check-fields.ts'
import type {
  DelayedState, EnvelopeOptions, FieldOf, LabelCounters, DelayedLabelOptions, LabelReport, RequestOptions,
} from './delayed-options.ts'
import { type Claim, PendingLabels, type Rules } from './pending-labels.ts'

/**
 * The part of a model that is about delayed labels: reads keys, times and labels from events, keeps predictions, finds
 * them again, and reports what became of everything. What a claim is learned with, and how, is the model's business.
 */
export class DelayedLabels<E, P> {
  /** How every label, and every prediction that got none, ended. */
  readonly labels$: Observable<LabelReport<E, P>>
  readonly #reports = new Subject<LabelReport<E, P>>()
  readonly #pending = new PendingLabels<E, P>((report) => this.#reports.next(report))
  #live = 0
  /** The label whose frame began last, while it has not ended. */
  #begun: Claim<unknown, P> | null = null

  constructor() {
    this.labels$ = this.#reports.asObservable()
  }

  get counters(): LabelCounters {
    return this.#pending.counters
  }

  /** undefined while there was never anything to keep. */
  get state(): DelayedState<E, P> | undefined {
    return this.#pending.isUsed ? this.#pending.snapshot() : undefined
  }

  /** @throws ValueError when this is no such state. */
  check(state: DelayedState | undefined, isSaid?: Said): void {
    checkDelayed(state, isSaid)
  }

  /** Goes over to a state that `check` has accepted. */
  restore(state: DelayedState<E, P> | undefined): void {
    this.#pending.restore(state)
  }

  /**
   * Makes the reader of requests: what to predict for, and how to keep the prediction. It throws EventError.
   * @throws ValueError for options that are none.
   */
  requests<T>(options: RequestOptions<T> & Partial<EnvelopeOptions<T, E>>): (request: T) => Request<E, P> {
    checkFields('predict', options, { key: 'field', time: 'field?', event: 'function?' })
    const { key, time, event } = options
    const readKey = keyReader(key)
    const readTime = timeReader(time)
    return (request) => {
      const [id, at] = [reading('key', () => readKey(request)), readTime(request)]
      const record = event === undefined ? request as unknown as E : reading('event', () => event(request))
      return {
        key: id, event: record,
        keep: (...rest) => this.#pending.keep(id, at, record, ...rest),
      }
    }
  }

  /**
   * Makes the reader of labels: what to learn, or null when there is nothing to learn. It never throws.
   * @throws ValueError for options out of range; GraphError when another live stream of labels has other rules.
   */
  labels<T>(options: DelayedLabelOptions<T>): (label: T) => Claim<E, P> | null {
    checkFields('learn', options, {
      key: 'field', label: 'field', time: 'field?', within: 'any', capacity: 'any', revised: 'any', clock: 'any',
    })
    this.#agree(rulesOf(options))
    const readKey = keyReader(options.key)
    const readTime = timeReader(options.time)
    const { label } = options
    const find = typeof label === 'function' ? label : (event: T) => fieldOf(event, label)
    return (event) => {
      let key: Key | null = null
      let found: unknown
      let at: number | null
      try {
        key = readKey(event)
        found = find(event)
        at = readTime(event)
      } catch (error) {
        this.#pending.refuse(key, found, error instanceof Error ? error.message : String(error))
        return null
      }
      return this.#pending.claim(key, at, found)
    }
  }

  /** Counts a live stream of labels, and listens to its clock. Returns how to leave. */
  attend(clock: Observable<number> | undefined, fail: (error: unknown) => void): () => void {
    this.#live++
    const ticks = clock?.subscribe({
      next: (time) => {
        if (Number.isFinite(time)) this.#pending.advance(time)
      },
      error: fail,
    })
    return () => {
      this.#live--
      ticks?.unsubscribe()
    }
  }

  /** The next frame begins, for a label or for none. One that ended without a word was held back by a lens. */
  begin(claim: Claim<unknown, P> | null): void {
    const before = this.#begun
    this.#begun = claim
    if (before !== null) this.#pending.release(before, 'skipped')
    if (claim !== null) this.#pending.begin(claim)
  }

  isFirst(claim: Claim<unknown, P>): boolean {
    return this.#pending.isFirst(claim)
  }

  learned(claim: Claim<unknown, P>): void {
    this.#begun = null
    this.#pending.learned(claim)
  }

  rejected(claim: Claim<unknown, P>, reason: string): void {
    this.#begun = null
    this.#pending.release(claim, 'rejected', reason)
  }

  releaseAll(): void {
    this.#begun = null
    this.#pending.releaseAll()
  }

  #agree(rules: Rules): void {
    const { within, capacity, revised } = this.#pending.rules
    const agrees = within === rules.within && capacity === rules.capacity && revised === rules.revised
    if (this.#live > 0 && !agrees) {
      throw new GraphError(
        `another live stream of labels has within ${within}, capacity ${capacity}, revised '${revised}'`, 'learn',
        'Give both the same, or end the other one first',
      )
    }
    this.#pending.rules = rules
  }
}

/** A request that was read. */
interface Request<E, P> {
  readonly key: Key
  readonly event: E
  readonly keep: (
    prediction: P, recollection: Recollection | null, guesses: readonly unknown[] | null,
  ) => void
}

/** A rejection of something that never got as far as the graph. */
export function refusalOf(error: unknown, event: unknown): Rejection<never> {
  const reason = error instanceof Error ? error.message : String(error)
  return { id: 0, event: event as never, reason, node: 'predict', phase: 'input', cause: error }
}

function rulesOf({ within = Infinity, capacity = 10_000, revised = 'ignore' }: DelayedLabelOptions<never>): Rules {
  const refuse = (what: string, got: unknown, wanted: string, hint: string): never => {
    throw new ValueError({ what, where: 'learn', got, wanted, hint })
  }
  if (!(within >= 0)) {
    refuse('within is no duration', within, 'a number from 0 on', 'minutes(30), or a number of requests.')
  }
  if (!Number.isInteger(capacity) || capacity < 1) {
    refuse('capacity is no number of predictions', capacity, 'a whole number from 1 on', 'Leave it out for 10,000.')
  }
  if (revised !== 'ignore' && revised !== 'learn') {
    refuse('revised is no policy', revised, "'ignore' or 'learn'", "Leave it out for 'ignore'.")
  }
  return { within, capacity, revised }
}

/** Reads times; null where events carry none. */
function timeReader<T>(time: FieldOf<T, number> | undefined): (event: T) => number | null {
  if (time === undefined) return () => null
  const find = typeof time === 'function' ? time : (event: T) => fieldOf(event, time)
  return (event) => {
    const got: unknown = reading('time', () => find(event))
    if (typeof got === 'number' && Number.isFinite(got)) return got + 0
    throw new EventError(`${formatValue(got)} as the time`, 'a finite number', 'For a date, give its getTime()')
  }
}

function reading<V>(what: string, read: () => V): V {
  try {
    return read()
  } catch (error) {
    if (error instanceof EventError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new EventError(`an event whose ${what} could not be read`, `one with a ${what}`, reason)
  }
}
