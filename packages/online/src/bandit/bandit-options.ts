import type { Node, Optimizer } from '@eddy/graph'
import type { Loss } from '@eddy/nodes'
import type { DType, Shape } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import type { DelayedState, FieldOf, LabelCounters } from '../delayed/delayed-options.ts'
import type { Features } from '../features.ts'
import type { LearnerState } from '../learner-state.ts'
import type { Key, KeyOf } from '../many/keyed-options.ts'
import type { Decision, Offer } from './decision.ts'
import type { Policy } from './policy.ts'
import type { Row } from './reward-model.ts'
import type { RidgeState } from './ridge-rewards.ts'

/** A loss of one number: `squaredError()`, or `binaryCrossEntropyWithLogits()` for rewards from 0 to 1. */
export type RewardLoss = Loss<'mean'> | Loss<'sum'>

export interface BanditOptions<A extends string> {
  /** Which fields of a context, and of an arm on offer, are features. Encoders must not remember. */
  readonly features: Features
  /** How arms are chosen: `epsilonGreedy`, `squareCb`, `linUcb`. */
  readonly policy: Policy
  /** The arms, when they are always the same. Default: every decision says what is on offer. */
  readonly arms?: readonly A[]
  /** Of what arms there is one number each. Default: a linear one that starts at 0. Not with `linUcb`. */
  readonly model?: (features: Node<[number]>, outputs: number) => Node<Shape>
  /** Default `squaredError()`. Not with `linUcb`. */
  readonly loss?: RewardLoss
  /** Default `adagrad({ learningRate: 0.2 })`. Not with `linUcb`. */
  readonly optimizer?: Optimizer
  /**
   * Whether every number of the context has a slot for each arm besides the one for all: default true. A linear model
   * needs that to prefer different arms in different contexts; a network may do without. Not with `linUcb`.
   */
  readonly interactions?: boolean
  /**
   * Learns rewards of any unit and size, such as amounts of money: `standardizeTarget` of a learner. A decision's
   * `scores` and `meanReward` stay in the reward's own unit, the policy chooses by deviations. Default: false, for
   * rewards of a size of about 1. Not with `linUcb`.
   */
  readonly standardizeRewards?: boolean
  /** Of draws and initial values, default 0. */
  readonly seed?: number
  /** Of a graph, default 'f32'; `linUcb` always computes in f64. */
  readonly dtype?: DType
  /** How old a decision may be when its reward comes; then it expires. See `DelayedLabelOptions`. Default: any age. */
  readonly within?: number
  /** Most decisions that wait for their reward; the oldest make room. Default 10,000. */
  readonly capacity?: number
  /** The reward of a decision that expired: silence as an answer, as no click is 0. Default: nothing is learned. */
  readonly noReward?: number
}

/** One decision by hand. */
export interface ChooseOptions<A extends string> {
  /** What its reward will be found by; default: how many decisions there were before. */
  readonly key?: Key
  /** What is on offer this time; default: the bandit's arms. */
  readonly arms?: readonly Offer<A>[]
  /** When, in the unit of `within`. */
  readonly time?: number
}

/** One reward by hand. */
export interface RewardByKey {
  readonly key: Key
  readonly reward: number
  readonly time?: number
}

/** A decision that somebody else made, or this bandit long ago. */
export interface PastDecision<A extends string, C> {
  readonly context: C
  readonly arm: A
  /** What was known about the arm. */
  readonly features?: Row
  readonly reward: number
  /**
   * It counts as often, from above 0 to 1e6: 1 / propensity undoes that a log was biased, which helps a model that
   * cannot tell contexts apart. Default 1. What this bandit learns from its own decisions always weighs 1: weighed by
   * 1 / propensity (at most 10), regret of epsilonGreedy and squareCb after 8,000 decisions changed by -22 to +14 % on
   * linear rewards, and grew by 3 to 25 % on others.
   */
  readonly weight?: number
}

/** Where a stream of requests has what a decision needs. */
export interface DecideOptions<T, A extends string, C> {
  /** Default: how many decisions there were before. */
  readonly key?: KeyOf<T, Key>
  /** Default: what arrives. */
  readonly context?: (request: T) => C
  /** What is on offer; default: the bandit's arms. */
  readonly arms?: (request: T) => readonly Offer<A>[]
  readonly time?: FieldOf<T, number>
}

/** Where a stream of rewards has what learning needs. */
export interface RewardOptions<T> {
  readonly key: KeyOf<T, Key>
  readonly reward: FieldOf<T, number>
  readonly time?: FieldOf<T, number>
  /** A clock of your own, for streams without times: its numbers are times. */
  readonly clock?: Observable<number>
}

/** A decision on a request that arrived. */
export interface Decided<T, A extends string> extends Decision<A> {
  readonly event: T
}

/** For what a decision was made, kept until its reward comes. */
export interface Occasion<C = unknown> {
  readonly context: C
  /** What was known about the arm that was chosen. */
  readonly features: Row | null
}

/** Everything a bandit has built up; immutable. */
export interface BanditState {
  readonly model: LearnerState | RidgeState
  /** Of the draws; absent in older states. */
  readonly seed?: number
  /** Decisions so far, which number the draws. */
  readonly decisions: number
  readonly rewarded: number
  readonly rewardSum: number
  /** Decisions that wait for their rewards; absent while there was none. */
  readonly delayed?: DelayedState<never, never>
}

/** What became of everything so far; of `LabelCounters`, labels are rewards and predictions decisions. */
export interface BanditCounters extends LabelCounters {
  readonly decisions: number
  /** Requests that no arm was chosen for. */
  readonly refused: number
  /** Names known to the model, and numbers that found no room in it. */
  readonly names: number
  readonly overflow: number
}
