import type { Timing } from './clock.ts'

/** One implementation of a workload, as the bench drives it. */
export interface Variant {
  readonly name: string
  /** What may fail without harm to the others: it is left out. */
  readonly optional?: boolean
  /** How much of a round it works off, for what is very slow; default 1, which is all. */
  readonly share?: number
  /** What its answers must agree with, when it cannot compute what the baseline does; default: the baseline. */
  readonly reference?: Variant
  /** Builds the model from the workload's initial weights. */
  prepare(): void | Promise<void>
  /** Learns from the next `events` events. */
  run(events: number): Timing | Promise<Timing>
  /** Losses (or other answers) of the first `events` events, by a model of its own. */
  verify(events: number): Float64Array | Promise<Float64Array>
  dispose(): void
}
