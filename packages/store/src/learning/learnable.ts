import { RejectedError, type Rejection } from '@eddy/graph'
import type { DelayedLabelOptions, RequestOptions } from '@eddy/online'
import { ValueError } from '@eddy/tensor'
import { type Observable, type OperatorFunction, Subject } from 'rxjs'
import { StoreError } from '../errors.ts'
import type { Operation, OperationKind } from '../journal/operation.ts'

/**
 * What can be kept: `learner`, `autoModel`, `keyedLearner`, `ensemble`, `backgroundLearner`, `anomaly`, and whatever
 * looks so: `learnOne` has learned when it returns, and nothing when it throws; `snapshot` gives all that it goes by,
 * as numbers, text, records, lists, tensors and typed arrays, and `restore` goes over to it. A bandit chooses and
 * learns, so that an object says which of it an event asks for.
 *
 * @example
 * const shop = bandit({ features, arms: ['news', 'offer'], policy: squareCb() })
 * const kept = persist({
 *   learnOne: (e: Visit | Click) => (
 *     'hour' in e ? shop.choose(e, { key: e.visit }) : shop.learn({ key: e.visit, reward: e.paid })
 *   ),
 *   snapshot: () => shop.snapshot(), restore: (state: BanditState) => shop.restore(state),
 * }, store, { log: true })
 */
export interface Learnable {
  learnOne(event: never): unknown
  /** How many of these events `learnTogether` would take now, from one place on, up to another; 0: it gains nothing. */
  countTogether?(events: readonly never[], from: number, to: number): number
  /** Learns events that are there already, as `learnOne` would, but sooner: what became of each. */
  learnTogether?(events: readonly never[]): readonly Outcome[]
  snapshot(): unknown
  /** What `snapshot` would give, good until the next event only, for learners that have it cheaper so. */
  peek?(): unknown
  restore(state: never): void
}

export type EventOf<M extends Learnable> = Parameters<M['learnOne']>[0]
export type ResultOf<M extends Learnable> = ReturnType<M['learnOne']>
export type StateOf<M extends Learnable> = ReturnType<M['snapshot']>

/** What `predictOne` takes and gives, of learners that have it. */
export type QueryOf<M> = M extends { predictOne(event: infer Q): unknown } ? Q : never
export type PredictionOf<M> = M extends { predictOne(event: never): infer P } ? P : never

/** What can be asked. */
interface Predictor {
  predict(): OperatorFunction<never, unknown>
  predictOne(event: unknown): unknown
}

/** What can be asked. @throws ValueError when nothing can. */
export function predictorOf(learner: Learnable): Predictor {
  if ('predictOne' in learner && 'predict' in learner) return learner as unknown as Predictor
  throw new ValueError({
    what: 'this has no predictions', where: 'persist', got: learner, wanted: 'one with predict and predictOne',
    hint: 'Ask it itself, as learner of what persist gave, for what it has instead.',
  })
}

/** What a learner has beside that when labels may come later. */
interface WithDelayedLabels {
  readonly rejected$: Observable<Rejection>
  predict(options: RequestOptions<unknown>): OperatorFunction<unknown, unknown>
  learn(options: DelayedLabelOptions<unknown>): OperatorFunction<unknown, unknown>
}

/** How labels that come later are found; as in `learner.predict` and `learner.learn`. */
export interface DelayedRules {
  readonly requests: RequestOptions<never>
  readonly labels: Omit<DelayedLabelOptions<never>, 'clock'>
}

/** How one operation ended. */
export interface Outcome {
  /** What it gave; null when it gave nothing. */
  readonly result: unknown
  readonly rejection: Rejection | null
}

const nothing: Outcome = { result: null, rejection: null }

/** How many of these events a learner would take together; 0: each is to be learned by itself. */
export function countTogether(learner: Learnable, events: readonly unknown[], from: number, to: number): number {
  const count = to - from < 2 ? 0 : learner.countTogether?.(events as never[], from, to) ?? 0
  return count < 2 ? 0 : count
}

/** Does operations to a learner, one after the other, each to its end. */
export class Feeder {
  readonly #learner: Learnable
  readonly #inputs: Partial<Record<OperationKind, Subject<unknown>>> = {}
  #result: unknown = null
  #rejection: Rejection | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(learner: Learnable, delayed: DelayedRules | null) {
    this.#learner = learner
    if (delayed !== null) this.#listen(learner as unknown as WithDelayedLabels, delayed)
  }

  /** @throws whatever ends the learner. */
  apply(kind: OperationKind, value: unknown): Outcome {
    if (kind === 'event') return this.#learn(value)
    if (kind === 'retry') return this.#learn((value as { event: unknown }).event)
    if (kind === 'refused') return nothing
    this.check(kind)
    this.#result = null
    this.#rejection = null
    this.#inputs[kind]!.next(value)
    if (this.#failure !== null) throw this.#failure.error
    return { result: this.#result, rejection: this.#rejection }
  }

  /** Operations one after the other, events together where that is sooner: what became of each. @throws as `apply`. */
  applyAll(operations: readonly Operation[]): readonly Outcome[] {
    const outcomes: Outcome[] = []
    const events = operations.map(({ value }) => value)
    let other = 0
    while (outcomes.length < operations.length) {
      const from = outcomes.length
      for (other = Math.max(other, from); operations[other]?.kind === 'event';) other++
      const count = countTogether(this.#learner, events, from, other)
      if (count > 0) outcomes.push(...this.#learner.learnTogether!(events.slice(from, from + count) as never[]))
      if (outcomes.length > from) continue
      const { kind, value } = operations[from]!
      outcomes.push(this.apply(kind, value))
    }
    return outcomes
  }

  /**
   * To be asked before anything is logged, which must be done again whenever the log is opened.
   * @throws StoreError (E_STATE) for what has to do with labels that come later, where nothing was said of them.
   */
  check(kind: OperationKind): void {
    if (kind === 'event' || kind === 'retry' || kind === 'refused' || this.#inputs[kind] !== undefined) return
    throw new StoreError({
      code: 'E_STATE', what: `a ${kind} for labels that come later, of which nothing was said`, where: 'persist',
      hint: 'Give delayed: { requests, labels }.',
    })
  }

  #learn(event: unknown): Outcome {
    try {
      return { result: this.#learner.learnOne(event as never), rejection: null }
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error
      return { ...nothing, rejection: error.rejection }
    }
  }

  #listen(learner: WithDelayedLabels, { requests, labels }: DelayedRules): void {
    const clock = new Subject<number>()
    const [asked, told] = [new Subject<unknown>(), new Subject<unknown>()]
    const observer = {
      next: (result: unknown) => void (this.#result = result),
      error: (error: unknown) => void (this.#failure = { error }),
    }
    learner.rejected$.subscribe((rejection) => void (this.#rejection = rejection))
    asked.pipe(learner.predict(requests as RequestOptions<unknown>)).subscribe(observer)
    told.pipe(learner.learn({ ...labels, clock } as DelayedLabelOptions<unknown>)).subscribe(observer)
    Object.assign(this.#inputs, { request: asked, label: told, tick: clock })
  }
}
