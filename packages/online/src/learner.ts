import {
  type AnyNode, GraphError, minimize, RejectedError, type Rejection, Run, type RunOptions, type Training,
} from '@eddy/graph'
import type { Tensor } from '@eddy/tensor'
import {
  concat, filter, ignoreElements, map, Observable, type OperatorFunction, Subject, type Subscriber, type Subscription,
  tap,
} from 'rxjs'
import { Job } from './job.ts'
import { metricsOf } from './judges.ts'
import type { Tenancy } from './many/tenancy.ts'
import type { LearnerCounters, LearnerState } from './learner-state.ts'
import type { Probabilities } from './metrics/accuracy.ts'
import { NamedAxis } from './named-axis.ts'
import type { LearnerLoss, LearnerOptions } from './options.ts'
import { classPrediction, scoreOf } from './prediction.ts'
import type { Judge, Report } from './prequential.ts'
import { Learned, type Predicted } from './results.ts'
import type { Label } from './target.ts'
import type { Task } from './task.ts'
import { type LearnerNodes, wireGraph } from './wire-graph.ts'

/** Held while there is no event, so that none is kept alive. */
const nothing = undefined as never

/** What can be predicted for: an event whose label, and anything else, may be missing. */
export type Query<E> = object & Partial<E>

type Answer<E, P> =
  | { readonly rejection: null; readonly prediction: P }
  | { readonly rejection: Rejection<Query<E>>; readonly prediction: null }

/**
 * A model that learns from a stream of records, one event at a time, and predicts at any time with what it has learned.
 * Made by `learner`.
 *
 * An event that cannot be used changes nothing and is reported by `rejected$`: bits of parameters, statistics, names
 * and metrics are as if it had never come. Subscribing to anything changes no bit either.
 */
export class Learner<E, P, K extends string = string> {
  readonly task: Task
  readonly nodes: LearnerNodes
  /** Events that were not learned, or not predicted, and why. */
  readonly rejected$: Observable<Rejection<Query<E>>>
  /** The state now, then after every learned event. Nothing is copied while nobody subscribes. */
  readonly state$: Observable<LearnerState>
  readonly #options: LearnerOptions<E, LearnerLoss, Label, K>
  readonly #source = new Subject<Job<E, P, K>>()
  readonly #axis: NamedAxis
  readonly #training: Training
  readonly #run: Run
  readonly #metrics: Judge<Probabilities, K>
  readonly #outputs: readonly AnyNode[]
  readonly #rejections = new Subject<Rejection<Query<E>>>()
  readonly #query: Job<Query<E>, P, K>
  readonly #tenancy: Tenancy<E> | null
  readonly #report = (): Report<K> => this.#metrics.report()
  #watchers: readonly Subscriber<LearnerState>[] = []
  #owners: readonly Subscriber<Learned<E, P, K>>[] = []
  #subscription: Subscription | null = null
  #failure: unknown = null
  #isPushing = false
  #predicted = 0
  #refused = 0

  /** @internal */
  constructor(options: LearnerOptions<E, LearnerLoss, Label, K>, tenancy: Tenancy<E> | null = null) {
    const { features } = options
    this.#options = options
    this.#tenancy = tenancy
    this.#axis = new NamedAxis({
      base: features.base, namesMax: features.namesMax, pairs: Math.max(1, features.declared.length),
    })
    const { task, nodes } = wireGraph(options, this.#source, this.#axis, (job) => this.#begin(job))
    this.task = task
    this.nodes = nodes
    this.#training = nodes.loss.pipe(minimize(options.optimizer, runOptionsOf(options)))
    this.#run = Run.of(this.#source)
    this.#outputs = [nodes.prediction]
    this.#query = new Job<Query<E>, P, K>(nothing, false, null)
    const metrics = options.metrics?.() ?? metricsOf(task, nodes.prediction.shape.at(-1) ?? 1)
    this.#metrics = metrics as Judge<Probabilities, K>
    this.rejected$ = this.#rejections.asObservable()
    this.state$ = new Observable((subscriber) => this.#watch(subscriber))
    this.#training.rejected$.subscribe((rejection) => this.#rejected(rejection as Rejection<Job<E, P, K>>))
    tenancy?.moveIn({ run: this.#run, training: this.#training, axis: this.#axis, loss: nodes.loss })
  }

  /**
   * Predict, then learn: an RxJS operator that emits one result for each learned event.
   *
   * 1. Every event is given to the learner when it arrives; several streams may learn at once, in order of arrival.
   * 2. An event that is rejected emits nothing here; see `rejected$`.
   * 3. Completes when the source has completed and its last event has ended; an error of the source is passed on at
   *    once, and the learner goes on for others.
   * 4. Errors when the run ends: `onReject: 'stop'`, or the queue of events that arrive from inside a result overflows.
   * 5. Unsubscribing stops taking events; what was learned stays.
   *
   * @example
   * labelled$.pipe(trips.train()).subscribe(({ prediction, metrics }) => console.log(prediction, metrics.mae))
   */
  train<T extends E>(): OperatorFunction<T, Learned<T, P, K>> {
    return (source) => new Observable<Learned<T, P, K>>((subscriber) => {
      const owner = subscriber as unknown as Subscriber<Learned<E, P, K>>
      let open = 0
      let finish: (() => void) | null = null
      const ended = (): void => {
        if (--open === 0) finish?.()
      }
      const push = (event: T): void => {
        open++
        this.#push(new Job<E, P, K>(event, true, owner, ended))
      }
      // Events that a lens or a full queue swallows never end, so an idle run counts as well.
      const idle = new Observable<never>((waiting) => {
        finish = () => waiting.complete()
        const look = (): void => this.#run.atBorder(() => {
          if (open === 0 || this.#run.queued === 0) waiting.complete()
          else queueMicrotask(look)
        })
        look()
      })
      this.#owners = [...this.#owners, owner]
      subscriber.add(() => {
        this.#owners = this.#owners.filter((other) => other !== owner)
      })
      return concat(source.pipe(tap(push), ignoreElements()), idle).subscribe(subscriber)
    })
  }

  /**
   * An RxJS operator that predicts, with what has been learned so far; changes nothing, needs no target. Names that
   * were never learned from contribute nothing. An event that cannot be used emits nothing; see `rejected$`.
   *
   * @example
   * queries$.pipe(trips.predict()).subscribe(({ event, prediction }) => console.log(event, prediction))
   */
  predict<T extends Query<E>>(): OperatorFunction<T, Predicted<T, P>> {
    return (source) => source.pipe(
      map((event) => {
        const answer = this.#evaluate(event)
        if (answer.rejection === null) return { event, prediction: answer.prediction }
        this.#refuse(answer.rejection)
        return null
      }),
      filter((predicted) => predicted !== null),
    )
  }

  /**
   * Learns one event and returns what was predicted before: for programs without streams.
   * @throws RejectedError when the event cannot be used; nothing has changed.
   * @throws GraphError when called while another event is being learned, from a tap or a result.
   */
  learnOne<T extends E>(event: T): Learned<T, P, K> {
    if (this.#isPushing) throw busy('learnOne', 'called while another event is being learned')
    const job = new Job<E, P, K>(event, true, null)
    this.#push(job)
    if (job.result !== null) return job.result as Learned<T, P, K>
    if (job.rejection !== null) throw new RejectedError(job.rejection)
    if (this.#subscription === null) throw this.#failure
    throw busy('learnOne', 'returned before the event was learned: a lens held it back')
  }

  /**
   * The prediction for one event; changes nothing, needs no target.
   * @throws RejectedError when the event cannot be used.
   */
  predictOne(event: Query<E>): P {
    const answer = this.#evaluate(event)
    if (answer.rejection === null) return answer.prediction
    this.#refuse(answer.rejection)
    throw new RejectedError(answer.rejection)
  }

  /** The metrics so far, of the model and of the baselines, on the events that were learned. */
  get metrics(): Report<K> {
    return this.#report()
  }

  get counters(): LearnerCounters {
    const { committed, rejected, skipped } = this.#training.counters
    const { count, overflow } = this.#axis
    return {
      learned: committed, predicted: this.#predicted, rejected: rejected + this.#refused, skipped,
      dropped: this.#run.dropped, names: count, overflow,
    }
  }

  /** The state now, immutable: parameters, optimizer slots, statistics, names, metrics. */
  snapshot(): LearnerState {
    return Object.freeze({
      training: this.#training.snapshot(), names: this.#axis.names, metrics: this.#metrics.state,
    })
  }

  /**
   * Goes back, or over, to a state. What is learned and predicted from then on has the same bits as after the snapshot.
   * Inside a tap or a result it takes effect when the event in flight has ended.
   * @throws GraphError when the state belongs to another model; ValueError when its names or metrics are not such.
   */
  restore({ training, names, metrics }: LearnerState): void {
    this.#axis.check(names)
    this.#metrics.check(metrics)
    this.#run.atBorder(() => {
      this.#training.restore(training)
      this.#axis.restore(names)
      this.#metrics.restore(metrics)
      this.#publish()
    })
  }

  #push(job: Job<E, P, K>): void {
    if (this.#subscription === null) this.#join()
    const isOutermost = !this.#isPushing
    this.#isPushing = true
    try {
      this.#source.next(job)
    } finally {
      if (isOutermost) this.#isPushing = false
    }
  }

  /** Joins the run at the first event to learn; several streams share this one subscription. */
  #join(): void {
    const subscription = this.#training.subscribe({
      next: ({ step, loss, event }) => this.#committed(event as Job<E, P, K>, loss, step),
      error: (error) => this.#ended(error),
    })
    this.#subscription = subscription.closed ? null : subscription
  }

  #committed(job: Job<E, P, K>, loss: number, step: number): void {
    this.#axis.commit()
    this.#tenancy?.committed()
    const output = this.#run.read(this.#outputs[0]!)
    const prediction = this.#readingOf(output)
    this.#metrics.update(typeof prediction === 'number' ? prediction : prediction.probabilities, job.label)
    this.#publish()
    job.settle(new Learned(job.event, prediction as P, loss, step, this.#report))
  }

  /** Whether the event is the one that was read last. */
  #begin(job: Job<E, P, K>): boolean {
    if (job.learns) this.#forget()
    return this.#tenancy !== null && this.#tenancy.enter(job.event, job.learns)
  }

  /** Takes back the names, and the rows, of an event that was rejected or that a lens swallowed. */
  #forget(): void {
    if (this.#axis.rollback()) this.#run.storeOf([this.nodes.loss], this.#training.options).grow()
  }

  #readingOf(output: Tensor): number | ReturnType<typeof classPrediction> {
    const { loss, classes } = this.#options
    return this.task === 'multiclass' ? classPrediction(output, classes) : scoreOf(output, loss.link)
  }

  #rejected(rejection: Rejection<Job<E, P, K>>): void {
    const job = rejection.event
    const own = { ...rejection, event: job.event }
    if (rejection.phase !== 'observe') {
      this.#forget()
      this.#tenancy?.rejected()
      job.reject(own)
    }
    this.#rejections.next(own as Rejection<Query<E>>)
  }

  #evaluate(event: Query<E>): Answer<E, P> {
    this.#query.event = event
    const answer = this.#run.evaluate(this.#query, this.#outputs, this.#training.options)
    this.#query.event = nothing
    this.#tenancy?.visited()
    if (!Array.isArray(answer)) return { rejection: { ...(answer as Rejection), event }, prediction: null }
    this.#predicted++
    return { rejection: null, prediction: this.#readingOf(answer[0] as Tensor) as P }
  }

  #refuse(rejection: Rejection<Query<E>>): void {
    this.#refused++
    this.#rejections.next(rejection)
  }

  #ended(error: unknown): void {
    this.#subscription = null
    this.#failure = error
    for (const owner of this.#owners) owner.error(error)
  }

  #watch(subscriber: Subscriber<LearnerState>): () => void {
    subscriber.next(this.snapshot())
    this.#watchers = [...this.#watchers, subscriber]
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== subscriber)
    }
  }

  #publish(): void {
    if (this.#watchers.length === 0) return
    const state = this.snapshot()
    for (const watcher of this.#watchers) watcher.next(state)
  }
}

function runOptionsOf({ dtype, seed, fusion, onReject, queue, pick }: RunOptions): RunOptions {
  const given = { dtype, seed, fusion, onReject, queue, pick }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function busy(where: string, what: string): GraphError {
  return new GraphError(what, where, 'Use stream.pipe(learner.train()) there')
}
