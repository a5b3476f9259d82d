import { RejectedError, type Rejection } from '@eddy/graph'
import { Subject } from 'rxjs'
import { StoreError } from '../errors.ts'
import type { OperationKind } from '../journal/operation.ts'
import type { Store } from '../journal/store.ts'
import { badNameOf, nameOf } from './event-name.ts'
import { countTogether, type EventOf, Feeder, type Learnable, type Outcome, type ResultOf } from './learnable.ts'
import { Pace } from './pace.ts'
import type { PersistOptions } from './persist-options.ts'
import { Quarantine } from './quarantine.ts'
import { type RecentIds, recentIdsOf } from './recent-ids.ts'
import { recover, type Recovered } from './recover.ts'
import { again, duplicate, gap, noRoom } from './refusals.ts'

const flushFrom = 2 ** 16
/** Events that are learned together, at most. */
const togetherMax = 1024
const none: readonly number[] = Object.freeze([])

/**
 * Does operations to a learner that is kept in a store, one after the other, each to its end: into the log, into the
 * learner, and into a checkpoint when it is time. Begins where the store says that the learner was.
 */
export class Operations<M extends Learnable> {
  /** What was found in the beginning. */
  readonly resumed: Recovered
  /** The number of operations, after each checkpoint that was written. */
  readonly checkpoint$ = new Subject<{ readonly sequence: number }>()
  readonly quarantine: Quarantine
  readonly feeder: Feeder
  readonly hasLog: boolean
  /** Whether events are neither logged nor remembered: then `learnPlainly` does. */
  readonly isPlain: boolean
  /** Operations that were taken back. */
  without: readonly number[]
  /** Those that were rejected and learned later on. */
  readonly retried: Set<number>
  duplicates = 0
  paused = 0
  /** What went wrong last in the store. */
  failure: StoreError | null = null
  isClosed = false
  readonly #learner: M
  readonly #store: Store
  readonly #options: PersistOptions<M>
  readonly #pace: Pace
  readonly #logEvery: number
  readonly #recent: RecentIds | null
  /** Operations so far; those up to the last checkpoint, and the last attempt at one; those that were logged. */
  #sequence: number
  #committed: number
  #tried: number
  #logged: number
  #position: unknown
  /** Operations after which the position was asked for. */
  #asked: number
  /** Something failed since the last checkpoint: it may have been lost. */
  #mustCommit = false
  /** So many operations, or bytes of them, wait until the log is written; after a failure twice as many as then. */
  #behindMax: number
  #waitingMax = flushFrom

  constructor(learner: M, store: Store, options: PersistOptions<M>) {
    const { log = false, delayed = null, rejectedMax = 10_000, alarm = {} } = options
    this.#pace = new Pace(options.every, options.share)
    this.#learner = learner
    this.#store = store
    this.#options = options
    this.#behindMax = this.#logEvery = options.logEvery ?? Infinity
    this.hasLog = log
    this.#recent = recentIdsOf(options)
    this.isPlain = !log && this.#recent === null
    this.feeder = new Feeder(learner, delayed)
    this.quarantine = new Quarantine(store, rejectedMax, alarm)
    this.resumed = recover(store, learner, this.feeder, {
      remembered: (ids) => this.#recent?.restore(ids), reached: ({ kind, value }) => this.#remember(kind, value),
      replayed: ({ sequence, kind, value }, { rejection }) => {
        if (rejection !== null) this.#reject(sequence, kind, value, rejection)
      },
    })
    const { sequence, position, retried, replayed, checkpoint } = this.resumed
    this.#sequence = this.#committed = this.#tried = this.#logged = this.#asked = sequence
    this.#position = position
    this.without = store.without()
    this.retried = new Set(retried)
    if (log) store.begin(sequence)
    store.failure$.subscribe((error) => {
      this.failure = error
      this.#mustCommit = true
    })
    if (checkpoint === null || replayed > 0 || store.damage.length > 0) {
      // What cannot be written at all is a mistake in the learner, and no failure that passes.
      if (!this.commit() && this.failure?.code === 'E_ENCODE') throw this.failure
      // The beginning is in a file of its own, which no later damage reaches.
      if (checkpoint === null) store.rotate()
    }
  }

  /** Operations so far. */
  get sequence(): number {
    return this.#sequence
  }

  /** Something is in no checkpoint yet. */
  get isBehind(): boolean {
    return this.#mustCommit || this.#committed < this.#sequence
  }

  /** Where the source goes on after the last operation. */
  get position(): unknown {
    if (this.#asked !== this.#sequence) this.#position = this.#options.source?.() ?? null
    this.#asked = this.#sequence
    return this.#position
  }

  /** @throws StoreError (E_CLOSED) */
  checkOpen(): void {
    if (this.isClosed) throw gap('the learner was closed', 'Make another one.', 'E_CLOSED')
  }

  /** One operation, to its end: into the log, into the learner, and into a checkpoint when it is time. */
  apply(kind: OperationKind, value: unknown, isRetried = true): Outcome {
    this.checkOpen()
    this.feeder.check(kind)
    if (this.#recent !== null && kind === 'event') {
      if (this.#isKnown(value)) return again
      const reason = badNameOf(this.#options.id!, value)
      if (reason !== null) return this.refuse(kind, value, { reason, node: 'id', phase: 'input' })
    }
    if (this.hasLog) {
      this.#makeRoom()
      try {
        this.#store.log(kind, value)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        return this.refuse(kind, value, { reason: error.message, node: 'log', phase: 'input' })
      }
    }
    const sequence = ++this.#sequence
    const outcome = this.#done(kind, value)
    if (this.#recent !== null) this.#remember(kind, value)
    if (kind === 'retry' && outcome.rejection === null) this.retried.add((value as { of: number }).of)
    if (outcome.rejection !== null && isRetried) this.#reject(sequence, kind, value, outcome.rejection)
    this.quarantine.saw(sequence, outcome.rejection !== null)
    this.#keepUp()
    return outcome
  }

  /** `learnOne`, however events are kept. */
  learn(event: EventOf<M>): ResultOf<M> {
    return this.isPlain && !this.isClosed ? this.learnPlainly(event) : this.#learnFully(event)
  }

  #learnFully(event: EventOf<M>): ResultOf<M> {
    const outcome = this.apply('event', event)
    if (outcome === again) throw duplicate()
    if (outcome.rejection !== null) throw new RejectedError(outcome.rejection)
    return outcome.result as ResultOf<M>
  }

  /**
   * Learns an event that is neither logged nor remembered, and writes a checkpoint when it is time. Short, so that
   * engines compile it in one piece with the learner's own.
   * @throws RejectedError when it cannot be used; what has become of it is written down.
   */
  learnPlainly(event: EventOf<M>): ResultOf<M> {
    const sequence = ++this.#sequence
    let result: unknown
    try {
      result = this.#learner.learnOne(event as never)
    } catch (error) {
      if (error instanceof RejectedError) this.#rejectPlainly(event, sequence, error.rejection)
      else this.#sequence--
      throw error
    }
    if (!this.quarantine.isCalm) this.quarantine.saw(sequence, false)
    if (this.#pace.isDue(sequence - this.#tried)) this.commit()
    return result as ResultOf<M>
  }

  #rejectPlainly(event: EventOf<M>, sequence: number, rejection: Rejection): void {
    this.#reject(sequence, 'event', event, rejection)
    this.quarantine.saw(sequence, true)
    if (this.#pace.isDue(sequence - this.#tried)) this.commit()
  }

  /** As `learnTogether` of a learner does, from one place on; none when each is to be learned by itself. */
  together(events: readonly EventOf<M>[], from: number): readonly Outcome[] {
    if (this.#recent !== null || this.isClosed) return []
    const ahead = Math.max(Math.ceil(this.#logEvery / 8), this.#logEvery - (this.#sequence - this.#logged))
    const most = Math.min(togetherMax, this.hasLog ? ahead : Infinity, this.#pace.ahead(this.#sequence - this.#tried))
    const count = countTogether(this.#learner, events, from, Math.min(events.length, from + most))
    if (count === 0) return []
    if (this.hasLog) this.#makeRoom()
    let those = events.slice(from, from + count)
    if (this.hasLog) those = those.slice(0, this.#logMany(those))
    let outcomes: readonly Outcome[] = []
    try {
      outcomes = this.#learner.learnTogether!(those as never[])
    } finally {
      if (this.hasLog) this.#store.unlog(those.length - outcomes.length)
    }
    outcomes.forEach(({ rejection }, k) => {
      const sequence = ++this.#sequence
      if (rejection !== null) this.#reject(sequence, 'event', those[k], rejection)
      this.quarantine.saw(sequence, rejection !== null)
    })
    if (outcomes.length > 0) this.#keepUp()
    return outcomes
  }

  /** How many of these events the log could take, from the first on. */
  #logMany(events: readonly unknown[]): number {
    let count = 0
    try {
      for (; count < events.length; count++) this.#store.log('event', events[count])
    } catch (error) {
      // One that cannot be kept is refused when it is its turn.
      if (!(error instanceof StoreError)) throw error
    }
    return count
  }

  /** An operation that never reaches the learner: it leaves an empty one in the log. */
  refuse(kind: OperationKind, value: unknown, why: Pick<Rejection, 'reason' | 'node' | 'phase'>): Outcome {
    this.checkOpen()
    if (this.hasLog) this.#store.log('refused', null)
    const sequence = ++this.#sequence
    this.#reject(sequence, kind, value, why)
    this.quarantine.saw(sequence, true)
    return { result: null, rejection: { id: sequence, event: value, cause: null, ...why } }
  }

  /** @throws StoreError when so much of the log waits to be written that learning has to pause. */
  #makeRoom(): void {
    const { waitingBytesMax = 64 * 2 ** 20 } = this.#options
    if (this.#store.waitingBytes < waitingBytesMax || this.#flushLog()) return
    this.paused++
    throw noRoom(this.#store)
  }

  #reject(
    sequence: number, kind: OperationKind, value: unknown, why: Pick<Rejection, 'reason' | 'node' | 'phase'>,
  ): void {
    const event = kind === 'retry' ? (value as { event: unknown }).event : value
    this.quarantine.add(sequence, kind, event, nameOf(this.#options.id, kind, value), why)
  }

  /** Whether it was delivered before; the source is further on then. */
  #isKnown(event: unknown): boolean {
    const id = nameOf(this.#options.id, 'event', event)
    if (id === null || !this.#recent!.has(id)) return false
    this.duplicates++
    this.#asked = -1
    return true
  }

  #remember(kind: OperationKind, value: unknown): void {
    const id = kind === 'event' ? nameOf(this.#options.id, kind, value) : null
    if (id !== null) this.#recent?.add(id)
  }

  /** Learns the log again without these operations. @throws StoreError (E_GAP); the learner may be anywhere then. */
  replayWithout(numbers: readonly number[]): void {
    const without = new Set(numbers)
    const { sequence, retried } = recover(this.#store, this.#learner, this.feeder, { without })
    if (sequence !== this.#sequence) throw gap(`the log ends after ${sequence} operations`, 'Nothing was taken back.')
    this.retried.clear()
    for (const number of retried) this.retried.add(number)
  }

  /** Writes what of the log was not written; whether nothing is left. */
  flushLog(): boolean {
    return this.isClosed || !this.hasLog || this.#logged >= this.#sequence || this.#flushLog()
  }

  /** Writes a checkpoint; whether that succeeded. */
  commit(): boolean {
    this.#tried = this.#sequence
    this.#mustCommit = false
    const isWritten = this.#pace.timed(() => this.#store.commit({
      sequence: this.#sequence, position: this.position, without: this.without,
      retried: this.retried.size === 0 ? none : [...this.retried].sort((a, b) => a - b),
      ids: this.#recent?.state, state: this.#learner.peek?.() ?? this.#learner.snapshot(),
    }))
    if (isWritten) {
      this.#committed = this.#logged = this.#sequence
      this.#behindMax = this.#logEvery
      this.#waitingMax = flushFrom
      if (this.checkpoint$.observed) this.checkpoint$.next({ sequence: this.#sequence })
    }
    return isWritten
  }

  #flushLog(): boolean {
    const isWritten = this.#store.flushLog(this.position)
    if (isWritten) this.#logged = this.#sequence
    this.#behindMax = isWritten ? this.#logEvery : Math.max(this.#logEvery, 2 * (this.#sequence - this.#logged))
    this.#waitingMax = isWritten ? flushFrom : Math.max(flushFrom, 2 * this.#store.waitingBytes)
    return isWritten
  }

  /** Writes a checkpoint, or the log, when it is time. */
  #keepUp(): void {
    const isBehind = this.#sequence - this.#logged >= this.#behindMax
    if (this.#pace.isDue(this.#sequence - this.#tried)) this.commit()
    else if (this.hasLog && (isBehind || this.#store.waitingBytes >= this.#waitingMax)) this.#flushLog()
  }

  /** What ends the learner is no operation: it would do so again whenever the log is opened. */
  #done(kind: OperationKind, value: unknown): Outcome {
    try {
      return this.feeder.apply(kind, value)
    } catch (error) {
      this.#sequence--
      if (this.hasLog) this.#store.unlog(1)
      throw error
    }
  }
}
