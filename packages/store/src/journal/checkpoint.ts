/** A state, and where in the stream of events it belongs. */
export interface Checkpoint {
  /** Operations (events, requests, labels) so far. */
  readonly sequence: number
  /** Where the source goes on: whatever its own `checkpoint()` gives; null when there is none. */
  readonly position: unknown
  /** Operations that were taken back, by number, ascending. */
  readonly without: readonly number[]
  /** Rejected operations that were learned later on, by number, ascending. */
  readonly retried: readonly number[]
  /** What the last events were called, when they are remembered. */
  readonly ids?: unknown
  readonly state: unknown
}

/** A checkpoint without its state, and where it is. */
export interface CheckpointInfo extends Omit<Checkpoint, 'state' | 'ids'> {
  readonly file: string
  readonly at: number
  /** Bytes of its parts together. */
  readonly bytes: number
}
