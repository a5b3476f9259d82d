import { checkNumber } from '@eddy/optim'
import { ValueError } from '@eddy/tensor'
import { checkOptions } from '../known-options.ts'
import type { LoggedDecision } from './decision.ts'
import { checkShares } from './policy.ts'

/** What an estimate needs to know of a decision; `LoggedDecision` is one, logs of other systems may be. */
export type Logged = Pick<LoggedDecision, 'arm' | 'propensity' | 'arms' | 'reward'>

export interface OffPolicyOptions<L extends Logged> {
  /** The policy to judge: how likely it would choose each of `arms`. */
  readonly policy: (logged: L) => readonly number[]
  /**
   * For `doublyRobust`: the reward that each of `arms` is expected to bring, by anything that has not seen this one.
   * Default: the decision's own `scores`; 0 where it has none, which makes it `ips`.
   */
  readonly estimates?: (logged: L) => readonly number[]
  /** Largest weight of one decision, above 0. Cutting weights trades variance for bias. Default: none is cut. */
  readonly weightMax?: number
}

/** Immutable: the sums that everything follows from. */
export interface OffPolicyState {
  readonly count: number
  readonly weights: number
  readonly squaredWeights: number
  readonly weighted: number
  readonly squaredWeighted: number
  readonly robust: number
  readonly squaredRobust: number
}

const empty: OffPolicyState = Object.freeze({
  count: 0, weights: 0, squaredWeights: 0, weighted: 0, squaredWeighted: 0, robust: 0, squaredRobust: 0,
})

/**
 * What another policy would have brought, from decisions that were logged with their propensities: none of them has to
 * be tried. Made by `offPolicy`. With w = policy(arm) / propensity and q the estimates, over n decisions:
 *
 *     ips           sum of w r / n                                            unbiased, wide where w is large
 *     snips         sum of w r / sum of w                                     nearly so, never outside the rewards
 *     doublyRobust  sum of (sum over a of policy(a) q_a + w (r - q_arm)) / n  unbiased, narrow where q is good
 *
 * Unbiased if the log tried, now and then, all that the policy would do; a deterministic log has not.
 * Source: Horvitz and Thompson 1952; Swaminathan and Joachims 2015; Dudik, Langford, Li 2011.
 */
export class OffPolicy<L extends Logged> {
  readonly #options: OffPolicyOptions<L>
  #sums = empty

  /** @internal */
  constructor(options: OffPolicyOptions<L>) {
    checkOptions('offPolicy', options, ['policy', 'estimates', 'weightMax'])
    const { policy, weightMax = 1 } = options
    if (typeof policy !== 'function') {
      const hint = 'One of a bandit is asked: ({ scores }) => squareCb().propensities(scores, 0).'
      throw bad('the policy is no function', policy, 'how likely each arm is: ({ arms }) => [...]', hint)
    }
    checkNumber('offPolicy', 'weightMax', weightMax, { above: 0 }, 'Leave it out to cut none.')
    this.#options = options
  }

  /**
   * Takes one decision into account.
   * @throws ValueError when its propensity is no probability above 0, its arm was not offered, its reward is not finite
   * or too large, the policy's probabilities do not sum to 1, or estimates are no finite numbers; nothing has changed.
   */
  update(logged: L): void {
    const { policy, estimates = scoresOf, weightMax = Infinity } = this.#options
    const at = checkLogged(logged)
    const shares = policy(logged)
    checkShares('offPolicy', shares, logged.arms.length)
    const expected = estimates(logged)
    if (expected?.length !== shares.length || !expected.every(Number.isFinite)) {
      throw bad('estimates are not finite', expected, 'a number for each arm', 'Leave estimates out for scores.')
    }
    const weight = Math.min(shares[at]! / logged.propensity, weightMax)
    const weighted = weight * logged.reward
    const direct = shares.reduce((sum, share, k) => sum + share * expected[k]!, 0)
    const robust = direct + weight * (logged.reward - expected[at]!)
    if (!Number.isFinite(robust)) throw bad('the estimate overflows', robust, 'a finite number', 'Give weightMax.')
    const sums = this.#sums
    this.#sums = Object.freeze({
      count: sums.count + 1, weights: sums.weights + weight, squaredWeights: sums.squaredWeights + weight * weight,
      weighted: sums.weighted + weighted, squaredWeighted: sums.squaredWeighted + weighted * weighted,
      robust: sums.robust + robust, squaredRobust: sums.squaredRobust + robust * robust,
    })
  }

  /** Decisions so far. */
  get count(): number {
    return this.#sums.count
  }

  /** As many decisions of the policy's own would say as much: (sum of w)^2 / sum of w^2 (Kish 1965). */
  get effectiveCount(): number {
    const { weights, squaredWeights } = this.#sums
    return squaredWeights === 0 ? 0 : weights * weights / squaredWeights
  }

  /** NaN before the first decision; so are the others. */
  get ips(): number {
    return this.#sums.weighted / this.#sums.count
  }

  /** NaN also while the policy would have done nothing that was done. */
  get snips(): number {
    return this.#sums.weighted / this.#sums.weights
  }

  get doublyRobust(): number {
    return this.#sums.robust / this.#sums.count
  }

  /** Standard error of `ips` and of `doublyRobust`, as of a mean of independent decisions; NaN before the second. */
  get standardErrors(): { readonly ips: number; readonly doublyRobust: number } {
    const { count, weighted, squaredWeighted, robust, squaredRobust } = this.#sums
    const errorOf = (sum: number, squares: number): number => (
      Math.sqrt(Math.max(0, squares - sum * sum / count) / (count - 1) / count)
    )
    return { ips: errorOf(weighted, squaredWeighted), doublyRobust: errorOf(robust, squaredRobust) }
  }

  get state(): OffPolicyState {
    return this.#sums
  }

  /** Goes back, or over, to a state. @throws ValueError when it is none. */
  restore(state: OffPolicyState): void {
    const names = Object.keys(empty) as (keyof OffPolicyState)[]
    const fits = names.every((name) => Number.isFinite(state?.[name])) && state.count >= 0
    if (!fits) throw bad('this is no state of estimates', state, names.join(', '), 'Restore only what `state` gave.')
    this.#sums = Object.freeze(Object.fromEntries(names.map((name) => [name, state[name]])) as never)
  }
}

/**
 * Makes an estimate of what another policy would have brought.
 * @throws ValueError when the policy is no function, or weightMax not above 0.
 *
 * @example
 * const log = [{ arm: 'a', propensity: 0.5, reward: 1 }, { arm: 'b', propensity: 0.5, reward: 0 }]
 * const always = offPolicy({ policy: ({ arms }) => arms.map((arm) => Number(arm === 'a')) })
 * for (const one of log) always.update({ ...one, arms: ['a', 'b'] })
 * [always.ips, always.snips, always.doublyRobust] // [1, 1, 1]
 */
export function offPolicy<L extends Logged = LoggedDecision>(options: OffPolicyOptions<L>): OffPolicy<L> {
  return new OffPolicy(options)
}

function scoresOf(logged: Logged & { readonly scores?: readonly number[] }): readonly number[] {
  return logged.scores ?? logged.arms.map(() => 0)
}

function checkLogged(logged: Logged): number {
  const { arm, arms, propensity, reward } = logged ?? {}
  if (!Array.isArray(arms)) {
    throw bad('this is no logged decision', logged, '{ arm, arms, propensity, reward }', 'Log all arms on offer, too.')
  }
  if (!(propensity > 0 && propensity <= 1)) {
    throw bad('the propensity is no probability', propensity, 'above 0, at most 1', 'Log it when the decision is made.')
  }
  if (!Number.isFinite(reward)) throw bad('the reward is not finite', reward, 'a finite number', 'Leave it out.')
  const at = arms.indexOf(arm)
  if (at >= 0) return at
  throw bad('the arm that was chosen was not offered', arm, `one of ${arms.join(', ')}`, 'Log all arms on offer.')
}

function bad(what: string, got: unknown, wanted: string, hint: string): ValueError {
  return new ValueError({ what, where: 'offPolicy', got, wanted, hint })
}
