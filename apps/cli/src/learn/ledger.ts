import type {
  Batch, Malformed, Note, Position, Revision, Schema, SourceCheckpoint, SourceCounters, SourceRecord,
} from '@eddy/sources'

/**
 * Where in its source a run is: after any record of a batch, though the source itself has handed over the whole batch.
 * What a source would count, and know of its columns, at that place.
 */
export class Ledger {
  readonly #delimiter: unknown
  readonly #contradictions: number[]
  readonly #reasons: Map<string, number>
  #schema: Schema
  #counters: SourceCounters
  #position: Position

  /** `from`: a checkpoint of the source before its first batch. */
  constructor({ counters, position, layout }: SourceCheckpoint, schema: Schema) {
    this.#delimiter = (layout as { readonly delimiter: unknown } | null)?.delimiter
    this.#schema = schema
    this.#contradictions = schema.columns.map(({ contradictions }) => contradictions)
    this.#reasons = new Map(Object.entries(counters.reasons))
    this.#counters = counters
    this.#position = position
  }

  /** Enters what happened between two records. */
  note(note: Note, malformed: (record: Malformed) => void, revised: (revision: Revision) => void): void {
    const { received, parsed, contradictions, revisions } = this.#counters
    if (note.kind === 'malformed') {
      const { code } = note.malformed
      this.#reasons.set(code, (this.#reasons.get(code) ?? 0) + 1)
      this.#counters = { ...this.#counters, received: received + 1, malformed: this.#counters.malformed + 1 }
      malformed(note.malformed)
    } else if (note.kind === 'contradiction') {
      this.#contradictions[note.column]!++
      this.#counters = { ...this.#counters, parsed, contradictions: contradictions + 1 }
    } else {
      this.#schema = note.revision.schema
      this.#counters = { ...this.#counters, revisions: revisions + 1 }
      revised(note.revision)
    }
  }

  /** Enters `count` records, the last of them `batch.records[index]`; index -1: those of the batch and all behind. */
  parsed(count: number, batch: Batch<SourceRecord>, index: number): void {
    const { received, parsed } = this.#counters
    this.#counters = { ...this.#counters, received: received + count, parsed: parsed + count }
    this.#position = index < 0 ? batch.end : batch.positionAfter(index)
  }

  /** For a source that is to go on from here. */
  get checkpoint(): SourceCheckpoint {
    const columns = this.#schema.columns.map((column, k) => ({ ...column, contradictions: this.#contradictions[k]! }))
    const reasons = Object.fromEntries([...this.#reasons].sort()) as SourceCounters['reasons']
    return {
      position: this.#position, counters: { ...this.#counters, reasons },
      layout: this.#delimiter === undefined
        ? null : { delimiter: this.#delimiter, schema: { ...this.#schema, columns } },
    }
  }
}
