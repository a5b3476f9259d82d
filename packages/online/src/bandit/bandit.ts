import { EventError, RejectedError, type Rejection } from '@eddy/graph'
import { dense, squaredError } from '@eddy/nodes'
import { adagrad, checkNumber } from '@eddy/optim'
import { type Rng, rng, ValueError, zeros } from '@eddy/tensor'
import { Observable, type OperatorFunction, Subject } from 'rxjs'
import { checkFields } from '../delayed/check-fields.ts'
import { DelayedLabels } from '../delayed/delayed-labels.ts'
import type { LabelReport } from '../delayed/delayed-options.ts'
import type { Claim } from '../delayed/pending-labels.ts'
import type {
  BanditCounters, BanditOptions, BanditState, ChooseOptions, DecideOptions, Decided, Occasion, PastDecision,
  RewardByKey, RewardOptions,
} from './bandit-options.ts'
import { checkOptions } from '../known-options.ts'
import type { Key } from '../many/keyed-options.ts'
import { oneByOne } from '../one-by-one.ts'
import { asRecord } from '../with-features.ts'
import { checkBandit, checkReward } from './check-bandit.ts'
import { type Decision, isDecision, type LoggedDecision, type Offer } from './decision.ts'
import { GraphRewards } from './graph-rewards.ts'
import { choicesOf } from './offers.ts'
import { checkShares, drawn } from './policy.ts'
import { rejectedAt, type RewardModel, type Row } from './reward-model.ts'
import { RidgeRewards } from './ridge-rewards.ts'

/** A request whose decision can be kept. */
interface Keeper<A extends string> {
  readonly key: Key
  readonly keep: (decision: Decision<A>, recollection: null, guesses: null) => void
}

/**
 * Chooses among arms, learns from what the chosen one brought, and writes down how likely each choice was. Made by
 * `bandit`.
 *
 * A decision waits for its reward as a prediction waits for its label: by key, bounded in number and in time, and part
 * of the state. A reward teaches the model about the arm that was chosen, in the context as it was then.
 */
export class Bandit<A extends string, C extends object> {
  /** Every decision whose reward was learned, with its propensity: what `offPolicy` wants. */
  readonly decisions$: Observable<LoggedDecision<A, C>>
  /** How every reward ended, and every decision that got none. */
  readonly rewards$: Observable<LabelReport<Occasion<C>, Decision<A>>>
  /** Requests that no arm was chosen for, and rewards that could not be learned, and why. */
  readonly rejected$: Observable<Rejection>
  readonly #options: BanditOptions<A>
  readonly #model: RewardModel<BanditState['model']>
  readonly #delayed = new DelayedLabels<Occasion<C>, Decision<A>>()
  readonly #rules: { readonly within: number; readonly capacity: number }
  #seed: number
  #random: Rng
  readonly #logged = new Subject<LoggedDecision<A, C>>()
  readonly #rejections = new Subject<Rejection>()
  #decisions = 0
  #rewarded = 0
  #rewardSum = 0
  #refused = 0

  /** @internal */
  constructor(options: BanditOptions<A>) {
    checkBandit(asRecord('bandit', options))
    const { features, policy, interactions = true, seed = 0, within = Infinity, capacity = 10_000, noReward } = options
    this.#options = options
    this.#seed = seed
    this.#random = rng(seed, 'bandit')
    if (policy.ridge !== undefined) this.#model = new RidgeRewards(features, policy.ridge)
    else {
      const { loss = squaredError(), optimizer = adagrad({ learningRate: 0.2 }), model, dtype } = options
      const standardizeTarget = options.standardizeRewards === true
      this.#model = new GraphRewards(features, interactions, {
        model: model ?? ((m) => m.pipe(dense(1, { weight: zeros(), bias: zeros() }))), loss, optimizer, seed,
        standardizeTarget, ...(dtype === undefined ? {} : { dtype }),
      })
    }
    this.#rules = { within, capacity }
    this.#delayed.labels({ key: 'key', label: 'reward', ...this.#rules })
    this.decisions$ = this.#logged.asObservable()
    this.rewards$ = this.#delayed.labels$
    this.rejected$ = this.#rejections.asObservable()
    if (noReward !== undefined) this.#delayed.labels$.subscribe((report) => this.#silent(report, noReward))
  }

  /**
   * Chooses an arm for a context: scores all that are on offer, turns scores into probabilities, draws.
   * @throws RejectedError when the context, the offers, the key or the time cannot be used; nothing has changed.
   *
   * @example
   * const { arm, propensity, key } = shop.choose({ hour: 17, country: 'PT' })
   * shop.choose({ hour: 17 }, { key: 'visit 12', arms: ['news', { arm: 'offer', features: { discount: 0.2 } }] })
   */
  choose(context: C, options: ChooseOptions<A> = {}): Decision<A> {
    checkOptions('choose', options, ['key', 'arms', 'time'])
    const read = (occasion: Occasion<C>): Keeper<A> => this.#delayed.requests<object>({
      key: () => options.key ?? this.#decisions, event: () => occasion,
      ...(options.time === undefined ? {} : { time: () => options.time! }),
    })(options)
    return this.#refusing('choose', context, () => this.#decide(context, options.arms, read))
  }

  /**
   * Learns what a decision brought, which is found by its key. Returns the decision as it is logged; null when there is
   * nothing to learn: the key is unknown, its reward was learned before, or it came too late (see `rewards$`).
   * @throws RejectedError when the reward is no finite number, or cannot be learned: the decision waits on.
   * @example shop.learn({ key, reward: 1 })
   */
  learn(given: RewardByKey): LoggedDecision<A, C> | null {
    const options = { key: 'key', label: 'reward', ...(given?.time === undefined ? {} : { time: 'time' }) }
    const claim = this.#delayed.labels<RewardByKey>({ ...options, ...this.#rules })(given)
    return claim === null ? null : this.#refusing('learn', given, () => this.#learned(claim))
  }

  /**
   * Learns from a decision that somebody else made. It is not scored, not logged again, and no decision of this bandit.
   * @throws RejectedError when it cannot be used: nothing has changed.
   */
  learnLogged({ context, arm, features, reward, weight = 1 }: PastDecision<A, C>): void {
    checkNumber('learnLogged', 'weight', weight, { above: 0 }, 'Leave it out for 1.')
    this.#refusing('learn', context, () => {
      checkReward(reward, arm)
      const offer = features === undefined ? arm : { arm, features }
      this.#model.learn(context as Row, choicesOf([offer], this.#options.arms)[0]!, reward, weight)
    })
  }

  /**
   * An RxJS operator that chooses an arm for each request. One that cannot be used emits nothing; see `rejected$`.
   * @example visits$.pipe(shop.decide({ key: (visit) => visit.id })).subscribe(({ event, arm }) => ...)
   */
  decide<T extends object>(options: DecideOptions<T, A, C> = {}): OperatorFunction<T, Decided<T, A>> {
    checkFields('decide', options, { key: 'field?', context: 'function?', arms: 'function?', time: 'field?' })
    const { key = () => this.#decisions, context = (request: T) => request as unknown as C, arms, time } = options
    let occasion: Occasion<C> = { context: nothing as C, features: null }
    const read = this.#delayed.requests<T>({ key, event: () => occasion, ...(time === undefined ? {} : { time }) })
    return oneByOne((request) => this.#refusing('choose', request, () => {
      const [from, offers] = [reading('context', context, request), reading('arms', arms ?? none, request)]
      const decision = this.#decide(from, offers, (given) => {
        occasion = given
        return read(request)
      })
      return { event: request, ...decision }
    }))
  }

  /**
   * An RxJS operator that learns rewards, which may come late and in any order, and emits the decisions they were for.
   * One that finds no decision emits nothing; see `rewards$`. An error of `clock` is passed on.
   * @example clicks$.pipe(shop.reward({ key: 'visit', reward: () => 1 })).subscribe(({ arm, reward }) => ...)
   */
  reward<T>(options: RewardOptions<T>): OperatorFunction<T, LoggedDecision<A, C>> {
    checkFields('reward', options, { key: 'field', reward: 'field', time: 'field?', clock: 'any' })
    const { key, reward, time, clock } = options
    const claimOf = this.#delayed.labels<T>({
      key, label: reward, ...(time === undefined ? {} : { time }), ...this.#rules,
    })
    return (source) => new Observable((subscriber) => {
      subscriber.add(this.#delayed.attend(clock, (error) => subscriber.error(error)))
      source.pipe(oneByOne((event) => {
        const claim = claimOf(event)
        return claim === null ? null : this.#refusing('learn', event, () => this.#learned(claim))
      })).subscribe(subscriber)
    })
  }

  /** The mean of the rewards that were learned; NaN while there is none. */
  get meanReward(): number {
    return this.#rewardSum / this.#rewarded
  }

  get counters(): BanditCounters {
    const { names, overflow } = this.#model
    return { ...this.#delayed.counters, decisions: this.#decisions, refused: this.#refused, names, overflow }
  }

  /** One line: its policy, how much it has decided and learned. */
  toString(): string {
    const { name } = this.#options.policy
    return `bandit by ${name}: ${this.#decisions} decisions, ${this.#rewarded} rewarded, ${this.#model.names} names`
  }

  /** The state now, immutable: the model, the decisions that wait, and the place in the stream of draws. */
  snapshot(): BanditState {
    const delayed = this.#delayed.state as BanditState['delayed']
    return Object.freeze({
      model: this.#model.snapshot(), seed: this.#seed, decisions: this.#decisions, rewarded: this.#rewarded,
      rewardSum: this.#rewardSum, ...(delayed === undefined ? {} : { delayed }),
    })
  }

  /**
   * Goes back, or over, to a state: what is chosen and learned from then on is as after the snapshot, bit for bit.
   * @throws GraphError or ValueError when the state belongs to another bandit; nothing has changed.
   */
  restore(state: BanditState): void {
    const { model, seed = this.#seed, decisions, rewarded, rewardSum, delayed } = state ?? {}
    const areCounts = [decisions, rewarded].every((count) => Number.isSafeInteger(count) && count >= 0)
    if (typeof model !== 'object' || model === null || !areCounts || !Number.isFinite(rewardSum)) {
      throw new ValueError({
        what: 'this is no state of a bandit', where: 'Bandit.restore', got: state,
        wanted: '{ model, decisions, rewarded, rewardSum }', hint: 'Restore only what snapshot() gave.',
      })
    }
    const random = rng(seed, 'bandit')
    this.#delayed.check(delayed, isDecision)
    this.#model.restore(model)
    this.#delayed.restore(delayed as never)
    this.#seed = seed
    this.#random = random
    this.#decisions = decisions
    this.#rewarded = rewarded
    this.#rewardSum = rewardSum
  }

  #decide(
    context: C, offers: readonly Offer<A>[] | undefined, read: (occasion: Occasion<C>) => Keeper<A>,
  ): Decision<A> {
    const choices = choicesOf(offers, this.#options.arms)
    const arms = Object.freeze(choices.map(({ arm }) => arm))
    const { means, scores } = this.#model.estimate(context as Row, choices)
    const propensities = Object.freeze([...this.#options.policy.propensities(scores, this.#decisions)])
    checkShares(this.#options.policy.name, propensities, arms.length)
    const at = drawn(propensities, this.#random.uniform(this.#decisions))
    const { features } = choices[at]!
    const { key, keep } = read(Object.freeze({ context: Object.freeze({ ...context }), features }))
    const decision = Object.freeze({
      key, arm: arms[at]!, propensity: propensities[at]!, arms, scores: Object.freeze([...means]), propensities,
    })
    this.#decisions++
    keep(decision, null, null)
    return decision
  }

  #learned(claim: Claim<Occasion<C>, Decision<A>>): LoggedDecision<A, C> {
    const { event: { context, features }, prediction, label, key } = claim
    try {
      this.#delayed.begin(claim)
      checkReward(label, key)
      this.#model.learn(context as Row, { arm: prediction.arm, features }, label, 1)
    } catch (error) {
      this.#delayed.rejected(claim, reasonOf(error))
      throw error
    }
    return this.#settle(prediction, context, label, () => this.#delayed.learned(claim))
  }

  /** A decision that expired: silence was the answer. */
  #silent({ fate, event, prediction }: LabelReport<Occasion<C>, Decision<A>>, reward: number): void {
    if (fate !== 'expired' || event === null || prediction === null) return
    const { context, features } = event
    try {
      this.#refusing('learn', event, () => (
        this.#model.learn(context as Row, { arm: prediction.arm, features }, reward, 1)
      ))
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error
      return
    }
    this.#settle(prediction, context, reward, () => {})
  }

  #settle(decision: Decision<A>, context: C, reward: number, settled: () => void): LoggedDecision<A, C> {
    const logged = Object.freeze({ ...decision, context, reward })
    this.#rewarded++
    this.#rewardSum += reward
    settled()
    this.#logged.next(logged)
    return logged
  }

  /** Does it, or counts and reports why not, and throws that. Misuse passes. */
  #refusing<R>(node: string, event: unknown, work: () => R): R {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof RejectedError) && !(error instanceof EventError)) throw error
      const rejection = { ...rejectedAt(node, event, error).rejection, event }
      if (node === 'choose') this.#refused++
      this.#rejections.next(rejection)
      throw new RejectedError(rejection)
    }
  }
}

/** Held while there is no context. */
const nothing: unknown = undefined

/** All arms of the bandit are on offer. */
const none = (): undefined => undefined

/** What a function of the user finds in a request; what it throws is the request's fault. */
function reading<T, R>(what: string, read: (request: T) => R, request: T): R {
  try {
    return read(request)
  } catch (error) {
    throw new EventError(`a request whose ${what} could not be read`, `one with ${what}`, reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RejectedError) return error.rejection.reason
  return error instanceof Error ? error.message : String(error)
}
