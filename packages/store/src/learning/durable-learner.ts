import { Observable, type OperatorFunction } from 'rxjs'
import { RejectedError, type Rejection } from '@eddy/graph'
import { checkNumber } from '@eddy/tensor'
import type { OperationKind } from '../journal/operation.ts'
import type { Durable, Store } from '../journal/store.ts'
import {
  type EventOf, Feeder, type Learnable, type Outcome, type PredictionOf, predictorOf, type QueryOf, type ResultOf,
  type StateOf,
} from './learnable.ts'
import { eventAt, loggedOf, numbersOf } from './event-name.ts'
import { inTurns } from './in-turns.ts'
import { Operations } from './operations.ts'
import type { DurableCounters, PersistOptions } from './persist-options.ts'
import { type Alarm, eventOf, type Rejected } from './quarantine.ts'
import { recover, type Recovered } from './recover.ts'
import {
  checkEvents, checkMended, checkName, checkReach, gap, nothingBefore, outOfReach, untold,
} from './refusals.ts'
import { Turns } from './turns.ts'

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
  readonly #operations: Operations<M>
  readonly #turns = new Turns()
  #timer: ReturnType<typeof setTimeout> | null = null

  /** @internal */
  constructor(learner: M, store: Store, options: PersistOptions<M>) {
    this.learner = learner
    this.store = store
    this.#options = options
    const operations = this.#operations = new Operations(learner, store, options)
    this.resumed = operations.resumed
    if (operations.failure !== null) this.#retryLater()
    store.failure$.subscribe(() => this.#retryLater())
    this.durable$ = store.durable$
    this.alarm$ = operations.quarantine.alarm$.asObservable()
    this.history$ = new Observable((subscriber) => {
      for (const { sequence } of [...store.checkpoints()].reverse()) subscriber.next({ sequence })
      return operations.checkpoint$.subscribe(subscriber)
    })
  }

  /** Operations so far, those included that were rejected or taken back. */
  get sequence(): number {
    return this.#operations.sequence
  }

  /** Where the source goes on after the last operation; null in the beginning, or without `source`. */
  get position(): unknown {
    return this.#operations.position
  }

  get counters(): DurableCounters {
    const { sequence, quarantine, duplicates, paused } = this.#operations
    const { failures } = this.store.counters
    return { operations: sequence, rejected: quarantine.count, failures, duplicates, paused }
  }

  /** Events that could not be used, the oldest first, but for those learned later on or taken back. */
  get rejected(): readonly Rejected[] {
    const { retried, without, quarantine } = this.#operations
    const gone = new Set([...retried, ...without])
    return quarantine.rows.filter(({ sequence }) => !gone.has(sequence))
  }

  /** One line: how many operations are behind it, and what the learner says of itself. */
  toString(): string {
    return `persist, ${this.sequence} operations: ${String(this.learner)}`
  }

  /**
   * Predict, then learn, and keep: an RxJS operator that emits one result for each learned event, as the learner's own.
   * Events that arrive from inside a result wait their turn. Errors when learning pauses: see `waitingBytesMax`.
   */
  train(): OperatorFunction<EventOf<M>, ResultOf<M>> {
    const operations = this.#operations
    return inTurns(this.#turns, (event: EventOf<M>) => {
      if (!operations.isPlain || operations.isClosed) {
        return operations.apply('event', event).result as ResultOf<M> | null
      }
      try {
        return operations.learnPlainly(event)
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
    this.#turns.run(() => this.#operations.apply('tick', time))
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
      result = this.#operations.learn(event)
    } catch (error) {
      this.#turns.leave(error instanceof RejectedError ? null : { error })
      throw error
    }
    this.#turns.leave(null)
    return result
  }

  /**
   * Learns events that are there already: for each what `learnOne` returns, why it is rejected, or null when it was
   * learned before, see `dedup`. Same bits, sooner.
   * @throws StoreError when learning pauses, and what ends the learner; `sequence` says how many were learned.
   */
  learnMany(events: readonly EventOf<M>[]): readonly (ResultOf<M> | Rejection | null)[] {
    checkEvents(events)
    const operations = this.#operations
    const ended: Outcome[] = []
    this.#turns.checkFree('learnMany')
    this.#turns.run(() => {
      while (ended.length < events.length) {
        const some = operations.together(events, ended.length)
        ended.push(...some.length > 0 ? some : [operations.apply('event', events[ended.length])])
      }
    })
    return ended.map(({ result, rejection }) => (result ?? rejection) as ResultOf<M> | Rejection | null)
  }

  /** See `Learnable`. @internal */
  learnTogether(events: readonly EventOf<M>[]): readonly Outcome[] {
    let ended: readonly Outcome[] = []
    this.#turns.checkFree('learnTogether')
    this.#turns.run(() => void (ended = this.#operations.together(events, 0)))
    return ended
  }

  /** Keeps an event that never got as far as the learner, such as a malformed record of a source. */
  quarantine(event: unknown, reason: string, { node = 'source', phase = 'input' } = {}): void {
    const why = { reason, node, phase: phase as Rejection['phase'] }
    this.#turns.run(() => void this.#operations.refuse('event', event, why))
  }

  /** Writes a checkpoint now; whether that succeeded. Inside a result it is written soon after, and this is false. */
  checkpoint(): boolean {
    let isWritten = false
    this.#turns.run(() => void (isWritten = this.#operations.commit()))
    return isWritten
  }

  /**
   * A checkpoint, then resolves when it is durable.
   * @throws StoreError when it could not be made so; it will be tried again.
   */
  async flush(): Promise<Durable> {
    // From inside a result: when the event in flight has ended.
    if (this.#turns.isBusy) await new Promise<void>((resolve) => this.#turns.run(resolve))
    if (this.#operations.isBehind && !this.checkpoint()) throw this.#operations.failure
    return this.store.flush()
  }

  /** A last checkpoint, as far as that is possible, and the store is given back. */
  async close(): Promise<void> {
    if (this.#operations.isClosed) return
    try {
      if (this.#operations.isBehind) this.checkpoint()
    } finally {
      this.#operations.isClosed = true
      if (this.#timer !== null) clearTimeout(this.#timer)
      await this.store.close()
      this.#operations.checkpoint$.complete()
      this.#operations.quarantine.alarm$.complete()
    }
  }

  /**
   * Takes an event back, for good: the state becomes, bit for bit, that of a run which never saw it. The nearest
   * checkpoint before it is restored and the log done again without it; takes as long as learning what came after.
   * What it is called is what `id` gives, else the number of its operation. Resolves with the number of events taken
   * back, when that is durable.
   * @throws StoreError (E_GAP) when the log does not reach from a checkpoint before it to now, or was off for a while
   * and has nothing of it; (E_IO) when it cannot be written down; ValueError for what no event is called. Then nothing
   * has changed.
   */
  async forget(id: string | number): Promise<number> {
    let found: readonly number[] = []
    checkName(id)
    this.#turns.checkFree('forget')
    let written: Promise<void> = Promise.resolve()
    this.#turns.run(() => {
      const operations = this.#operations
      operations.checkOpen()
      if (!operations.hasLog) {
        throw gap('without a log there is nothing to learn again from', 'Give log: true from the start.')
      }
      if (!operations.flushLog()) throw gap('the log cannot be written', 'Try again later.')
      found = this.numbersOf(id)
      if (found.length === 0) {
        const logged = loggedOf(this.store, id, { id: this.#options.id, sequence: this.sequence })
        if (logged !== null) throw untold(id, logged, this.sequence)
        return
      }
      checkReach(this.store, found[0]!, this.sequence)
      const before = this.learner.snapshot()
      try {
        operations.replayWithout(found)
        written = this.store.takeBack(found)
        operations.without = [...operations.without, ...found].sort((a, b) => a - b)
      } catch (error) {
        this.learner.restore(before as never)
        throw error
      }
      operations.commit()
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
      const { feeder, hasLog } = this.#operations
      this.#operations.flushLog()
      const before = make === undefined ? this.learner.snapshot() : null
      const model = make?.() ?? this.learner
      try {
        const isThere = make !== undefined || this.store.newest((found) => found.sequence <= sequence) !== null
        if (!isThere) throw nothingBefore(sequence + 1)
        const own = make === undefined ? feeder : new Feeder(model, delayed)
        const reached = recover(this.store, model, own, { until: sequence })
        if (reached.sequence !== sequence) throw outOfReach(reached.sequence, hasLog)
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
      const operations = this.#operations
      operations.flushLog()
      for (const row of this.rejected) {
        if (row.kind !== 'event' && row.kind !== 'retry') continue
        const event = eventOf(row) ?? (operations.hasLog ? eventAt(this.store, row.sequence) : undefined)
        const fixed = event === undefined ? undefined : fix(event as EventOf<M>, row)
        if (fixed === undefined) continue
        checkMended(fixed)
        const { rejection } = operations.apply('retry', { of: row.sequence, event: fixed }, false)
        if (rejection === null) learned++
      }
      if (learned > 0) operations.commit()
    })
    if (learned > 0) await this.flush()
    return learned
  }

  /** Numbers of the operations whose event is called so, as far as the log has them. */
  numbersOf(id: string | number): readonly number[] {
    const { sequence, without, retried, quarantine: { rows: rejected } } = this.#operations
    return numbersOf(this.store, id, { id: this.#options.id, sequence, without, retried, rejected })
  }

  #operator<T, R>(kind: OperationKind): OperatorFunction<T, R> {
    return inTurns(this.#turns, (value: T) => this.#operations.apply(kind, value).result as R | null)
  }

  /** Without a new event nothing would be written again. */
  #retryLater(): void {
    if (this.#timer !== null || this.#operations.isClosed) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (!this.#operations.isClosed && this.#operations.isBehind) this.checkpoint()
    }, this.#options.retryAfter ?? 1000)
    ;(this.#timer as { unref?: () => void }).unref?.()
  }
}
