import { EventError, GraphError, RejectedError, type Rejection } from '@eddy/graph'
import { EddyError, ValueError } from '@eddy/tensor'
import {
  concat, filter, ignoreElements, map, Observable, type OperatorFunction, Subject, type Subscriber, type Subscription,
  tap,
} from 'rxjs'
import { DelayedLabels, refusalOf } from '../delayed/delayed-labels.ts'
import type {
  DelayedLabelOptions, EnvelopeOptions, LabelCounters, LabelReport, RequestOptions,
} from '../delayed/delayed-options.ts'
import { LearnedLater, type PredictedWithKey } from '../delayed/learned-later.ts'
import type { Claim } from '../delayed/pending-labels.ts'
import { checkState } from '../check-state.ts'
import { metricsOf } from '../judges.ts'
import type { Query } from '../learner.ts'
import type { LearnerCounters, LearnerState } from '../learner-state.ts'
import type { Probabilities } from '../metrics/probabilities.ts'
import type { Judge, Report } from '../prequential.ts'
import { Learned, type Predicted } from '../results.ts'
import { fieldOf, type Label } from '../target.ts'
import type { Task } from '../task.ts'
import { asRecord } from '../with-features.ts'
import { type Asked, type Core, type CoreState, type Expert, isRejection, type Outcome } from './auto-core.ts'
import type { AutoMetric, AutoOptions, AutoPrediction } from './auto-options.ts'
import type { AutoNodes } from './branches.ts'
import { checkAsked } from './check-asked.ts'
import { checkOptions, taskOfLabel } from './check-options.ts'
import { ClassCore } from './class-core.ts'
import { NumberCore } from './number-core.ts'
import type { Saved } from './saved.ts'

const queueMax = 65_536

/** A prediction that waits for its label; plain data, the label may come at any time. Made by `AutoModel#request`. */
export interface AutoRequest<E, P> extends Predicted<E, P> {
  /** What the experts said and saw, so that they are judged by it. */
  readonly asked: Asked
}

/** Everything an automatic model has built up: an immutable tree. */
export interface AutoState extends LearnerState {
  /** null before the first label, when the task was not given. */
  readonly task: Task | null
  /** What experts outside the graph, the encoder and the weights have built up. */
  readonly experts: Saved
}

/**
 * A model that learns from any stream of records without being configured. Made by `autoModel`, which says how.
 *
 * Its surface is that of `Learner`. An event that cannot be used changes nothing and is reported by `rejected$`: bits
 * of parameters, statistics, names, weights and metrics are as if it had never come.
 */
export class AutoModel<E = object, T extends Task = Task, C extends Label = Label> {
  /** Events that were not learned, or not predicted, and why. */
  readonly rejected$: Observable<Rejection<Query<E>>>
  /** The state now, then after every learned event. Nothing is copied while nobody subscribes. */
  readonly state$: Observable<AutoState>
  /** How every label that came later ended, and every prediction that got none. */
  readonly labels$: Observable<LabelReport<Query<E>, AutoPrediction<T, C>>>
  readonly #options: AutoOptions<E, T, C>
  readonly #rejections = new Subject<Rejection<Query<E>>>()
  readonly #states = new Subject<AutoState>()
  readonly #labelOf: (event: E) => unknown
  readonly #delayed = new DelayedLabels<Query<E>, Asked>()
  readonly #report = (): Report<AutoMetric<T>> => this.metrics
  #task: Task | null
  /** That of the state gone over to. */
  #seed: number
  #core: Core | null = null
  #metrics: Judge<Probabilities, string> | null = null
  #waiting: (() => void)[] = []
  #isLearning = false
  #watchers = 0
  #learned = 0
  #predicted = 0
  #refused = 0

  /** @internal */
  constructor(options: AutoOptions<E, T, C>) {
    checkOptions(asRecord('autoModel', options))
    this.#options = options
    const { target, seed = 0 } = options
    this.#seed = seed
    this.#labelOf = typeof target === 'function' ? target : (event) => fieldOf(event, target)
    this.#task = options.task ?? null
    this.rejected$ = this.#rejections.asObservable()
    this.labels$ = this.#delayed.labels$.pipe(map((report) => (
      { ...report, prediction: (report.prediction?.prediction ?? null) as AutoPrediction<T, C> | null }
    )))
    this.state$ = new Observable((subscriber) => {
      subscriber.next(this.snapshot())
      this.#watchers++
      const subscription = this.#states.subscribe(subscriber)
      return () => {
        this.#watchers--
        subscription.unsubscribe()
      }
    })
    if (this.#task !== null) this.#start(this.#task)
  }

  /** The task; null while it has to be seen from the first label. */
  get task(): Task | null {
    return this.#task
  }

  /** The experts, what each of them contributes, and how good it is; empty before the task is known. */
  get experts(): readonly Expert[] {
    return this.#core?.experts ?? []
  }

  /**
   * The graph of the experts that learn by gradients, to be tapped, and to be looked into: `describe(model)`,
   * `toMermaid(model)`, `weightNorms(model)`, `model.nodes.experts.network.subscribe(...)`. It is another one after
   * `restore`, and when classes come that found no room (with the 5th, the 9th, ...): taps of the old one complete.
   * @throws GraphError before the task is known.
   */
  get nodes(): AutoNodes {
    if (this.#core !== null) return this.#core.nodes
    throw new GraphError('has no graph before the task is known', 'autoModel', 'Learn an event first, or give task')
  }

  /** The classes met so far, in the order of their probabilities; none for a regression. */
  get classes(): readonly C[] {
    return (this.#core instanceof ClassCore ? this.#core.classes : []) as readonly C[]
  }

  /**
   * Predict, then learn: an RxJS operator that emits one result for each learned event, in order of arrival. An event
   * that arrives from inside a result waits its turn; one that is rejected emits nothing here, see `rejected$`.
   * @example
   * events$.pipe(model.train()).subscribe(({ prediction, metrics }) => console.log(prediction, metrics.mae))
   */
  train<Event extends E>(): OperatorFunction<Event, Learned<Event, AutoPrediction<T, C>, AutoMetric<T>>> {
    return (source) => new Observable((subscriber) => (
      this.#feed(source, subscriber, (event) => () => this.#learn(event))
    ))
  }

  /**
   * Learns from labels that come later than the events, as `Learner#learn` does: it finds the prediction that
   * `predict({ key })` has kept, learns its event with the label, judges each expert by what it said then, and scores
   * the prediction that was made then, each once.
   *
   * Labels that are late, unknown, repeated, revised or of no use throw nothing: see `labels$`, `labelCounters`. What
   * waits is bounded by `capacity`, and part of the state.
   * @throws ValueError for options out of range; GraphError when another live stream of labels has other rules.
   * @example
   * const model = autoModel({ target: 'y', task: 'regression' })
   * requests$.pipe(model.predict({ key: 'id' })).subscribe(({ key, prediction }) => console.log(key, prediction))
   * labels$.pipe(model.learn({ key: 'id', label: 'y', capacity: 10_000 })).subscribe()
   */
  learn<L>(
    options: DelayedLabelOptions<L>,
  ): OperatorFunction<L, LearnedLater<Query<E>, AutoPrediction<T, C>, AutoMetric<T>>> {
    const claimOf = this.#delayed.labels(options)
    return (source) => new Observable((subscriber) => {
      subscriber.add(this.#delayed.attend(options.clock, (error) => subscriber.error(error)))
      return this.#feed(source, subscriber, (label) => {
        const claim = claimOf(label)
        return claim === null ? null : () => this.#learnLater(claim)
      })
    })
  }

  /**
   * An RxJS operator that predicts with what has been learned so far; changes nothing, needs no target. An event that
   * cannot be used emits nothing; see `rejected$`.
   */
  predict<Event extends Query<E>>(): OperatorFunction<Event, Predicted<Event, AutoPrediction<T, C>>>
  /**
   * With a key, the event and what was predicted are kept until `learn` gets the label; do not change the event
   * meanwhile. The task has to be known: give it when labels come later.
   */
  predict<R, Q extends Query<E>>(
    options: EnvelopeOptions<R, Q>,
  ): OperatorFunction<R, PredictedWithKey<Q, AutoPrediction<T, C>>>
  predict<Event extends Query<E>>(
    options: RequestOptions<Event>,
  ): OperatorFunction<Event, PredictedWithKey<Event, AutoPrediction<T, C>>>
  predict<R>(
    options?: RequestOptions<R> | EnvelopeOptions<R, Query<E>>,
  ): OperatorFunction<R, Predicted<Query<E>, AutoPrediction<T, C>>> {
    const predicted = options === undefined
      ? (event: R) => this.#predictNow(event as Query<E>) : this.#predictorWithKey(options)
    return (source) => source.pipe(map(predicted), filter((answer) => answer !== null))
  }

  #predictNow(event: Query<E>): Predicted<Query<E>, AutoPrediction<T, C>> | null {
    const prediction = this.#evaluate(event)
    if (!isRejection(prediction)) return { event, prediction: prediction as AutoPrediction<T, C> }
    this.#reject(prediction)
    return null
  }

  #predictorWithKey<R>(
    options: RequestOptions<R> | EnvelopeOptions<R, Query<E>>,
  ): (request: R) => PredictedWithKey<Query<E>, AutoPrediction<T, C>> | null {
    const read = this.#delayed.requests(options)
    return (request) => {
      try {
        const { key, event, keep } = read(request)
        const asked = this.#evaluate(event, (core) => core.ask(event))
        if (!isRejection(asked)) {
          keep(asked as Asked, null, this.#metrics!.guesses?.() ?? null)
          return { key, event, prediction: (asked as Asked).prediction as AutoPrediction<T, C> }
        }
        this.#reject(asked)
      } catch (error) {
        if (!(error instanceof EventError)) throw error
        this.#reject(refusalOf(error, request))
      }
      return null
    }
  }

  /**
   * Learns one event and returns what was predicted before. With the request of that event, when its label has come
   * later: then the prediction of then is judged, and experts learn from what they saw then.
   * @throws RejectedError when the event cannot be used; nothing has changed.
   * @throws GraphError when called from inside a result.
   */
  learnOne<Event extends E>(
    event: Event, request?: AutoRequest<unknown, AutoPrediction<T, C>>,
  ): Learned<Event, AutoPrediction<T, C>, AutoMetric<T>> {
    if (this.#isLearning) {
      throw new GraphError(
        'called while another event is being learned', 'learnOne', 'Use stream.pipe(model.train()) there',
      )
    }
    let answer!: Learned<Event, AutoPrediction<T, C>, AutoMetric<T>> | Rejection
    this.#inTurn(() => void (answer = this.#learn(event, request?.asked)))
    if (!isRejection(answer)) return answer
    this.#reject(answer)
    throw new RejectedError(answer)
  }

  /** The prediction for one event; changes nothing. @throws RejectedError when the event cannot be used. */
  predictOne(event: Query<E>): AutoPrediction<T, C> {
    const prediction = this.#evaluate(event)
    if (!isRejection(prediction)) return prediction as AutoPrediction<T, C>
    this.#reject(prediction)
    throw new RejectedError(prediction)
  }

  /**
   * The prediction for one event whose label comes later, to be handed to `learnOne` with it. Changes nothing.
   * @throws RejectedError when the event cannot be used.
   * @example
   * const request = model.request({ a: 1 })           // now
   * model.learnOne({ a: 1, y: 3 }, request)           // when y is known
   */
  request<Event extends Query<E>>(event: Event): AutoRequest<Event, AutoPrediction<T, C>> {
    const asked = this.#evaluate(event, (core) => core.ask(event))
    if (!isRejection(asked)) {
      return { event, prediction: (asked as Asked).prediction as AutoPrediction<T, C>, asked: asked as Asked }
    }
    this.#reject(asked)
    throw new RejectedError(asked)
  }

  /** The metrics so far, of the model and of the baselines. @throws GraphError before the task is known. */
  get metrics(): Report<AutoMetric<T>> {
    if (this.#metrics !== null) return this.#metrics.report() as unknown as Report<AutoMetric<T>>
    throw new GraphError('has no task yet, so there is nothing to measure', 'autoModel', 'Learn an event, or give task')
  }

  get counters(): LearnerCounters {
    const axis = this.#core?.axis
    return {
      learned: this.#learned, predicted: this.#predicted, rejected: this.#refused, skipped: 0, dropped: 0,
      names: axis?.count ?? 0, overflow: axis?.overflow ?? 0, hashed: this.#core?.hashed ?? 0,
      refusedClasses: this.#core?.refusedClasses ?? 0,
    }
  }

  /** One line: its task, how much it has seen. */
  toString(): string {
    const { learned, names } = this.counters
    return `autoModel: ${this.#task ?? 'no task yet'}, ${learned} learned, ${names} names`
  }

  /** What became of labels that came later, and of the predictions that waited for them. Part of the state. */
  get labelCounters(): LabelCounters {
    return this.#delayed.counters
  }

  /** The state now, immutable. */
  snapshot(): AutoState {
    const core = this.#core?.snapshot()
    const delayed = this.#delayed.state as AutoState['delayed']
    const empty = { step: 0, seed: this.#seed, parameters: {}, slots: {}, buffers: {}, schedule: null }
    return Object.freeze({
      task: this.#task, training: core?.training ?? empty, names: core?.names ?? [],
      metrics: this.#metrics?.state ?? { model: {}, baselines: {} }, experts: core?.experts ?? null,
      ...(delayed === undefined ? {} : { delayed }),
    })
  }

  /**
   * Goes back, or over, to a state; what follows has the same bits as after the snapshot. Inside a result it takes
   * effect when the event in flight has ended.
   * @throws GraphError or ValueError when the state belongs to another model; nothing has changed.
   */
  restore(state: AutoState): void {
    checkState('AutoModel.restore', state, 'task?', 'training', 'names', 'metrics', 'experts?')
    const { task, training, names, metrics, experts, delayed } = state
    const given = this.#options.task
    if (given !== undefined && task !== given) {
      throw new GraphError(`the state is one of ${task}, this model is for ${given}`, 'restore', 'Give the same task')
    }
    this.#delayed.check(delayed)
    checkAsked(delayed, task)
    const core = task === null ? null : this.#makeCore(task, training.seed)
    const judge = task === null ? null : judgeOf(task)
    judge?.check(metrics)
    if (core !== null) restoreCore(core, { training, names, experts })
    judge?.restore(metrics)
    this.#inTurn(() => {
      this.#core?.close()
      this.#core = core
      this.#metrics = judge
      this.#task = task
      this.#seed = training.seed
      this.#delayed.restore(delayed)
      this.#publish()
    })
  }

  #start(task: Task): Core {
    this.#task = task
    this.#metrics = judgeOf(task)
    return (this.#core = this.#makeCore(task))
  }

  #makeCore(task: Task, seed = this.#seed): Core {
    const { features = null, target, classes, dtype = 'f32' } = this.#options
    const options = { features, target: typeof target === 'string' ? target : null, run: { dtype, seed } }
    return task === 'regression' ? new NumberCore(options) : new ClassCore(options, task === 'binary', classes)
  }

  #learn<Event extends E>(
    event: Event, asked?: Asked,
  ): Learned<Event, AutoPrediction<T, C>, AutoMetric<T>> | Rejection {
    try {
      const label = this.#labelOf(event)
      const core = this.#core
      const answer = core === null ? this.#learnFirst(event, label) : core.learn(event, label, asked)
      return isRejection(answer) ? { ...answer, event } : this.#committed(event, answer)
    } catch (error) {
      return this.#refusal(event, error)
    }
  }

  /** The first event decides the task, if it can be used. */
  #learnFirst(event: unknown, label: unknown): Outcome | Rejection {
    const task = taskOfLabel(label)
    const core = this.#makeCore(task)
    const answer = core.learn(event, label)
    if (isRejection(answer)) return answer
    this.#task = task
    this.#metrics = judgeOf(task)
    this.#core = core
    return answer
  }

  /** What was predicted when it was asked is what is scored, once. */
  #learnLater(
    claim: Claim<Query<E>, Asked>,
  ): LearnedLater<Query<E>, AutoPrediction<T, C>, AutoMetric<T>> | Rejection {
    const answer = this.#answerLater(claim)
    if (isRejection(answer)) {
      this.#delayed.rejected(claim, answer.reason)
      return answer
    }
    const isFirst = this.#delayed.isFirst(claim)
    this.#learned++
    if (isFirst) this.#metrics!.update(answer.judged, answer.label, claim.guesses ?? undefined)
    this.#delayed.learned(claim)
    this.#publish()
    const prediction = answer.prediction as AutoPrediction<T, C>
    return new LearnedLater({ ...claim, prediction }, !isFirst, answer.loss, this.#learned, this.#report)
  }

  #answerLater(claim: Claim<Query<E>, Asked>): Outcome | Rejection {
    const { event, label, prediction } = claim
    try {
      this.#delayed.begin(claim)
      const answer = this.#core!.learn(event, label, prediction)
      return isRejection(answer) ? { ...answer, event } : answer
    } catch (error) {
      return this.#refusal(event, error)
    }
  }

  /** Takes what `source` emits to be learned, each in its turn; `taskOf` may find nothing to do. */
  #feed<S, R>(
    source: Observable<S>, subscriber: Subscriber<R>, taskOf: (event: S) => (() => unknown) | null,
  ): Subscription {
    let open = 0
    let finish = (): void => {}
    const idle = new Observable<never>((end) => {
      finish = () => end.complete()
      if (open === 0) end.complete()
    })
    const push = (event: S): void => {
      const learn = taskOf(event)
      if (learn === null) return
      open++
      this.#inTurn(() => {
        const answer = learn()
        if (isRejection(answer)) this.#reject(answer)
        else subscriber.next(answer as R)
        if (--open === 0) finish()
      })
    }
    return concat(source.pipe(tap(push), ignoreElements()), idle).subscribe(subscriber)
  }

  #committed<Event extends E>(event: Event, outcome: Outcome): Learned<Event, AutoPrediction<T, C>, AutoMetric<T>> {
    this.#learned++
    this.#metrics!.update(outcome.judged, outcome.label)
    this.#publish()
    return new Learned(
      event, outcome.prediction as AutoPrediction<T, C>, outcome.loss, this.#learned, this.#report,
    )
  }

  #evaluate(event: Query<E>, ask = (core: Core): unknown => core.predict(event)): unknown {
    try {
      if (this.#core === null) {
        throw new GraphError('has no task yet', 'autoModel', 'Learn an event first, or give task')
      }
      const answer = ask(this.#core)
      if (isRejection(answer)) return { ...answer, event }
      this.#predicted++
      return answer
    } catch (error) {
      return this.#refusal(event, error)
    }
  }

  /** Why an event cannot be used. Only what the event, or a user's function, is to blame for is caught. */
  #refusal(event: unknown, error: unknown): Rejection {
    const reason = error instanceof Error ? error.message : String(error)
    const node = error instanceof EventError ? 'features or target' : 'autoModel'
    return { id: this.#learned + this.#refused + 1, event, reason, node, phase: 'input', cause: error }
  }

  #reject(rejection: Rejection): void {
    this.#refused++
    this.#rejections.next(rejection as Rejection<Query<E>>)
  }

  /** Does something now, or when the event in flight, and what waits already, is done. */
  #inTurn(action: () => void): void {
    if (this.#waiting.length >= queueMax) {
      throw new GraphError(`${queueMax} events wait already`, 'autoModel', 'Do not push events from inside results')
    }
    this.#waiting.push(action)
    if (this.#isLearning) return
    this.#isLearning = true
    try {
      for (let i = 0; i < this.#waiting.length; i++) this.#waiting[i]!()
    } finally {
      this.#waiting.length = 0
      this.#isLearning = false
    }
  }

  #publish(): void {
    if (this.#watchers > 0) this.#states.next(this.snapshot())
  }
}

/** @throws GraphError or ValueError, whatever is wrong with the state; the core is of no use then. */
function restoreCore(core: Core, state: CoreState): void {
  try {
    core.restore(state)
  } catch (error) {
    core.close()
    if (error instanceof EddyError) throw error
    throw new ValueError({
      what: 'this is no state of an automatic model', where: 'AutoModel.restore',
      got: error instanceof Error ? error.message : String(error), wanted: 'what snapshot() gave',
      hint: 'Restore only what snapshot() of such a model gave.',
    })
  }
}

function judgeOf(task: Task): Judge<Probabilities, string> {
  return metricsOf(task, 1) as Judge<Probabilities, string>
}
