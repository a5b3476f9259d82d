/** What became of every record: received = learned + rejected + expired + those whose label has not come yet. */
export interface TallyState {
  readonly received: number
  readonly learned: number
  /** Predicted, but without a label. */
  readonly expired: number
  /** Rejected ones by their code. */
  readonly reasons: Readonly<Record<string, number>>
}

/** Counts records by how they ended. */
export class Tally {
  received: number
  learned: number
  expired: number
  readonly #reasons: Map<string, number>

  constructor(from?: TallyState) {
    this.received = from?.received ?? 0
    this.learned = from?.learned ?? 0
    this.expired = from?.expired ?? 0
    this.#reasons = new Map(Object.entries(from?.reasons ?? {}))
  }

  reject(code: string): void {
    this.#reasons.set(code, (this.#reasons.get(code) ?? 0) + 1)
  }

  /** A record that was rejected comes again: as if it had not come yet. */
  readmit(code: string): void {
    const left = (this.#reasons.get(code) ?? 0) - 1
    this.received--
    if (left > 0) this.#reasons.set(code, left)
    else this.#reasons.delete(code)
  }

  get rejected(): number {
    let sum = 0
    for (const count of this.#reasons.values()) sum += count
    return sum
  }

  get state(): TallyState {
    const { received, learned, expired } = this
    return { received, learned, expired, reasons: Object.fromEntries([...this.#reasons].sort()) }
  }

  /** `2 E_LABEL, 1 E_ARITY`, the most frequent first. */
  get reasons(): string {
    const all = [...this.#reasons].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    return all.map(([code, count]) => `${count} ${code}`).join(', ')
  }
}
