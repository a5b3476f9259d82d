import { ValueError } from '@eddy/tensor'

/** How sure a model of rewards is, for policies that ask. */
export interface RidgeOptions {
  /** How many deviations an estimate is raised by. */
  readonly alpha: number
  /** Strength of the pull of weights to 0: before any reward, A = regularization I. */
  readonly regularization: number
  /** Most numbers that the model of one arm is about. */
  readonly dimensionsMax: number
  /** Most arms with a model; the one that was not rewarded for longest is forgotten. Default 10,000. */
  readonly armsMax?: number
}

/**
 * How an arm is chosen, given what each is expected to bring: a pure record. What it answers are probabilities; the
 * bandit draws from them, and logs the one of the arm it drew.
 *
 * @example
 * epsilonGreedy({ epsilon: 0.3 }).propensities([0, 5, 1], 0) // [0.1, 0.8, 0.1]
 */
export interface Policy {
  /** For messages and tools. */
  readonly name: string
  /**
   * The probability of each arm, summing to 1 up to rounding. `scores` are finite; `decision` counts from 0.
   * May use + - * / and Math.sqrt only, whose bits are the same everywhere.
   */
  readonly propensities: (scores: readonly number[], decision: number) => readonly number[]
  /** The policy wants upper confidence bounds of an exact linear model for scores: see `linUcb`. */
  readonly ridge?: RidgeOptions
}

/** @throws ValueError unless these are `count` probabilities that sum to 1. */
export function checkShares(where: string, shares: readonly number[], count: number): void {
  const isShare = (share: number): boolean => share >= -1e-9 && share <= 1 + 1e-9
  if (shares?.length === count && shares.every(isShare)) {
    const sum = shares.reduce((total, share) => total + share, 0)
    if (Math.abs(sum - 1) < 1e-6) return
  }
  throw new ValueError({
    what: 'the policy gives no probabilities', where, got: shares,
    wanted: `one for each of ${count} arms, summing to 1`, hint: 'As epsilonGreedy().propensities(scores, 0) does.',
  })
}

/** Everything for the best; for several that are equally good, an equal share each. */
export function bestShares(scores: readonly number[]): readonly number[] {
  const best = scores.reduce((most, score) => Math.max(most, score), -Infinity)
  const count = scores.filter((score) => score === best).length
  return scores.map((score) => (score === best ? 1 / count : 0))
}

/** The position that a uniform number from [0, 1) falls on, where each is as wide as its probability. */
export function drawn(propensities: readonly number[], uniform: number): number {
  let upTo = 0
  let last = 0
  for (let k = 0; k < propensities.length; k++) {
    if (propensities[k]! <= 0) continue
    last = k
    upTo += propensities[k]!
    if (uniform < upTo) return k
  }
  return last
}
