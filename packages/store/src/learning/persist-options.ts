import type { DelayedRules, EventOf, Learnable } from './learnable.ts'
import type { AlarmOptions } from './quarantine.ts'

export interface PersistOptions<M extends Learnable> {
  /** A checkpoint after every so many operations; default 1000, or as `share` allows. */
  readonly every?: number
  /**
   * The share of the time that checkpoints may take: one that is due waits until so much has passed since the last.
   * Uses a clock, which changes when checkpoints are made and no bit of what is learned. Default 0.03 without `every`,
   * and 1 with it: none waits.
   */
  readonly share?: number
  /**
   * Keep every operation, so that any can be taken back and every state reached again; default false. Events are kept
   * as data: one that holds an object of one's own class, a Map or a function is rejected, at node `log`.
   */
  readonly log?: boolean
  /** Write the log after so many operations; default with checkpoints, and whenever 64 KiB wait. */
  readonly logEvery?: number
  /**
   * Where the source goes on: `() => source.checkpoint()`. Asked right after an operation has ended, and by
   * `checkpoint`, `flush` and `close`: call these while no record is on its way here.
   */
  readonly source?: () => unknown
  /** What an event is called, for `forget` and in the quarantine. Default: the number of its operation. */
  readonly id?: (event: EventOf<M>) => string | number
  /**
   * Remembers what the last so many events were called: one of them that is delivered again is counted in `duplicates`
   * and changes nothing, not even the number of operations. Rejected ones are remembered, too: see `retryRejected`.
   * What is remembered is part of each checkpoint. Needs `id`; an event that is called null is always new. Default:
   * none is remembered.
   */
  readonly dedup?: number
  /** For labels that come later. */
  readonly delayed?: DelayedRules
  /** Makes another such learner, so that what is looked at does not disturb this one. */
  readonly make?: () => M
  /** Rejected events kept, at most; default 10,000. */
  readonly rejectedMax?: number
  readonly alarm?: AlarmOptions
  /** Bytes of the log that may wait while it cannot be written; then learning pauses. Default 64 MiB. */
  readonly waitingBytesMax?: number
  /** Milliseconds until a failed write is tried again without a new event; default 1000. */
  readonly retryAfter?: number
}

/** What was counted since the learner was made or resumed; the first is part of what is kept. */
export interface DurableCounters {
  readonly operations: number
  readonly rejected: number
  readonly failures: number
  /** Events that were delivered again, and not learned again. */
  readonly duplicates: number
  /** Events that were refused because too much of the log waits to be written. */
  readonly paused: number
}
