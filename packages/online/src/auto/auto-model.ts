import { EventError, GraphError, RejectedError, type Rejection } from '@eddy/graph'
import { concat, filter, ignoreElements, map, Observable, type OperatorFunction, Subject, tap } from 'rxjs'
import { metricsOf } from '../judges.ts'
import type { Query } from '../learner.ts'
import type { LearnerCounters, LearnerState } from '../learner-state.ts'
import type { Probabilities } from '../metrics/probabilities.ts'
import type { Judge, Report } from '../prequential.ts'
import { Learned, type Predicted } from '../results.ts'
import { fieldOf, type Label } from '../target.ts'
import type { Task } from '../task.ts'
import { type Asked, type Core, type Expert, isRejection, type Outcome } from './auto-core.ts'
import type { AutoMetric, AutoOptions, AutoPrediction } from './auto-options.ts'
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
  readonly #options: AutoOptions<E, T, C>
  readonly #rejections = new Subject<Rejection<Query<E>>>()
  readonly #states = new Subject<AutoState>()
  readonly #labelOf: (event: E) => unknown
  #task: Task | null
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
    checkOptions(options)
    this.#options = options
    const { target } = options
    this.#labelOf = typeof target === 'function' ? target : (event) => fieldOf(event, target)
    this.#task = options.task ?? null
    this.rejected$ = this.#rejections.asObservable()
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
    return (source) => new Observable((subscriber) => {
      let open = 0
      const waits = { finish: (): void => {} }
      const idle = new Observable<never>((end) => {
        waits.finish = () => end.complete()
        if (open === 0) end.complete()
      })
      const push = (event: Event): void => {
        open++
        this.#inTurn(() => {
          const answer = this.#learn(event)
          if (isRejection(answer)) this.#reject(answer)
          else subscriber.next(answer as Learned<Event, AutoPrediction<T, C>, AutoMetric<T>>)
          if (--open === 0) waits.finish()
        })
      }
      return concat(source.pipe(tap(push), ignoreElements()), idle).subscribe(subscriber)
    })
  }

  /**
   * An RxJS operator that predicts with what has been learned so far; changes nothing, needs no target. An event that
   * cannot be used emits nothing; see `rejected$`.
   */
  predict<Event extends Query<E>>(): OperatorFunction<Event, Predicted<Event, AutoPrediction<T, C>>> {
    return (source) => source.pipe(
      map((event) => {
        const prediction = this.#evaluate(event)
        if (!isRejection(prediction)) return { event, prediction: prediction as AutoPrediction<T, C> }
        this.#reject(prediction)
        return null
      }),
      filter((predicted) => predicted !== null),
    )
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

  /** The state now, immutable. */
  snapshot(): AutoState {
    const core = this.#core?.snapshot()
    const empty = { step: 0, seed: this.#options.seed ?? 0, parameters: {}, slots: {}, buffers: {}, schedule: null }
    return Object.freeze({
      task: this.#task, training: core?.training ?? empty, names: core?.names ?? [],
      metrics: this.#metrics?.state ?? { model: {}, baselines: {} }, experts: core?.experts ?? null,
    })
  }

  /**
   * Goes back, or over, to a state; what follows has the same bits as after the snapshot. Inside a result it takes
   * effect when the event in flight has ended.
   * @throws GraphError or ValueError when the state belongs to another model; nothing has changed.
   */
  restore(state: AutoState): void {
    const { task, training, names, metrics, experts } = state
    const given = this.#options.task
    if (given !== undefined && task !== given) {
      throw new GraphError(`the state is one of ${task}, this model is for ${given}`, 'restore', 'Give the same task')
    }
    const core = task === null ? null : this.#makeCore(task)
    const judge = task === null ? null : judgeOf(task)
    judge?.check(metrics)
    core?.restore({ training, names, experts })
    judge?.restore(metrics)
    this.#inTurn(() => {
      this.#core?.close()
      this.#core = core
      this.#metrics = judge
      this.#task = task
      this.#publish()
    })
  }

  #start(task: Task): Core {
    this.#task = task
    this.#metrics = judgeOf(task)
    return (this.#core = this.#makeCore(task))
  }

  #makeCore(task: Task): Core {
    const { features = null, target, classes, dtype = 'f32', seed = 0 } = this.#options
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

  #committed<Event extends E>(event: Event, outcome: Outcome): Learned<Event, AutoPrediction<T, C>, AutoMetric<T>> {
    this.#learned++
    this.#metrics!.update(outcome.judged, outcome.label)
    this.#publish()
    return new Learned(
      event, outcome.prediction as AutoPrediction<T, C>, outcome.loss, this.#learned, () => this.metrics,
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

function judgeOf(task: Task): Judge<Probabilities, string> {
  return metricsOf(task, 1) as Judge<Probabilities, string>
}

/** @throws EventError when this is no label. */
function taskOfLabel(label: unknown): Task {
  if (typeof label === 'string') return 'multiclass'
  if (typeof label === 'boolean') return 'binary'
  if (typeof label === 'number') return 'regression'
  throw new EventError(
    `${label === null ? 'null' : typeof label} as the target`, 'a number, text or a boolean',
    'Filter out events without one',
  )
}

function checkOptions({ target, features, classes, task }: AutoOptions<never>): void {
  if (typeof target !== 'function' && typeof target !== 'string') {
    throw new GraphError(
      `got ${typeof target} as the target`, 'autoModel', "Name its field: autoModel({ target: 'price' })",
    )
  }
  if (typeof target === 'string' && features?.declared.some(([name]) => name === target) === true) {
    throw new GraphError(`the target ${target} is a feature, too`, 'autoModel', 'Remove it from features({ ... })')
  }
  if (typeof target === 'function' && features?.ignoresExplicitly !== true && features?.unknown !== 'ignore') {
    throw new GraphError(
      'every field becomes a feature, and the target is a function, so the label might be among them', 'autoModel',
      "Name the field of the label in features: features({}, { unknown: 'auto', ignore: ['label'] })",
    )
  }
  if (classes !== undefined && task === undefined) {
    throw new GraphError('classes were given without a task', 'autoModel', "Give task: 'binary' or 'multiclass', too")
  }
  if (task !== undefined && task !== 'regression' && task !== 'binary' && task !== 'multiclass') {
    throw new GraphError(`got ${String(task)} as the task`, 'autoModel', "Give 'regression', 'binary' or 'multiclass'")
  }
}
