import { checkNumber } from '@eddy/optim'
import { bestShares, type Policy } from './policy.ts'

export interface EpsilonGreedyOptions {
  /** Share of the decisions that are left to chance, from 0 to 1; default 0.1. 0 is greedy, 1 is uniform. */
  readonly epsilon?: number
}

/**
 * The arm with the best score, or now and then any.
 * Formula: p_a = epsilon / K + (1 - epsilon) / M for the M arms that share the best score, epsilon / K for the others.
 * Edge: epsilon 0 has probabilities of 0, so that its log says nothing of what it never did.
 * Source: Sutton and Barto 2018, section 2.2; Langford and Zhang 2007 for contexts.
 * @throws ValueError when epsilon is out of range.
 * @example epsilonGreedy({ epsilon: 0.3 }).propensities([0, 5, 1], 0) // [0.1, 0.8, 0.1]
 */
export function epsilonGreedy({ epsilon = 0.1 }: EpsilonGreedyOptions = {}): Policy {
  checkNumber('epsilonGreedy', 'epsilon', epsilon, { least: 0, most: 1 }, 'It is a share: 0.1 explores one in ten.')
  return Object.freeze({
    name: `epsilonGreedy(${epsilon})`,
    propensities: (scores: readonly number[]) => (
      bestShares(scores).map((share) => epsilon / scores.length + (1 - epsilon) * share)
    ),
  } satisfies Policy)
}
