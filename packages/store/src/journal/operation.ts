/**
 * What can be done to a learner, and is kept in the log. A retry is an event that was rejected before; a refused one
 * never reached the learner.
 */
export const operationKinds = ['event', 'request', 'label', 'tick', 'retry', 'refused'] as const

export type OperationKind = typeof operationKinds[number]

/** One thing that was done to a learner. */
export interface Operation {
  /** From 1, without gaps. */
  readonly sequence: number
  readonly kind: OperationKind
  readonly value: unknown
}

/** Operations that were written together, and where the source stood after the last. */
export interface OperationBatch {
  readonly operations: readonly Operation[]
  readonly position: unknown
  /** Whether its last operation is the last one that was written with it, so that the position holds. */
  readonly isWhole: boolean
}
