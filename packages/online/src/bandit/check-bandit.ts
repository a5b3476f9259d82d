import { EventError, GraphError } from '@eddy/graph'
import { checkNumber } from '@eddy/optim'
import { formatValue, ValueError } from '@eddy/tensor'
import { magnitudeMax } from '../encoders/finite-number.ts'
import { checkFeatures } from '../features.ts'
import { checkFlag } from '../known-options.ts'
import type { BanditOptions } from './bandit-options.ts'

/** @throws GraphError or ValueError when the options of a bandit do not fit. */
export function checkBandit(options: BanditOptions<string>): void {
  const { features, arms, policy, noReward, standardizeRewards, within } = options
  checkFeatures('bandit', features)
  if (typeof policy?.propensities !== 'function') {
    throw new GraphError(
      `got ${formatValue(policy)} for the policy, wanted one`, 'bandit',
      'For example squareCb() or linUcb(), with their parentheses',
    )
  }
  if (arms !== undefined && !areArms(arms)) {
    throw new ValueError({
      what: 'these are no arms', where: 'bandit', got: arms, wanted: 'different names, at least one',
      hint: 'Write numbers as text; leave arms out when they come and go.',
    })
  }
  checkFlag('bandit', 'standardizeRewards', standardizeRewards)
  if (policy.ridge !== undefined) {
    const graph = ['model', 'loss', 'optimizer', 'interactions', 'dtype', 'standardizeRewards'] as const
    const given = graph.find((name) => options[name] !== undefined)
    if (given !== undefined) {
      throw new GraphError(
        `${given} is given, and ${policy.name} has a model of its own`, 'bandit',
        `Leave ${given} out, or take another policy`,
      )
    }
  }
  if (noReward === undefined) return
  checkNumber('bandit', 'noReward', noReward, {}, 'It is learned when no reward came: 0 for no click.')
  if (within !== undefined && within < Infinity) return
  throw new GraphError('noReward is given, and no decision ever expires', 'bandit', 'Give within, too: minutes(30)')
}

/** @throws EventError when this is no reward. */
export function checkReward(reward: unknown, of: string | number): asserts reward is number {
  if (typeof reward === 'number' && reward <= magnitudeMax && reward >= -magnitudeMax) return
  throw new EventError(
    `${formatValue(reward)} as the reward of ${formatValue(of)}`, `a number from -${magnitudeMax} to ${magnitudeMax}`,
    'Wait until it is known; noReward says what silence means',
  )
}

function areArms(arms: unknown): boolean {
  return Array.isArray(arms) && arms.length > 0 && new Set(arms).size === arms.length
    && arms.every((arm) => typeof arm === 'string')
}
