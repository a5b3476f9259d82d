import { oneLine } from '../misuse.ts'

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
  /** What was wrong with the first one of each code, of those that came to this process. */
  readonly #firsts = new Map<string, string>()

  constructor(from?: TallyState) {
    this.received = from?.received ?? 0
    this.learned = from?.learned ?? 0
    this.expired = from?.expired ?? 0
    this.#reasons = new Map(Object.entries(from?.reasons ?? {}))
  }

  reject(code: string, where: string, reason: string): void {
    const count = this.#reasons.get(code) ?? 0
    this.#reasons.set(code, count + 1)
    if (!this.#firsts.has(code)) this.#firsts.set(code, `${count === 0 ? 'first ' : ''}${where}: ${shortened(reason)}`)
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

  /** An example of each of the most frequent reasons, for people: `E_ARITY, first on line 7: it has ...`. */
  get examples(): readonly string[] {
    const all = [...this.#firsts].sort(([a], [b]) => (this.#reasons.get(b) ?? 0) - (this.#reasons.get(a) ?? 0))
    return all.filter(([code]) => this.#reasons.has(code)).slice(0, 3).map(([code, text]) => (
      `  ${code}, ${text}${code === 'E_UTF8' ? ' (iconv -f ISO-8859-1 -t UTF-8 converts Latin-1)' : ''}`
    ))
  }

  /** `2 E_LABEL, 1 E_ARITY`, the most frequent first. */
  get reasons(): string {
    const all = [...this.#reasons].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    return all.map(([code, count]) => `${count} ${code}`).join(', ')
  }
}

function shortened(reason: string): string {
  const line = oneLine(reason)
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
