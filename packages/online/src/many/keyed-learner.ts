import { GraphError, type Rejection } from '@eddy/graph'
import { ValueError } from '@eddy/tensor'
import { type Observable, type OperatorFunction, Subject } from 'rxjs'
import { judgeFrom } from '../judges.ts'
import { Learner, type Query } from '../learner.ts'
import type { LearnerLoss } from '../options.ts'
import type { Judge, Report } from '../prequential.ts'
import type { Learned, Predicted } from '../results.ts'
import type { Label } from '../target.ts'
import type { Task } from '../task.ts'
import type { LearnerNodes } from '../wire-graph.ts'
import { withFeatures } from '../with-features.ts'
import { JudgeByName } from './judge-by-name.ts'
import { type Evicted, type Key, type KeyedCounters, type KeyedLearnerOptions, keyReader } from './keyed-options.ts'
import { checkKeyed, type KeyedState, restoreKeyed, snapshotKeyed } from './keyed-state.ts'
import { Keys } from './keys.ts'
import { type ModelState, start, Tenants } from './tenants.ts'

/**
 * One model for each key, made when its first event has been learned, in one program. Made by `keyedLearner`.
 *
 * Law: the model of a key has the bits of a `learner` with the same options that is given this key's events alone. To
 * be evicted or deleted is to be forgotten: the next event of the key finds the initial values again.
 *
 * Metrics are those of all keys together, each prediction made before its label was used; open classes are counted by
 * their names there, a class that a key has not met having probability 0. Whatever else the model has
 * outside parameters and buffers (the operators in a `lens`) is shared by all keys.
 */
export class KeyedLearner<E, P, K extends string = string, Q extends Key = Key> {
  readonly task: Task
  /** The nodes of the one graph; taps see the events of all keys. */
  readonly nodes: LearnerNodes
  readonly capacity: number
  /** Events that were not learned, or not predicted, and why. */
  readonly rejected$: Observable<Rejection<Query<E>>>
  /** Models that had to make room, with their state, while somebody is subscribed; to be kept elsewhere. */
  readonly evicted$: Observable<Evicted<Q>>
  readonly #learner: Learner<E, P, K>
  readonly #keyOf: (event: E) => Q
  readonly #keys = new Keys<Q>()
  readonly #evictions = new Subject<Evicted<Q>>()
  /** What judges them all, when classes are open. */
  readonly #judge: JudgeByName<K> | null
  #tenants!: Tenants
  #key!: Q
  #evicted = 0

  /** @internal */
  constructor(options: KeyedLearnerOptions<E, LearnerLoss, Label, K, Q>) {
    const { capacity = 100_000, key } = withFeatures('keyedLearner', options)
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 31) {
      throw new ValueError({
        what: 'the number of models is out of range', where: 'keyedLearner', got: capacity,
        wanted: 'an integer from 1 to 2^31', hint: 'Leave capacity out for 100,000.',
      })
    }
    this.capacity = capacity
    this.#keyOf = keyReader(key)
    const judge = (): Judge<ArrayLike<number>, K> => judgeFrom(options.metrics, 'multiclass', 1)
    this.#judge = options.classes === 'open' ? new JudgeByName(judge()) : null
    const metrics = this.#judge === null ? {} : { metrics: () => this.#judge as never }
    this.#learner = new Learner<E, P, K>({ ...options, ...metrics }, {
      moveIn: (rooms) => void (this.#tenants = new Tenants(rooms)),
      enter: (event, learns) => this.#enter(event, learns),
      committed: () => this.#committed(),
      rejected: () => this.#tenants.close(),
      visited: () => this.#tenants.leave(),
    })
    this.task = this.#learner.task
    this.nodes = this.#learner.nodes
    this.rejected$ = this.#learner.rejected$
    this.evicted$ = this.#evictions.asObservable()
  }

  /**
   * Predict, then learn, each event with the model of its key: an RxJS operator, in every respect as `Learner#train`.
   *
   * @example
   * visits$.pipe(users.train()).subscribe(({ event, prediction, loss }) => console.log(event.user, prediction, loss))
   */
  train<T extends E>(): OperatorFunction<T, Learned<T, P, K>> {
    return this.#learner.train()
  }

  /**
   * An RxJS operator that predicts with the model of the event's key; changes nothing, not even which model is evicted
   * next. A key without a model is answered by the initial values.
   */
  predict<T extends Query<E>>(): OperatorFunction<T, Predicted<T, P>> {
    return this.#learner.predict()
  }

  /** Learns one event and returns what was predicted before. @throws as `Learner#learnOne`. */
  learnOne<T extends E>(event: T): Learned<T, P, K> {
    return this.#learner.learnOne(event)
  }

  /** The prediction for one event by the model of its key; changes nothing. @throws RejectedError for a bad event. */
  predictOne(event: Query<E>): P {
    return this.#learner.predictOne(event)
  }

  /** The metrics so far, over the events of all keys. */
  get metrics(): Report<K> {
    return this.#learner.metrics
  }

  get counters(): KeyedCounters {
    return {
      ...this.#learner.counters, names: this.#tenants.vocabulary.size, keys: this.#keys.size, evicted: this.#evicted,
    }
  }

  /** One line: its task, how much it has seen. */
  toString(): string {
    const { learned, keys, names } = this.counters
    return `keyedLearner: ${this.task}, ${learned} learned, ${keys} keys, ${names} names`
  }

  /** Bytes of all models, without the index of keys and what encoders remember. */
  get bytes(): number {
    return this.#tenants.bytes
  }

  /** Keys with a model, from the one that has not learned for longest to the last one. */
  *keys(): Generator<Q, void, void> {
    for (const [key] of this.#keys) yield key
  }

  has(key: Q): boolean {
    return this.#keys.get(key) !== undefined
  }

  /** The model of a key, immutable; null without one. With metrics added it is the state of a `learner`. */
  stateOf(key: Q): ModelState | null {
    const tenant = this.#keys.get(key)
    return tenant === undefined ? null : this.#tenants.stateOf(tenant)
  }

  /**
   * Gives a key a model: one that was evicted earlier, or that a `learner` has learned. It counts as learned just now.
   * Inside a tap or a result it takes effect when the event in flight has ended.
   * @throws GraphError or ValueError when the state belongs to another model.
   */
  put(key: Q, state: ModelState): void {
    this.#tenants.check(state)
    this.#atBorder(() => {
      this.#forget(key)
      this.#settle(key, this.#tenants.put(state))
    })
  }

  /** Forgets a key; whether there was a model. Inside a tap or a result: when the event in flight has ended. */
  delete(key: Q): boolean {
    const had = this.has(key)
    this.#atBorder(() => this.#forget(key))
    return had
  }

  /** All models and the metrics, immutable: one tensor for each parameter of all keys together. */
  snapshot(): KeyedState<Q> {
    return snapshotKeyed(this.#tenants, [...this.#keys], this.#learner.snapshot().metrics, this.#judge?.names ?? null)
  }

  /**
   * Goes back, or over, to a state: what is learned, predicted and evicted from then on is as after the snapshot.
   * Inside a tap or a result it takes effect when the event in flight has ended.
   * @throws GraphError or ValueError when the state belongs to another model, or has more keys than there is room for.
   */
  restore(state: KeyedState<Q>): void {
    checkKeyed(this.#tenants, state)
    if (state.keys.length > this.capacity) {
      throw new GraphError(
        `got ${state.keys.length} models, there is room for ${this.capacity}`, 'KeyedLearner.restore',
        'Make the learner with a larger capacity',
      )
    }
    this.#learner.check({ ...this.#tenants.stateOf(start), metrics: state.metrics })
    this.#atBorder(() => {
      this.#tenants.reseed(state.seed ?? this.#tenants.entryOf(start).seed)
      this.#learner.restore({ ...this.#tenants.stateOf(start), metrics: state.metrics })
      this.#judge?.number(state.classes!.all)
      for (const key of Array.from(this.keys())) this.#forget(key)
      for (const [key, tenant] of restoreKeyed(this.#tenants, state)) this.#keys.add(key, tenant)
    })
  }

  #enter(event: E, learns: boolean): boolean {
    const key = this.#keyOf(event)
    const tenant = this.#keys.get(key) ?? start
    if (learns) {
      this.#key = key
      this.#tenants.enter(tenant)
      this.#tenants.open()
    } else this.#tenants.visit(tenant)
    return false
  }

  #committed(): void {
    const isNew = this.#tenants.resident === start
    if (this.#judge !== null) this.#judge.classes = this.#tenants.rooms.classes!.names
    this.#tenants.committed()
    if (isNew) this.#settle(this.#key, this.#tenants.resident)
    else this.#keys.touch(this.#tenants.resident)
  }

  /** A key has got a model. */
  #settle(key: Q, tenant: number): void {
    this.#keys.add(key, tenant)
    if (this.#keys.size <= this.capacity) return
    const { oldest } = this.#keys
    const evicted = this.#evictions.observed ? { key: oldest, state: this.stateOf(oldest)! } : null
    this.#forget(oldest)
    this.#evicted++
    if (evicted !== null) this.#evictions.next(evicted)
  }

  #forget(key: Q): void {
    const tenant = this.#keys.get(key)
    if (tenant === undefined) return
    this.#keys.remove(key)
    this.#tenants.remove(tenant)
  }

  #atBorder(action: () => void): void {
    this.#tenants.rooms.run.atBorder(action)
  }
}
