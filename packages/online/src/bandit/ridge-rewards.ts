import type { Pairs } from '@eddy/graph'
import { type Tensor, ValueError } from '@eddy/tensor'
import { checkState } from '../check-state.ts'
import { FeatureReader } from '../feature-reader.ts'
import type { Features } from '../features.ts'
import { type AxisName, NamedAxis } from '../named-axis.ts'
import { checkDeclared } from './crossed-features.ts'
import type { RidgeOptions } from './policy.ts'
import { armField, type Choice, type Estimates, rejectedAt, type RewardModel, type Row, rowOf } from './reward-model.ts'
import { RidgeArm, type RidgeArmState } from './ridge-arm.ts'
import { SlotStatistics } from './slot-statistics.ts'

export interface RidgeState {
  readonly names: readonly AxisName[]
  readonly statistics: Tensor
  /** From the one that was not rewarded for longest to the last one. */
  readonly arms: readonly (readonly [arm: string, state: RidgeArmState])[]
  readonly overflow: number
}

interface Numbers {
  readonly slots: readonly number[]
  readonly values: readonly number[]
  /** As they came, where they are standardised. */
  readonly raw: readonly (readonly [slot: number, value: number])[]
}

/** Arms with a model of their own, unless a policy says otherwise. */
const usualArmsMax = 10_000
/** The slot of the constant 1. */
const constant = -1

/** Rewards by a ridge regression for each arm, with bounds: see `linUcb`. */
export class RidgeRewards implements RewardModel<RidgeState> {
  overflow = 0
  readonly #options: RidgeOptions
  readonly #axis: NamedAxis
  readonly #reader: FeatureReader
  readonly #statistics = new SlotStatistics()
  #arms = new Map<string, RidgeArm>()

  /** @throws GraphError when features cannot be those of a context. */
  constructor(features: Features, options: RidgeOptions) {
    checkDeclared(features)
    this.#options = options
    this.#axis = new NamedAxis({ base: features.base, namesMax: features.namesMax })
    this.#reader = new FeatureReader({ ...features, ignore: new Set([...features.ignore, armField]) }, this.#axis)
    this.#reader.begin('regression')
  }

  get names(): number {
    return this.#axis.count
  }

  estimate(context: Row, choices: readonly Choice[]): Estimates {
    const { alpha } = this.#options
    const estimates = choices.map((choice) => {
      const { slots, values } = this.#read('choose', context, choice)
      this.#axis.rollback()
      return (this.#arms.get(choice.arm) ?? this.#makeArm()).estimate(slots, values)
    })
    return {
      means: estimates.map(({ mean }) => mean), scores: estimates.map(({ mean, width }) => mean + alpha * width),
    }
  }

  learn(context: Row, choice: Choice, reward: number, weight: number): void {
    const { slots, values, raw } = this.#read('learn', context, choice)
    const known = this.#arms.get(choice.arm)
    const arm = known ?? this.#makeArm()
    try {
      this.overflow += arm.learn(slots, values, reward, weight)
    } catch (error) {
      this.#axis.rollback()
      throw rejectedAt('learn', context, error)
    }
    // The arm that was rewarded last stands last; the one that was not for longest makes room.
    if (known !== undefined) this.#arms.delete(choice.arm)
    this.#arms.set(choice.arm, arm)
    if (this.#arms.size > this.#armsMax) this.#arms.delete(this.#arms.keys().next().value!)
    this.#axis.commit()
    for (const [slot, value] of raw) this.#statistics.learn(slot, value)
  }

  snapshot(): RidgeState {
    const arms = [...this.#arms].map(([arm, { state }]) => Object.freeze([arm, state] as const))
    return Object.freeze({
      names: this.#axis.names, statistics: this.#statistics.state, arms: Object.freeze(arms), overflow: this.overflow,
    })
  }

  restore(state: RidgeState): void {
    checkState('Bandit.restore', state, 'names', 'statistics', 'arms', 'overflow')
    const { names, statistics, arms, overflow } = state
    this.#axis.check(names)
    const areArms = Array.isArray(arms) && arms.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string')
      && new Set(arms.map(([name]) => name)).size === arms.length
    if (!areArms || !(Number.isSafeInteger(overflow) && overflow >= 0) || !this.#statistics.accepts(statistics)) {
      throw new ValueError({
        what: 'this is no state of a linUcb bandit', where: 'Bandit.restore', got: state,
        wanted: '{ names, statistics, arms, overflow }', hint: 'Restore only what snapshot() of such a bandit gave.',
      })
    }
    if (arms.length > this.#armsMax) {
      throw new ValueError({
        what: 'the state has more arms than there is room for', where: 'Bandit.restore', got: arms.length,
        wanted: `at most ${this.#armsMax}`, hint: 'Make the bandit with a larger linUcb({ armsMax }).',
      })
    }
    const made = new Map(arms.map(([name, saved]) => {
      const arm = this.#makeArm()
      arm.restore(saved)
      return [name, arm]
    }))
    this.#axis.restore(names)
    this.#statistics.restore(statistics)
    this.#arms = made
    this.overflow = overflow
  }

  get #armsMax(): number {
    return this.#options.armsMax ?? usualArmsMax
  }

  #makeArm(): RidgeArm {
    const { regularization, dimensionsMax } = this.#options
    return new RidgeArm(regularization, dimensionsMax)
  }

  /** New names are tentative, so that they count as doubt; the caller keeps them or takes them back. */
  #read(node: string, context: Row, choice: Choice): Numbers {
    try {
      return this.#numbersOf(this.#reader.read(rowOf(context, choice), true))
    } catch (error) {
      this.#axis.rollback()
      throw rejectedAt(node, context, error)
    }
  }

  #numbersOf({ indices, values: given }: Pairs): Numbers {
    const slots = [constant]
    const values = [1]
    const raw: (readonly [number, number])[] = []
    for (let k = 0; k < indices.length; k++) {
      const slot = indices[k]!
      let value = given[k]!
      if (this.#axis.isStandardized(slot)) {
        raw.push([slot, value])
        value = this.#statistics.standardized(slot, value)
      }
      if (slots.at(-1) === slot) values[values.length - 1]! += value
      else {
        slots.push(slot)
        values.push(value)
      }
    }
    return { slots, values, raw }
  }
}
