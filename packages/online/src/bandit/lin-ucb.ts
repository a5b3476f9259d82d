import { checkNumber } from '@eddy/optim'
import { checkOptions } from '../known-options.ts'
import { bestShares, type Policy } from './policy.ts'

export interface LinUcbOptions {
  /**
   * How many deviations of doubt an arm is credited with, from 0 on; default 1, for rewards that are 1 or so apart: it
   * is in their unit, so divide larger ones before. 0 is greedy.
   */
  readonly alpha?: number
  /** Strength of the pull of weights to 0, above 0; default 1, as in the paper. */
  readonly regularization?: number
  /** Most numbers that the model of one arm is about, 1 to 2048; default 256. Its memory is the square, in 8 bytes. */
  readonly dimensionsMax?: number
  /**
   * Most arms that it knows something about, default 10,000: for arms that come and go. Beyond it the one that was not
   * rewarded for longest is forgotten; offered again, it is a new one.
   */
  readonly armsMax?: number
}

/**
 * Optimism: the arm whose reward could be highest, by a ridge regression of its own for each arm ("disjoint").
 * Formula: argmax_a theta_a' x + alpha sqrt(x' A_a^-1 x), A_a = regularization I + sum of x x', theta_a = A_a^-1 b_a,
 * over the decisions for a that were rewarded; x has a constant 1 in front. Equal ones share: propensity 1 / M.
 *
 * Exact, in f64: A^-1 is kept by rank-one updates (Sherman and Morrison 1950), never approximated by its diagonal.
 * Names beyond `dimensionsMax` of an arm are left out of its model, and counted; for hashed text take `squareCb`.
 * The choice is deterministic, so most propensities are 0 or 1, and its log evaluates no other policy: see `offPolicy`.
 * State/cost: O(d^2) for each arm asked, and for each reward.
 * Source: Li, Chu, Langford, Schapire 2010, algorithm 1.
 * @throws ValueError when an option is out of range.
 * @example linUcb({ alpha: 0.5 }).propensities([1, 3, 2], 0) // [0, 1, 0]
 */
export function linUcb(options: LinUcbOptions = {}): Policy {
  checkOptions('linUcb', options, ['alpha', 'regularization', 'dimensionsMax', 'armsMax'])
  const { alpha = 1, regularization = 1, dimensionsMax = 256, armsMax = 10_000 } = options
  checkNumber('linUcb', 'armsMax', armsMax, { least: 1, most: 1e6, integer: true }, 'Leave it out for 10,000.')
  checkNumber('linUcb', 'alpha', alpha, { least: 0 }, '1 is a usual choice; 0 never explores.')
  checkNumber('linUcb', 'regularization', regularization, { above: 0 }, 'Leave it out for 1.')
  checkNumber(
    'linUcb', 'dimensionsMax', dimensionsMax, { least: 1, most: 2048, integer: true },
    'Leave it out for 256; for more numbers take squareCb, whose model costs what the event costs.',
  )
  return Object.freeze({
    name: `linUcb(${alpha})`, propensities: bestShares,
    ridge: Object.freeze({ alpha, regularization, dimensionsMax, armsMax }),
  } satisfies Policy)
}
