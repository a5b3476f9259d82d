import { checkNumber } from '@eddy/optim'
import { ValueError } from '@eddy/tensor'
import { checkOptions } from '../known-options.ts'
import type { Policy } from './policy.ts'

export interface SquareCbOptions {
  /** How much an arm's gap to the best counts, above 0; default 10. In units of 1 / reward; 1 / deviation if scaled. */
  readonly gamma?: number
  /**
   * 'root' (default): gamma grows with the square root of the decisions so far, for streams without an end. 'none': it
   * stays, as in the paper, where it is chosen for a known number of decisions.
   */
  readonly growth?: 'root' | 'none'
}

/**
 * Inverse gap weighting: the worse an arm's score, the more rarely it is tried.
 * Formula: p_a = 1 / (K + gamma_t (y_b - y_a)) for every arm but the best, b; p_b = 1 - the rest; gamma_t = gamma, or
 * gamma sqrt(t) for the t-th decision, t from 1. Of several best ones, the first listed is b: the others have 1 / K.
 * The regret is O(sqrt(K T R)), where R is what the model of rewards loses, in squares, to the best of its kind.
 * Source: Foster and Rakhlin 2020, algorithm 1 with mu = K.
 * @throws ValueError when gamma or growth are out of range.
 * @example squareCb({ gamma: 8, growth: 'none' }).propensities([0, 1], 0) // [0.1, 0.9]
 */
export function squareCb(options: SquareCbOptions = {}): Policy {
  checkOptions('squareCb', options, ['gamma', 'growth'])
  const { gamma = 10, growth = 'root' } = options
  checkNumber('squareCb', 'gamma', gamma, { above: 0 }, 'Larger explores less; 10 suits rewards from 0 to 1.')
  if (growth !== 'root' && growth !== 'none') {
    throw new ValueError({
      what: 'growth is out of range', where: 'squareCb', got: growth, wanted: "'root' or 'none'",
      hint: "Leave it out for 'root'.",
    })
  }
  return Object.freeze({
    name: `squareCb(${gamma})`,
    propensities(scores: readonly number[], decision: number) {
      const strength = growth === 'root' ? gamma * Math.sqrt(decision + 1) : gamma
      const best = scores.reduce((at, score, k) => (score > scores[at]! ? k : at), 0)
      const shares = scores.map((score, k) => (
        k === best ? 0 : 1 / (scores.length + strength * (scores[best]! - score))
      ))
      shares[best] = 1 - shares.reduce((sum, share) => sum + share, 0)
      return shares
    },
  } satisfies Policy)
}
