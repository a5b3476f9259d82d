import type { MalformedCode } from './malformed.ts'

/** received = parsed + malformed + dropped, at every moment. */
export interface SourceCounters {
  readonly received: number
  /** Handed over as records. */
  readonly parsed: number
  /** Could not be read. */
  readonly malformed: number
  /** Lost by the overflow policy of a push source. */
  readonly dropped: number
  /** The malformed ones by their code; tooLong is E_SIZE. */
  readonly reasons: Readonly<Partial<Record<MalformedCode, number>>>
  /** Values that were not of the kind first assumed, and changes of kinds because of that. */
  readonly contradictions: number
  readonly revisions: number
  /** Connections that were made anew. */
  readonly reconnects: number
}

/** Counts. Starts where an earlier account ended. */
export class Account {
  #parsed: number
  #malformed: number
  #dropped: number
  #contradictions: number
  #revisions: number
  #reconnects: number
  readonly #reasons: Map<MalformedCode, number>

  constructor(from?: SourceCounters) {
    this.#parsed = from?.parsed ?? 0
    this.#malformed = from?.malformed ?? 0
    this.#dropped = from?.dropped ?? 0
    this.#contradictions = from?.contradictions ?? 0
    this.#revisions = from?.revisions ?? 0
    this.#reconnects = from?.reconnects ?? 0
    this.#reasons = new Map(Object.entries(from?.reasons ?? {}) as [MalformedCode, number][])
  }

  parsed(count = 1): void {
    this.#parsed += count
  }

  malformed(code: MalformedCode): void {
    this.#malformed++
    this.#reasons.set(code, (this.#reasons.get(code) ?? 0) + 1)
  }

  dropped(): void {
    this.#dropped++
  }

  contradiction(): void {
    this.#contradictions++
  }

  revision(): void {
    this.#revisions++
  }

  reconnect(): void {
    this.#reconnects++
  }

  get counters(): SourceCounters {
    return {
      received: this.#parsed + this.#malformed + this.#dropped,
      parsed: this.#parsed, malformed: this.#malformed, dropped: this.#dropped,
      reasons: Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
      contradictions: this.#contradictions, revisions: this.#revisions, reconnects: this.#reconnects,
    }
  }
}
