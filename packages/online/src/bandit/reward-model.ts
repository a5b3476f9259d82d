import { EventError, RejectedError } from '@eddy/graph'
import { formatValue } from '@eddy/tensor'

export type Row = Readonly<Record<string, unknown>>

/** An arm on offer, and what is known about it; null when nothing is. */
export interface Choice {
  readonly arm: string
  readonly features: Row | null
}

/** What the arms are expected to bring. */
export interface Estimates {
  readonly means: readonly number[]
  /** What the policy is to choose by: the means, or how high they might be. */
  readonly scores: readonly number[]
}

/** What a bandit knows about rewards. An event that is refused changes no bit. */
export interface RewardModel<S> {
  /** Names that it knows, and numbers that found no room. */
  readonly names: number
  readonly overflow: number
  /** Changes nothing. @throws RejectedError when the context, or what is known of an arm, cannot be used. */
  readonly estimate: (context: Row, choices: readonly Choice[]) => Estimates
  /** @throws RejectedError when the event cannot be used; nothing has changed. */
  readonly learn: (context: Row, choice: Choice, reward: number, weight: number) => void
  readonly snapshot: () => S
  /** @throws GraphError or ValueError when it is the state of another model; nothing has changed. */
  restore(state: S): void
}

/** The field that says which arm it is. */
export const armField = 'arm'

/** The record of a context and an arm. @throws EventError when one has a field that is called `arm`. */
export function rowOf(context: Row, { arm, features }: Choice): Row {
  for (const row of [context, features ?? {}]) {
    if (!isRow(row)) {
      throw new EventError(formatValue(row), 'a record of named values', 'Map the stream to objects before')
    }
    if (!Object.hasOwn(row, armField)) continue
    throw new EventError(
      `a context with the field ${armField}`, 'one without: it says which arm it is', 'Rename it before',
    )
  }
  return { ...context, ...features, [armField]: arm }
}

/** The rejection of something that never got as far as a graph. */
export function rejectedAt(node: string, event: unknown, error: unknown): RejectedError {
  if (error instanceof RejectedError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new RejectedError({ id: 0, event, reason, node, phase: 'input', cause: error })
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
