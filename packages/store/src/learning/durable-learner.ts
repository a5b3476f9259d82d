import { Observable, type OperatorFunction, Subject } from 'rxjs'
import { RejectedError, type Rejection } from '@eddy/graph'
import { checkNumber } from '@eddy/tensor'
import { StoreError } from '../errors.ts'
import type { OperationKind } from '../journal/operation.ts'
import type { Durable, Store } from '../journal/store.ts'
import {
  type EventOf, Feeder, type Learnable, type Outcome, type PredictionOf, predictorOf, type QueryOf, type ResultOf,
  type StateOf,
} from './learnable.ts'
import { badNameOf, eventAt, nameOf, operationsOf } from './event-name.ts'
import { Pace } from './pace.ts'
import type { DurableCounters, PersistOptions } from './persist-options.ts'
import { type Alarm, eventOf, Quarantine, type Rejected } from './quarantine.ts'
import { type RecentIds, recentIdsOf } from './recent-ids.ts'
import { recover, type Recovered } from './recover.ts'
import { inTurns } from './in-turns.ts'
import { again, checkReach, duplicate, gap, noRoom, nothingBefore, outOfReach } from './refusals.ts'
import { Turns } from './turns.ts'

const flushFrom = 2 ** 16
const none: readonly number[] = Object.freeze([])

/** A learner that is kept in a store. Made by `persist`, which says how it behaves. */
export class DurableLearner<M extends Learnable> {
  /** The learner itself, to predict and look at; what it is taught directly is not kept. */
  readonly learner: M
  readonly store: Store
  /** What was found when it was made. */
  readonly resumed: Recovered
  /** One entry for every checkpoint: those there are, the oldest first, then each new one. */
  readonly history$: Observable<{ readonly sequence: number }>
  /** Up to where everything is durable; a source that cannot go back may forget what comes before. */
  readonly durable$: Observable<Durable>
  /** Too many of the last events were rejected. */
  readonly alarm$: Observable<Alarm>
  readonly #options: PersistOptions<M>
  readonly #pace: Pace
  readonly #logEvery: number
  readonly #feeder: Feeder
  readonly #quarantine: Quarantine
  readonly #history = new Subject<{ readonly sequence: number }>()
  readonly #turns = new Turns()
  readonly #retried: Set<number>
  readonly #hasLog: boolean
  readonly #recent: RecentIds | null
  /** Whether events are neither logged nor remembered. */
  readonly #isPlain: boolean
  #duplicates = 0
  /** Operations that were taken back. */
  #without: readonly number[]
  /** Operations so far; those up to the last checkpoint, and the last attempt at one; those that were logged. */
  #sequence: number
  #committed: number
  #tried: number
  #logged: number
  #position: unknown
  /** Operations after which the position was asked for. */
  #asked: number
  #paused = 0
  #failure: StoreError | null = null
  /** Something failed since the last checkpoint: it may have been lost. */
  #mustCommit = false
  #timer: ReturnType<typeof setTimeout> | null = null
  #isClosed = false

  /** @internal */
  constructor(learner: M, store: Store, options: PersistOptions<M>) {
    const { log = false, delayed = null, rejectedMax = 10_000, alarm = {} } = options
    this.#pace = new Pace(options.every, options.share)
    this.learner = learner
    this.store = store
    this.#options = options
    this.#logEvery = options.logEvery ?? Infinity
    this.#hasLog = log
    this.#recent = recentIdsOf(options)
    this.#isPlain = !log && this.#recent === null
    this.#feeder = new Feeder(learner, delayed)
    this.#quarantine = new Quarantine(store, rejectedMax, alarm)
    this.resumed = recover(store, learner, this.#feeder, {
      remembered: (ids) => this.#recent?.restore(ids), reached: ({ kind, value }) => this.#remember(kind, value),
      replayed: ({ sequence, kind, value }, { rejection }) => {
        if (rejection !== null) this.#reject(sequence, kind, value, rejection)
      },
    })
    const { sequence, position, retried, replayed, checkpoint } = this.resumed
    this.#sequence = this.#committed = this.#tried = this.#logged = this.#asked = sequence
    this.#position = position
    this.#without = store.without()
    this.#retried = new Set(retried)
    if (log) store.begin(sequence)
    store.failure$.subscribe((error) => {
      this.#failure = error
      this.#mustCommit = true
      this.#retryLater()
    })
    this.durable$ = store.durable$
    this.alarm$ = this.#quarantine.alarm$.asObservable()
    this.history$ = new Observable((subscriber) => {
      for (const { sequence } of [...store.checkpoints()].reverse()) subscriber.next({ sequence })
      return this.#history.subscribe(subscriber)
    })
    if (checkpoint === null || replayed > 0 || store.damage.length > 0) {
      this.#commit()
      // The beginning is in a file of its own, which no later damage reaches.
      if (checkpoint === null) store.rotate()
    }
  }

  /** Operations so far, those included that were rejected or taken back. */
  get sequence(): number {
    return this.#sequence
  }

  /** Where the source goes on after the last operation; null in the beginning, or without `source`. */
  get position(): unknown {
    return this.#ask()
  }

  get counters(): DurableCounters {
    return {
      operations: this.#sequence, rejected: this.#quarantine.count, failures: this.store.counters.failures,
      duplicates: this.#duplicates, paused: this.#paused,
    }
  }

  /** Events that could not be used, the oldest first, but for those learned later on or taken back. */
  get rejected(): readonly Rejected[] {
    const gone = new Set([...this.#retried, ...this.#without])
    return this.#quarantine.rows.filter(({ sequence }) => !gone.has(sequence))
  }

  /** One line: how many operations are behind it, and what the learner says of itself. */
  toString(): string {
    return `persist, ${this.#sequence} operations: ${String(this.learner)}`
  }

  /**
   * Predict, then learn, and keep: an RxJS operator that emits one result for each learned event, as the learner's own.
   * Events that arrive from inside a result wait their turn. Errors when learning pauses: see `waitingBytesMax`.
   */
  train(): OperatorFunction<EventOf<M>, ResultOf<M>> {
    return inTurns(this.#turns, (event: EventOf<M>) => {
      if (!this.#isPlain || this.#isClosed) return this.#apply('event', event).result as ResultOf<M> | null
      try {
        return this.#learnPlainly(event)
      } catch (error) {
        if (error instanceof RejectedError) return null
        throw error
      }
    })
  }

  /**
   * Predicts and remembers until the label comes, as `learner.predict` with `delayed.requests`; without `delayed` it
   * only predicts, as `learner.predict()`, and nothing is kept of it.
   */
  predict<T = QueryOf<M>, R = { readonly event: T; readonly prediction: PredictionOf<M> }>(): OperatorFunction<T, R> {
    if (this.#options.delayed !== undefined) return this.#operator<T, R>('request')
    return predictorOf(this.learner).predict() as OperatorFunction<T, R>
  }

  /** The prediction for one event; changes nothing. @throws RejectedError when the event cannot be used. */
  predictOne(event: QueryOf<M>): PredictionOf<M> {
    return predictorOf(this.learner).predictOne(event) as PredictionOf<M>
  }

  /** Learns from labels that come later, as `learner.learn` with `delayed.labels`. */
  learn<T, R = unknown>(): OperatorFunction<T, R> {
    return this.#operator<T, R>('label')
  }

  /** Moves the clock of delayed labels on. */
  tick(time: number): void {
    this.#turns.run(() => this.#apply('tick', time))
  }

  /**
   * Learns one event.
   * @throws RejectedError when it cannot be used; StoreError when learning pauses, or (E_DUP) when it was learned
   * before, see `dedup`: then nothing has changed.
   */
  learnOne(event: EventOf<M>): ResultOf<M> {
    this.#turns.enter('learnOne')
    let result: ResultOf<M>
    try {
      result = this.#isPlain && !this.#isClosed ? this.#learnPlainly(event) : this.#learnFully(event)
    } catch (error) {
      this.#turns.leave(error instanceof RejectedError ? null : { error })
      throw error
    }
    this.#turns.leave(null)
    return result
  }

  /** Keeps an event that never got as far as the learner, such as a malformed record of a source. */
  quarantine(event: unknown, reason: string, { node = 'source', phase = 'input' } = {}): void {
    this.#turns.run(() => void this.#refuse('event', event, { reason, node, phase: phase as Rejection['phase'] }))
  }

  /** Writes a checkpoint now; whether that succeeded. Inside a result it is written soon after, and this is false. */
  checkpoint(): boolean {
    let isWritten = false
    this.#turns.run(() => void (isWritten = this.#commit()))
    return isWritten
  }

  /**
   * A checkpoint, then resolves when it is durable.
   * @throws StoreError when it could not be made so; it will be tried again.
   */
  async flush(): Promise<Durable> {
    // From inside a result: when the event in flight has ended.
    if (this.#turns.isBusy) await new Promise<void>((resolve) => this.#turns.run(resolve))
    if (this.#isBehind && !this.checkpoint()) throw this.#failure
    return this.store.flush()
  }

  /** A last checkpoint, as far as that is possible, and the store is given back. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    try {
      if (this.#isBehind) this.checkpoint()
    } finally {
      this.#isClosed = true
      if (this.#timer !== null) clearTimeout(this.#timer)
      await this.store.close()
      this.#history.complete()
      this.#quarantine.alarm$.complete()
    }
  }

  /**
   * Takes an event back, for good: the state becomes, bit for bit, that of a run which never saw it. The nearest
   * checkpoint before it is restored and the log done again without it; takes as long as learning what came after.
   * What it is called is what `id` gives, else the number of its operation. Resolves with the number of events taken
   * back, when that is durable.
   * @throws StoreError (E_GAP) when the log does not reach from a checkpoint before it to now; (E_IO) when it cannot be
   * written down. Then nothing has changed.
   */
  async forget(id: string | number): Promise<number> {
    let found: readonly number[] = []
    this.#turns.checkFree('forget')
    let written: Promise<void> = Promise.resolve()
    this.#turns.run(() => {
      if (!this.#hasLog) {
        throw gap('without a log there is nothing to learn again from', 'Give log: true from the start.')
      }
      if (this.#logged < this.#sequence && !this.#flushLog()) throw gap('the log cannot be written', 'Try again later.')
      found = this.numbersOf(id)
      if (found.length === 0) return
      checkReach(this.store, found[0]!, this.#sequence)
      const before = this.learner.snapshot()
      try {
        this.#replayWithout(new Set(found))
        written = this.store.takeBack(found)
        this.#without = [...this.#without, ...found].sort((a, b) => a - b)
      } catch (error) {
        this.learner.restore(before as never)
        throw error
      }
      this.#commit()
    })
    await written
    await this.store.flush()
    return found.length
  }

  /** The state after so many operations, from the nearest checkpoint and the log. @throws StoreError (E_GAP) */
  at(sequence: number): StateOf<M> {
    this.#turns.checkFree('at')
    checkNumber('at', 'sequence', sequence, { least: 0, integer: true }, 'Count operations; history$ has some of them.')
    let state: unknown
    this.#turns.run(() => {
      const { make, delayed = null } = this.#options
      if (this.#logged < this.#sequence) this.#flushLog()
      const before = make === undefined ? this.learner.snapshot() : null
      const model = make?.() ?? this.learner
      try {
        const isThere = make !== undefined || this.store.newest((found) => found.sequence <= sequence) !== null
        if (!isThere) throw nothingBefore(sequence + 1)
        const feeder = make === undefined ? this.#feeder : new Feeder(model, delayed)
        const reached = recover(this.store, model, feeder, { until: sequence })
        if (reached.sequence !== sequence) throw outOfReach(reached.sequence, this.#hasLog)
        state = model.snapshot()
      } finally {
        if (before !== null) this.learner.restore(before as never)
      }
    })
    return state as StateOf<M>
  }

  /**
   * Learns rejected events after a fix, each at most once, however often this is called: those that can be used now
   * leave the quarantine. `fix` may change an event, or leave it where it is by giving undefined. Events of more than
   * 4 KiB come out of the log, without one they stay. Resolves with how many were learned, when that is durable.
   */
  async retryRejected(
    fix: (event: EventOf<M>, row: Rejected) => EventOf<M> | undefined = (event) => event,
  ): Promise<number> {
    let learned = 0
    this.#turns.checkFree('retryRejected')
    this.#turns.run(() => {
      if (this.#hasLog && this.#logged < this.#sequence) this.#flushLog()
      for (const row of this.rejected) {
        if (row.kind !== 'event' && row.kind !== 'retry') continue
        const event = eventOf(row) ?? (this.#hasLog ? eventAt(this.store, row.sequence) : undefined)
        const fixed = event === undefined ? undefined : fix(event as EventOf<M>, row)
        if (fixed === undefined) continue
        const { rejection } = this.#apply('retry', { of: row.sequence, event: fixed }, false)
        if (rejection === null) learned++
      }
      if (learned > 0) this.#commit()
    })
    if (learned > 0) await this.flush()
    return learned
  }

  /** Numbers of the operations whose event is called so. */
  numbersOf(id: string | number): readonly number[] {
    const left = new Set(this.#without)
    const isNumber = this.#options.id === undefined
    const name = typeof id === 'bigint' ? String(id) : id
    if (isNumber && !(Number.isInteger(id) && id as number >= 1 && id as number <= this.#sequence)) return []
    // What was rejected may have been learned later, under a number of its own.
    if (isNumber && !this.#retried.has(id as number)) return left.has(id as number) ? [] : [id as number]
    return operationsOf(this.store, ({ sequence, kind, value }) => {
      if (left.has(sequence)) return false
      if (!isNumber) return name !== null && nameOf(this.#options.id, kind, value) === name
      return sequence === id || kind === 'retry' && (value as { of: number }).of === id
    })
  }

  #operator<T, R>(kind: OperationKind): OperatorFunction<T, R> {
    return inTurns(this.#turns, (value: T) => this.#apply(kind, value).result as R | null)
  }

  /** One operation, to its end: into the log, into the learner, and into a checkpoint when it is time. */
  #apply(kind: OperationKind, value: unknown, isRetried = true): Outcome {
    if (this.#isClosed) throw gap('the learner was closed', 'Make another one.', 'E_CLOSED')
    this.#feeder.check(kind)
    if (this.#recent !== null && kind === 'event') {
      if (this.#isKnown(value)) return again
      const reason = badNameOf(this.#options.id!, value)
      if (reason !== null) return this.#refuse(kind, value, { reason, node: 'id', phase: 'input' })
    }
    if (this.#hasLog) {
      this.#makeRoom()
      try {
        this.store.log(kind, value)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        return this.#refuse(kind, value, { reason: error.message, node: 'log', phase: 'input' })
      }
    }
    const sequence = ++this.#sequence
    const outcome = this.#done(kind, value)
    if (this.#recent !== null) this.#remember(kind, value)
    if (kind === 'retry' && outcome.rejection === null) this.#retried.add((value as { of: number }).of)
    if (outcome.rejection !== null && isRetried) this.#reject(sequence, kind, value, outcome.rejection)
    this.#quarantine.saw(sequence, outcome.rejection !== null)
    if (this.#pace.isDue(sequence - this.#tried)) this.#commit()
    else if (this.#hasLog && (sequence - this.#logged >= this.#logEvery || this.store.waitingBytes >= flushFrom)) {
      this.#flushLog()
    }
    return outcome
  }

  /** What ends the learner is no operation: it would do so again whenever the log is opened. */
  #done(kind: OperationKind, value: unknown): Outcome {
    try {
      return this.#feeder.apply(kind, value)
    } catch (error) {
      this.#sequence--
      if (this.#hasLog) this.store.unlog()
      throw error
    }
  }

  /** `learnOne` of an event that is logged or remembered. */
  #learnFully(event: EventOf<M>): ResultOf<M> {
    const outcome = this.#apply('event', event)
    if (outcome === again) throw duplicate()
    if (outcome.rejection !== null) throw new RejectedError(outcome.rejection)
    return outcome.result as ResultOf<M>
  }

  /**
   * Learns an event that is not, and writes a checkpoint when it is time. Short, so that engines compile it in one
   * piece with the learner's own. @throws RejectedError when it cannot be used; what has become of it is written down.
   */
  #learnPlainly(event: EventOf<M>): ResultOf<M> {
    const sequence = ++this.#sequence
    let result: unknown
    try {
      result = this.learner.learnOne(event as never)
    } catch (error) {
      if (error instanceof RejectedError) this.#rejectPlainly(event, sequence, error.rejection)
      else this.#sequence--
      throw error
    }
    if (!this.#quarantine.isCalm) this.#quarantine.saw(sequence, false)
    if (this.#pace.isDue(sequence - this.#tried)) this.#commit()
    return result as ResultOf<M>
  }

  #rejectPlainly(event: EventOf<M>, sequence: number, rejection: Rejection): void {
    this.#reject(sequence, 'event', event, rejection)
    this.#quarantine.saw(sequence, true)
    if (this.#pace.isDue(sequence - this.#tried)) this.#commit()
  }

  /** An operation that never reaches the learner: it leaves an empty one in the log. */
  #refuse(kind: OperationKind, value: unknown, why: Pick<Rejection, 'reason' | 'node' | 'phase'>): Outcome {
    if (this.#hasLog) this.store.log('refused', null)
    const sequence = ++this.#sequence
    this.#reject(sequence, kind, value, why)
    this.#quarantine.saw(sequence, true)
    return { result: null, rejection: { id: sequence, event: value, cause: null, ...why } }
  }

  /** @throws StoreError when so much of the log waits to be written that learning has to pause. */
  #makeRoom(): void {
    const { waitingBytesMax = 64 * 2 ** 20 } = this.#options
    if (this.store.waitingBytes < waitingBytesMax || this.#flushLog()) return
    this.#paused++
    throw noRoom(this.store)
  }

  #reject(
    sequence: number, kind: OperationKind, value: unknown, why: Pick<Rejection, 'reason' | 'node' | 'phase'>,
  ): void {
    const event = kind === 'retry' ? (value as { event: unknown }).event : value
    this.#quarantine.add(sequence, kind, event, nameOf(this.#options.id, kind, value), why)
  }

  /** Whether it was delivered before; the source is further on then. */
  #isKnown(event: unknown): boolean {
    const id = nameOf(this.#options.id, 'event', event)
    if (id === null || !this.#recent!.has(id)) return false
    this.#duplicates++
    this.#asked = -1
    return true
  }

  #remember(kind: OperationKind, value: unknown): void {
    const id = kind === 'event' ? nameOf(this.#options.id, kind, value) : null
    if (id !== null) this.#recent?.add(id)
  }

  get #isBehind(): boolean {
    return this.#mustCommit || this.#committed < this.#sequence
  }

  #commit(): boolean {
    this.#tried = this.#sequence
    this.#mustCommit = false
    const isWritten = this.#pace.timed(() => this.store.commit({
      sequence: this.#sequence, position: this.#ask(), without: this.#without,
      retried: this.#retried.size === 0 ? none : [...this.#retried].sort((a, b) => a - b),
      ids: this.#recent?.state, state: this.learner.peek?.() ?? this.learner.snapshot(),
    }))
    if (isWritten) {
      this.#committed = this.#logged = this.#sequence
      if (this.#history.observed) this.#history.next({ sequence: this.#sequence })
    }
    return isWritten
  }

  #flushLog(): boolean {
    const isWritten = this.store.flushLog(this.#ask())
    if (isWritten) this.#logged = this.#sequence
    return isWritten
  }

  #ask(): unknown {
    if (this.#asked !== this.#sequence) this.#position = this.#options.source?.() ?? null
    this.#asked = this.#sequence
    return this.#position
  }

  /** Without a new event nothing would be written again. */
  #retryLater(): void {
    if (this.#timer !== null || this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (!this.#isClosed && this.#isBehind) this.checkpoint()
    }, this.#options.retryAfter ?? 1000)
    ;(this.#timer as { unref?: () => void }).unref?.()
  }

  #replayWithout(without: ReadonlySet<number>): void {
    const { sequence, retried } = recover(this.store, this.learner, this.#feeder, { without })
    if (sequence !== this.#sequence) throw gap(`the log ends after ${sequence} operations`, 'Nothing was taken back.')
    this.#retried.clear()
    for (const number of retried) this.#retried.add(number)
  }
}
