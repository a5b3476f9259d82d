import type { Optimizer, Task } from 'eddy'
import type { SourceFormat } from '@eddy/sources'
import type { TimeColumn } from './event-time.ts'
import type { Delay } from './read-delay.ts'
import type { LossChoice } from './read-loss.ts'
import type { ModelChoice } from './read-model.ts'

/** What `eddy learn` is asked for. */
export interface LearnOptions {
  /** A path, or - for standard input. */
  readonly file: string
  readonly target: string
  readonly task: Task | 'auto'
  readonly format: SourceFormat | 'auto'
  readonly model: ModelChoice
  readonly optimizer: (() => Optimizer) | null
  readonly loss: LossChoice | null
  readonly ignore: readonly string[]
  readonly time: TimeColumn | null
  readonly delay: Delay | null
  readonly seed: number
  readonly limit: number
  readonly predictions: string | null
  readonly rejected: string | null
  readonly checkpoint: string | null
  readonly every: number | null
  readonly resume: boolean
  /** Whether every record is kept beside the checkpoints, so that any can be taken back. */
  readonly log: boolean
  /** The column that says what an event is called. */
  readonly id: string | null
  /** A safetensors file to start from. */
  readonly warmStart: string | null
  readonly report: 'text' | 'json'
  readonly quiet: boolean
}

/** What is done unless asked for otherwise. */
export const usualOptions: Omit<LearnOptions, 'file' | 'target'> = {
  task: 'auto', format: 'auto', model: { kind: 'auto' }, optimizer: null, loss: null, ignore: [], time: null,
  delay: null, seed: 1, limit: Infinity, predictions: null, rejected: null, checkpoint: null, every: null,
  resume: false, log: true, id: null, warmStart: null, report: 'text', quiet: false,
}
