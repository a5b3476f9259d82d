import type { Key } from '../many/keyed-options.ts'

/** An arm that can be chosen: its name, or with what is known about it just now, which goes before the context's. */
export type Offer<A extends string> = A | { readonly arm: A; readonly features: Readonly<Record<string, unknown>> }

/** What was chosen, and how likely that was. */
export interface Decision<A extends string = string> {
  /** What its reward will be found by. */
  readonly key: Key
  readonly arm: A
  /** The probability with which `arm` was chosen. */
  readonly propensity: number
  /** What could be chosen, in the order in which it was offered. */
  readonly arms: readonly A[]
  /** The reward that the model expected of each. */
  readonly scores: readonly number[]
  /** The probability of each. */
  readonly propensities: readonly number[]
}

/** A decision, for what it was made, and what it brought: all that is needed to judge other policies by it. */
export interface LoggedDecision<A extends string = string, C = unknown> extends Decision<A> {
  readonly context: C
  readonly reward: number
}
