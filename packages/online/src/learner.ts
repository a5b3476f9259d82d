import { type AnyNode, minimize, RejectedError, type Rejection, Run, type Training } from '@eddy/graph'
import type { Tensor } from '@eddy/tensor'
import { Observable, type OperatorFunction, Subject, type Subscriber, type Subscription } from 'rxjs'
import type {
  EnvelopeOptions, LabelCounters, DelayedLabelOptions, LabelReport, RequestOptions,
} from './delayed/delayed-options.ts'
import { DelayedLabels } from './delayed/delayed-labels.ts'
import { LearnedLater, type PredictedWithKey } from './delayed/learned-later.ts'
import type { Claim } from './delayed/pending-labels.ts'
import { checkLearner } from './check-learner.ts'
import { ClassAxis } from './class-axis.ts'
import { restoreMemories } from './feature-memories.ts'
import type { FeatureReader } from './feature-reader.ts'
import { feed } from './feed.ts'
import { busy, heldBack, Job, jobsOf, linkJobs, type Outcome } from './job.ts'
import { LiveState, restOf, type RestOfState } from './live-state.ts'
import { LiveTraining } from './live-training.ts'
import { judgeFrom } from './judges.ts'
import { checkShared } from './many/check-shared.ts'
import type { Tenancy } from './many/tenancy.ts'
import type { LearnerCounters, LearnerState } from './learner-state.ts'
import type { Probabilities } from './metrics/accuracy.ts'
import { NamedAxis } from './named-axis.ts'
import { type LearnerFacts, type LearnerLoss, type LearnerOptions, listOf, runOptionsOf } from './options.ts'
import { classPrediction, openClassPrediction, type Reading, scoreOf } from './prediction.ts'
import { type Answer, predicting } from './predicting.ts'
import type { Judge, Report } from './prequential.ts'
import type { Remembered } from './replay/remembered.ts'
import { ReplayQueue } from './replay/replay-queue.ts'
import { Learned, type Predicted } from './results.ts'
import { StateWatchers } from './state-watchers.ts'
import type { Label } from './target.ts'
import type { Task } from './task.ts'
import { hasRoom, isPlain } from './together.ts'
import { type LearnerNodes, wireGraph } from './wire-graph.ts'
import { withFeatures } from './with-features.ts'

/** Held while there is no event, so that none is kept alive. */
const nothing = undefined as never

/** What can be predicted for: an event whose label, and anything else, may be missing. */
export type Query<E> = object & Partial<E>

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
  /** For tools that write the model down for others. */
  readonly facts: LearnerFacts
  readonly #rejections = new Subject<Rejection<Query<E>>>()
  readonly #watchers = new StateWatchers(() => this.snapshot())
  readonly #delayed = new DelayedLabels<Query<E>, P>()
  /** Events that were not learned, or not predicted, and why. */
  readonly rejected$: Observable<Rejection<Query<E>>> = this.#rejections.asObservable()
  /** The state now, then after every learned event. Nothing is copied while nobody subscribes. */
  readonly state$: Observable<LearnerState> = this.#watchers.state$
  /** How every label that came later ended, and every prediction that got none. */
  readonly labels$: Observable<LabelReport<Query<E>, P>> = this.#delayed.labels$
  readonly #options: LearnerOptions<E, LearnerLoss, Label, K>
  readonly #axis: NamedAxis
  readonly #reader: FeatureReader
  readonly #readsTwice: boolean
  /** The classes, when they are open. */
  readonly #classes: ClassAxis | null
  readonly #training: Training
  readonly #live: LiveTraining
  readonly #peeked = new LiveState()
  readonly #run: Run
  readonly #metrics: Judge<Probabilities, K>
  readonly #outputs: readonly AnyNode[]
  readonly #query: Job<Query<E>, P, K>
  readonly #tenancy: Tenancy<E> | null
  readonly #replay: ReplayQueue | null
  readonly #replayNext = (): void => this.#replay?.pump(this.#run.queued, (item) => (
    this.#push(new Job<E, P, K>(nothing, true, null, undefined, null, item))
  ))
  readonly #report = (): Report<K> => this.#metrics.report()
  /** Whether an event is read, and learned, in the same way before and after those that stand next to it. */
  readonly #isPlain: boolean
  #owners: readonly Subscriber<Learned<E, P, K>>[] = []
  #subscription: Subscription | null = null
  #failure: unknown = null
  #isPushing = false
  #hasNamedParameters: boolean | null = null
  /** The event of a burst that was read last; undefined: there is no burst. */
  #latest: Job<E, P, K> | null | undefined = undefined
  #predicted = 0
  #refused = 0

  /** @internal */
  constructor(options: LearnerOptions<E, LearnerLoss, Label, K>, tenancy: Tenancy<E> | null = null) {
    const { features, loss, optimizer, classes } = withFeatures('learner', options)
    if (tenancy !== null) checkShared(options)
    this.#options = options
    this.#tenancy = tenancy
    this.#axis = new NamedAxis({
      base: features.base, namesMax: features.namesMax, pairs: Math.max(1, features.declared.length),
    })
    this.#classes = options.classes === 'open' ? new ClassAxis(options.classesMax) : null
    // Only what the graph is wired to: `#push` hands events to its run, which hears none while it is not connected.
    const source = new Subject<Job<E, P, K>>()
    const { task, nodes, reader } = wireGraph(options, source, {
      names: this.#axis, classes: this.#classes, begin: (job) => this.#begin(job),
      grown: () => void this.#store.layoutVersion++, shares: tenancy !== null,
    })
    this.task = task
    this.#reader = reader
    this.#readsTwice = reader.readsTwice
    this.nodes = nodes
    this.facts = Object.freeze({ features, loss, optimizer, classes, labelScale: () => reader.scale })
    this.#outputs = [nodes.prediction]
    this.#training = nodes.loss.pipe(minimize(options.optimizer, { ...runOptionsOf(options), reads: this.#outputs }))
    this.#run = Run.of(source)
    this.#live = new LiveTraining(this.#training, this.#run)
    this.#replay = options.replay === undefined ? null : new ReplayQueue(options, task, nodes.loss)
    this.#query = new Job<Query<E>, P, K>(nothing, false, null)
    this.#isPlain = tenancy === null && isPlain(options, nodes.loss)
    this.#metrics = judgeFrom(options.metrics, task, this.#classes?.size ?? nodes.prediction.shape.at(-1) ?? 1)
    this.#training.rejected$.subscribe((rejection) => this.#rejected(rejection as Rejection<Job<E, P, K>>))
    tenancy?.moveIn({
      run: this.#run, training: this.#training, axis: this.#axis, loss: nodes.loss, reader, classes: this.#classes,
    })
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
    return (source) => new Observable((subscriber) => {
      this.#feed(source, subscriber, (event, owner, ended) => new Job<E, P, K>(event, true, owner, ended))
    })
  }

  /**
   * Learns from labels that come later than the events: an RxJS operator that emits one result for each label that was
   * learned. It finds the prediction that `predict({ key })` has kept, learns its event, as it was then, with the label
   * and the parameters of now, and scores the prediction that was made then, each once.
   *
   * 1. Labels that are late, unknown, repeated, revised or of no use throw nothing: see `labels$`, `labelCounters`.
   * 2. Each label is learned at most once. A rejected one changes nothing, and its prediction waits on.
   * 3. What waits is bounded by `capacity`, and part of the state.
   * 4. Order, completion, errors and unsubscribing are those of `train`; an error of `clock` is passed on.
   * @throws ValueError for options out of range; GraphError when another live stream of labels has other rules.
   *
   * @example
   * requests$.pipe(trips.predict({ key: (e) => e.id, time: (e) => e.askedAt })).subscribe(...)
   * labels$.pipe(trips.learn({
   *   key: (l) => l.id, label: (l) => l.delay, time: (l) => l.landedAt, within: minutes(30), capacity: 10_000,
   * })).subscribe(...)
   */
  learn<T>(options: DelayedLabelOptions<T>): OperatorFunction<T, LearnedLater<Query<E>, P, K>> {
    const claimOf = this.#delayed.labels(options)
    return (source) => new Observable((subscriber) => {
      subscriber.add(this.#delayed.attend(options.clock, (error) => subscriber.error(error)))
      this.#feed(source, subscriber, (label, owner, ended) => {
        const claim = claimOf(label)
        return claim === null ? null : new Job<E, P, K>(claim.event as E, true, owner, ended, claim)
      })
    })
  }

  /**
   * An RxJS operator that predicts, with what has been learned so far; changes nothing, needs no target. Names that
   * were never learned from contribute nothing. An event that cannot be used emits nothing; see `rejected$`.
   *
   * @example
   * queries$.pipe(trips.predict()).subscribe(({ event, prediction }) => console.log(event, prediction))
   */
  predict<T extends Query<E>>(): OperatorFunction<T, Predicted<T, P>>
  /**
   * With a key, the event and its prediction are kept until `learn` gets the label; do not change the event meanwhile.
   * @example requests$.pipe(trips.predict({ key: (e) => e.id })).subscribe(({ key, prediction }) => ...)
   */
  predict<T, Q extends Query<E>>(options: EnvelopeOptions<T, Q>): OperatorFunction<T, PredictedWithKey<Q, P>>
  predict<T extends Query<E>>(options: RequestOptions<T>): OperatorFunction<T, PredictedWithKey<T, P>>
  predict<T>(
    options?: RequestOptions<T> | EnvelopeOptions<T, Query<E>>,
  ): OperatorFunction<T, Predicted<Query<E>, P>> {
    if (options !== undefined) return this.#predictKept(options)
    return predicting<Query<E>, Query<E>, Predicted<Query<E>, P>>((event) => {
      const { rejection, prediction } = this.#evaluate(event)
      return rejection ?? { event, prediction }
    }, (rejection) => this.#refuse(rejection)) as OperatorFunction<unknown, Predicted<Query<E>, P>>
  }

  #predictKept<T>(
    options: RequestOptions<T> | EnvelopeOptions<T, Query<E>>,
  ): OperatorFunction<T, PredictedWithKey<Query<E>, P>> {
    const read = this.#delayed.requests(options)
    return predicting<T, Query<E>, PredictedWithKey<Query<E>, P>>((request) => {
      const { key, event, keep } = read(request)
      const { rejection, prediction } = this.#evaluate(event)
      if (rejection !== null) return rejection
      keep(prediction, this.#reader.recollect(event), this.#metrics.guesses?.() ?? null)
      return { key, event, prediction }
    }, (rejection) => this.#refuse(rejection))
  }

  /** Takes events of `source` to learn from, as jobs; see `train`. */
  #feed<T, R>(
    source: Observable<T>, subscriber: Subscriber<R>,
    jobOf: (event: T, owner: Subscriber<Learned<E, P, K>>, ended: () => void) => Job<E, P, K> | null,
  ): void {
    const owner = subscriber as unknown as Subscriber<Learned<E, P, K>>
    this.#owners = [...this.#owners, owner]
    subscriber.add(() => void (this.#owners = this.#owners.filter((other) => other !== owner)))
    feed(source, subscriber as Subscriber<unknown>, this.#run, {
      jobOf: (event: T, ended: () => void) => jobOf(event, owner, ended),
      push: (job) => this.#push(job),
    })
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
    throw this.#failure ?? heldBack('learnOne')
  }

  /**
   * Learns events that are there already: for each what `learnOne` returns, or why it is rejected; same bits, sooner.
   * @throws GraphError when called while another event is being learned; ValueError for no list; what ended the run.
   */
  learnMany<T extends E>(events: readonly T[]): readonly (Learned<T, P, K> | Rejection<T>)[] {
    if (this.#isPushing) throw busy('learnMany', 'called while another event is being learned')
    const jobs = jobsOf<E, P, K>(events)
    if (this.countTogether(events, 0, 1) > 0) this.#burst(jobs)
    else for (const job of jobs) this.#push(job)
    if (jobs.at(-1)?.hasEnded === false) throw this.#failure ?? heldBack('learnMany')
    return jobs.map(({ result, rejection }) => result ?? rejection) as (Learned<T, P, K> | Rejection<T>)[]
  }

  /** How many of these events `learnTogether` would take: those that `learnMany` learns sooner. @internal */
  countTogether(_: readonly E[], from: number, to: number): number {
    const isNamed = this.#isPlain && (this.#hasNamedParameters ??= this.#store.grows)
    return isNamed && !this.#watchers.areThere && hasRoom(this.#axis) ? to - from : 0
  }

  /** What became of those from the front that have ended. @internal */
  learnTogether(events: readonly E[]): readonly Outcome<Learned<E, P, K>>[] {
    if (this.#isPushing) throw busy('learnTogether', 'called while another event is being learned')
    const jobs = jobsOf<E, P, K>(events)
    this.#burst(jobs)
    return jobs.filter(({ hasEnded }) => hasEnded)
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
      learned: committed - (this.#replay?.learned ?? 0), predicted: this.#predicted, skipped,
      rejected: rejected - (this.#replay?.rejected ?? 0) + this.#refused,
      dropped: this.#run.dropped, names: count, overflow, hashed: this.#reader.hashed,
      refusedClasses: this.#classes?.refused ?? 0, ...this.#replay?.counters,
    }
  }

  /** One line: its loss, its task, how much it has seen. */
  toString(): string {
    const { learned, names } = this.counters
    return `learner of ${this.#options.loss.label}: ${this.task}, ${learned} learned, ${names} names`
  }

  /** What became of labels that came later, and of the predictions that waited for them. Part of the state. */
  get labelCounters(): LabelCounters {
    return this.#delayed.counters
  }

  /** The state now, immutable: parameters, optimizer slots, statistics, names, metrics. */
  snapshot(): LearnerState {
    const { state: metrics } = this.#metrics
    return Object.freeze({ training: this.#training.snapshot(), names: this.#axis.present, metrics, ...this.#rest })
  }

  /** The same, to be written down at once: tensors may be views of memory, good until the next event. @internal */
  peek(): LearnerState {
    const metrics = this.#metrics.peek?.() ?? this.#metrics.state
    return this.#peeked.of(this.#live.state, this.#axis.present, metrics, this.#rest)
  }

  get #rest(): RestOfState | null {
    return restOf(this.#reader, this.#classes, this.#delayed.state, this.#replay)
  }

  /**
   * Goes back, or over, to a state. What is learned and predicted from then on has the same bits as after the snapshot.
   * Inside a tap or a result it takes effect when the event in flight has ended.
   * @throws GraphError or ValueError when the state belongs to another model, or is none; nothing has changed.
   */
  restore(state: LearnerState): void {
    this.check(state)
    const { training, names, metrics, memories, classes, delayed, replay } = state
    this.#run.atBorder(() => {
      this.#training.restore(training)
      this.#axis.restore(names)
      restoreMemories(this.#reader, memories)
      if (this.#classes?.restore(classes!) === true) this.#store.layoutVersion++
      this.#metrics.restore(metrics)
      this.#delayed.restore(delayed)
      this.#replay?.restore(replay, this.#axis)
      this.#publish()
      this.#replayNext()
    })
  }

  /** What `restore` asks before anything is written. @internal */
  check(state: LearnerState): void {
    checkLearner({
      training: this.#training, axis: this.#axis, reader: this.#reader, metrics: this.#metrics, classes: this.#classes,
      delayed: this.#delayed, replay: this.#replay,
    }, state)
  }

  #push(job: Job<E, P, K>): void {
    if (this.#subscription === null) this.#join()
    const isOutermost = !this.#isPushing
    this.#isPushing = true
    try {
      if (this.#run.isConnected) this.#run.push(job)
    } finally {
      if (isOutermost) this.#isPushing = false
    }
  }

  #burst(jobs: readonly Job<E, P, K>[]): void {
    if (this.#subscription === null) this.#join()
    this.#isPushing = true
    this.#latest = null
    linkJobs(jobs)
    try {
      if (this.#subscription !== null) this.#training.burst(jobs)
    } finally {
      this.#isPushing = false
      this.#latest = undefined
    }
  }

  /** Joins the run at the first event to learn; several streams share this one subscription. */
  #join(): void {
    this.#failure = null
    const subscription = this.#training.subscribe({
      next: ({ step, loss, event }) => this.#committed(event as Job<E, P, K>, loss, step),
      error: (error) => this.#ended(error),
    })
    this.#subscription = subscription.closed ? null : subscription
  }

  #committed(job: Job<E, P, K>, loss: number, step: number): void {
    if (job.replayed !== null) return this.#replayed(job.replayed, 'learned')
    // Of a burst, the event that was read last may wait for a frame of its own, with its new names.
    if (this.#latest === undefined || job === this.#latest) this.#axis.commit()
    const reading = job.claim === null ? job.prior as Reading | null ?? this.#readingOf(job.scaleBefore) : null
    this.#classes?.commit()
    this.#reader.learned(job.label)
    this.#replay?.add(this.#reader.lastLearned, job.label)
    this.#replayNext()
    this.#tenancy?.committed()
    if (job.claim !== null) return this.#committedLater(job, job.claim, loss, step)
    this.#score(reading!, job.label)
    this.#publish()
    job.settle(new Learned(job.event, reading as P, loss, step, this.#report))
  }

  /** What was predicted when it was asked is what is scored, once. */
  #committedLater(job: Job<E, P, K>, claim: Claim<unknown, P>, loss: number, step: number): void {
    const isFirst = this.#delayed.isFirst(claim)
    if (isFirst) this.#score(claim.prediction as Reading, job.label, claim.guesses ?? undefined)
    this.#delayed.learned(claim)
    this.#publish()
    job.settle(new LearnedLater(claim as Claim<E, P>, !isFirst, loss, step, this.#report))
  }

  #replayed(item: Remembered, outcome: 'learned' | 'rejected'): void {
    this.#replay!.done(item, outcome)
    this.#replayNext()
    this.#publish()
  }

  #score(reading: Reading, label: number, guesses?: readonly unknown[]): void {
    this.#metrics.update(typeof reading === 'number' ? reading : reading.probabilities, label, guesses)
  }

  /** Whether the event is the one that was read last. */
  #begin(job: Job<E, P, K>): boolean {
    if (job.learns) {
      if (this.#latest !== undefined) this.#latest = job
      this.#forget()
      this.#delayed.begin(job.claim)
      if (job.replayed !== null) this.#replay!.begin(job.replayed)
      else if (this.#readsTwice && job.claim === null) job.prior = this.#ask(job.event as Query<E>).prediction
    }
    return this.#tenancy !== null && this.#tenancy.enter(job.event, job.learns)
  }

  /** Takes back the names, the rows and the class of an event that was rejected or that a lens swallowed. */
  #forget(): void {
    if (this.#axis.rollback()) this.#store.grow()
    if (this.#classes?.rollback() === true) this.#store.layoutVersion++
  }

  get #store(): ReturnType<Run['storeOf']> {
    return this.#run.storeOf([this.nodes.loss], this.#training.options)
  }

  /** Without an output: from that of the event just learned. `scale`: that of the labels before. */
  #readingOf(scale: Job<E, P, K>['scaleBefore'], output?: Tensor): Reading {
    const { loss, classes } = this.#options
    const node = this.#outputs[0]!
    if (this.#classes !== null) return openClassPrediction(output ?? this.#run.read(node), this.#classes.names)
    if (this.task === 'multiclass') return classPrediction(output ?? this.#run.read(node), listOf(classes))
    return scoreOf(output === undefined ? this.#run.readNumber(node) : output.data[0]!, loss.link, scale)
  }

  #rejected(rejection: Rejection<Job<E, P, K>>): void {
    const job = rejection.event
    if (job.replayed !== null) {
      if (rejection.phase !== 'observe') this.#replayed(job.replayed, 'rejected')
      return
    }
    const own = { ...rejection, event: job.event }
    if (rejection.phase !== 'observe') {
      this.#forget()
      this.#tenancy?.rejected()
      if (job.claim !== null) this.#delayed.rejected(job.claim, rejection.reason)
      job.reject(own)
    }
    this.#rejections.next(own as Rejection<Query<E>>)
  }

  #evaluate(event: Query<E>): Answer<Query<E>, P> {
    const answer = this.#ask(event)
    if (answer.rejection === null) this.#predicted++
    return answer
  }

  #ask(event: Query<E>): Answer<Query<E>, P> {
    this.#query.event = event
    const answer = this.#run.evaluate(this.#query, this.#outputs, this.#training.options)
    this.#query.event = nothing
    const prediction = Array.isArray(answer) ? this.#readingOf(this.#reader.scale, answer[0] as Tensor) as P : null
    this.#tenancy?.visited()
    if (prediction !== null) return { rejection: null, prediction }
    return { rejection: { ...(answer as Rejection), event }, prediction: null }
  }

  #refuse(rejection: Rejection<Query<E>>): void {
    this.#refused++
    this.#rejections.next(rejection)
  }

  #ended(error: unknown): void {
    this.#subscription = null
    this.#failure = error
    this.#delayed.releaseAll()
    for (const owner of this.#owners) owner.error(error)
  }

  #publish(): void {
    if (this.#replay?.next == null) this.#watchers.publish()
  }
}
