import type { Store } from '@eddy/store'

/** What of the log can be done again. */
export interface LogReach {
  /** Operations before the first one that can be done again; null when there is no log. */
  readonly from: number | null
  /** The last one in it. */
  readonly to: number
  /** Operations that were taken back. */
  readonly without: readonly number[]
}

/** How far back the log leads from where the store ends: to the beginning, or to a checkpoint. */
export function logReach(store: Store, sequence: number): LogReach {
  const without = store.without()
  const starts = new Set([0, ...store.checkpoints().map((info) => info.sequence)].sort((a, b) => a - b))
  for (const from of starts) {
    let to = from
    for (const { operations } of store.operations(from)) to = operations.at(-1)!.sequence
    if (to > from && to >= sequence) return { from, to, without }
  }
  return { from: null, to: sequence, without }
}
