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

/** Whether data from outside is a decision that was made for this. */
export function isDecision(decision: unknown, occasion: unknown): boolean {
  const { arm, arms, propensity, scores, propensities } = Object(decision) as Partial<Decision>
  const { context, features } = Object(occasion) as { readonly context?: unknown; readonly features?: unknown }
  const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
  const areFinite = (list: unknown): boolean => (
    Array.isArray(list) && list.length === arms!.length && Array.from(list).every(Number.isFinite)
  )
  return isRecord(context) && (features === null || isRecord(features)) && Array.isArray(arms)
    && Array.from(arms).every((each) => typeof each === 'string') && arms.includes(arm as string)
    && Number.isFinite(propensity) && areFinite(scores) && areFinite(propensities)
}
