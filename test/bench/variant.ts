import type { Timing } from './clock.ts'

/** One implementation of a workload, as the bench drives it. */
export interface Variant {
  readonly name: string
  /** Builds the model from the workload's initial weights. */
  prepare(): void
  /** Learns from the next `events` events. */
  run(events: number): Timing
  /** Losses of the first `events` events, by a model of its own. */
  verify(events: number): Float64Array
  dispose(): void
}
