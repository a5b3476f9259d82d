import { GraphError } from '@eddy/graph'
import type { Features } from '../features.ts'
import { Learner } from '../learner.ts'
import type { LearnerState } from '../learner-state.ts'
import type { LearnerOptions } from '../options.ts'
import { crossedFeatures } from './crossed-features.ts'
import type { RewardLoss } from './bandit-options.ts'
import { type Choice, type Estimates, rejectedAt, type RewardModel, type Row, rowOf } from './reward-model.ts'

/** No names, so they are never features. */
const reward = Symbol('reward')
const weight = Symbol('weight')

type Sample = Row & { readonly [reward]?: number; readonly [weight]?: number }

type ModelOptions = Omit<LearnerOptions<Sample, RewardLoss, number, string>, 'features' | 'target' | 'weight'>

/** Rewards by a learner: one graph for all arms, asked once for each. */
export class GraphRewards implements RewardModel<LearnerState> {
  readonly learner: Learner<Sample, number>

  /** @throws GraphError when parts do not fit. */
  constructor(own: Features, interact: boolean, options: ModelOptions) {
    const features = crossedFeatures(own, interact)
    this.learner = new Learner<Sample, number>({
      ...options, features, target: (sample: Sample) => sample[reward], weight: (sample) => sample[weight]!,
    })
    if (this.learner.task !== 'multiclass') return
    throw new GraphError('a reward is one number, the loss is one of classes', 'bandit', 'Take squaredError()')
  }

  get names(): number {
    return this.learner.counters.names
  }

  get overflow(): number {
    const { overflow, hashed } = this.learner.counters
    return overflow + hashed
  }

  estimate(context: Row, choices: readonly Choice[]): Estimates {
    const means = choices.map((choice) => this.learner.predictOne(sampleOf('choose', context, choice)))
    const scale = this.learner.facts.labelScale()
    return { means, scores: scale === null ? means : means.map((mean) => scale.scaled(mean)) }
  }

  learn(context: Row, choice: Choice, value: number, importance: number): void {
    this.learner.learnOne({ ...sampleOf('learn', context, choice), [reward]: value, [weight]: importance })
  }

  snapshot(): LearnerState {
    return this.learner.snapshot()
  }

  restore(state: LearnerState): void {
    this.learner.restore(state)
  }
}

function sampleOf(node: string, context: Row, choice: Choice): Sample {
  try {
    return rowOf(context, choice)
  } catch (error) {
    throw rejectedAt(node, context, error)
  }
}
