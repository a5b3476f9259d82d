import type { Baseline, MetricState } from './metric.ts'

/** Metrics and baselines alike. */
export type Stated = Pick<Baseline<unknown>, 'state' | 'peek'>

/** The state of one that can be looked at, as an immutable list. */
export function stateOf(stated: { peek(into: number[]): void }): MetricState {
  const state: number[] = []
  stated.peek(state)
  return Object.freeze(state)
}

/** Writes the state into a list, in place of what it holds. */
export function peekInto(stated: Stated, into: number[]): void {
  if (stated.peek !== undefined) return stated.peek(into)
  const { state } = stated
  for (let k = 0; k < state.length; k++) into[k] = state[k]!
  cut(into, state.length)
}

/** Takes what follows the first `length` numbers away. */
export function cut(list: number[], length: number): void {
  if (list.length !== length) list.length = length
}
