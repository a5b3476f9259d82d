import { resolve } from 'node:path'
import type { Answer } from '../learn/model.ts'
import type { Plan } from '../learn/plan.ts'
import { type PredictionLines, predictionLines } from '../learn/prediction-lines.ts'
import { type Refused, RejectedFile, type RejectedFileState } from '../learn/rejected-file.ts'
import { TextFile } from '../learn/text-file.ts'
import type { Malformed, SourceRecord } from '@eddy/sources'

/** Which files there are, and how far they are written. */
export interface OutputsState {
  /** What the source is called. */
  readonly source: string
  readonly predictions: { readonly path: string; readonly bytes: number } | null
  readonly rejected: { readonly path: string } & RejectedFileState | null
}

export interface OutputPaths {
  readonly predictions: string | null
  readonly rejected: string | null
  /** What the source is called. */
  readonly source: string
}

/**
 * The files of predictions and of rejected records. What they hold belongs to a state as its numbers do: a state that
 * is restored takes back the lines that were written after it, so that each record has exactly one.
 */
export class Outputs {
  readonly #paths: OutputPaths
  #predictions: TextFile | null = null
  #rejected: RejectedFile | null = null
  #lines!: PredictionLines

  constructor(paths: OutputPaths) {
    this.#paths = paths
  }

  get hasPredictions(): boolean {
    return this.#paths.predictions !== null
  }

  /** Goes on where a state was, or begins empty; lines of another file are left alone. */
  open(plan: Plan, classes: () => readonly string[], state: OutputsState | null): void {
    const { predictions, rejected, source } = this.#paths
    if (predictions !== null) {
      const from = state?.predictions?.path === resolve(predictions) ? state.predictions.bytes : null
      if (this.#predictions === null) this.#predictions = new TextFile(predictions, '--predictions', from)
      else this.#predictions.rewind(from ?? 0)
      this.#lines = predictionLines(predictions, plan.task, classes, true)
      if (from === null || from === 0) this.#predictions.write(this.#lines.header)
    }
    if (rejected !== null) {
      const from = state?.rejected?.path === resolve(rejected) ? state.rejected : null
      if (this.#rejected === null) this.#rejected = new RejectedFile(rejected, source, from)
      else this.#rejected.rewind(from ?? { bytes: 0, rows: 0 })
    }
  }

  predicted(record: number, answer: Answer, label: unknown): void {
    this.#predictions!.write(this.#lines.line(record, answer, label))
  }

  refused(refused: Refused, event: SourceRecord): void {
    this.#rejected?.refused(refused, event)
  }

  malformed(malformed: Malformed): void {
    this.#rejected?.malformed(malformed)
  }

  /** Writes what waits, for whoever reads along. */
  flush(): void {
    this.#predictions?.flush()
    this.#rejected?.flush()
  }

  /** The same, so that it is there before a state that counts on it, even when the machine ends. */
  sync(): OutputsState {
    const { predictions, rejected, source } = this.#paths
    this.#predictions?.sync()
    this.#rejected?.sync()
    return {
      source,
      predictions: this.#predictions === null
        ? null : { path: resolve(predictions!), bytes: this.#predictions.bytes },
      rejected: this.#rejected === null ? null : { path: resolve(rejected!), ...this.#rejected.state },
    }
  }

  close(): void {
    this.#predictions?.close()
    this.#rejected?.close()
  }
}
