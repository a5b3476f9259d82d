/** Which file holds which row of a quarantine, and which files hold none any more. */
export class QuarantineFiles {
  readonly #fileOf = new Map<number, string>()
  /** Rows of each file that are kept. */
  readonly #counts = new Map<string, number>()

  /** A row is in this file now; null: in none. */
  put(sequence: number, file: string | null): void {
    this.drop(sequence)
    if (file === null) return
    this.#fileOf.set(sequence, file)
    this.#add(file, 1)
  }

  /** A row is kept no longer. */
  drop(sequence: number): void {
    const file = this.#fileOf.get(sequence)
    if (file === undefined) return
    this.#fileOf.delete(sequence)
    this.#add(file, -1)
  }

  /** This file holds something that is no row of ours: it is never empty. */
  hold(file: string): void {
    this.#counts.set(file, Infinity)
  }

  /** The files that hold nothing, each told once; the present one is still written. */
  takeEmpty(present: string | null): readonly string[] {
    const empty = [...this.#counts].filter(([file, count]) => count === 0 && file !== present).map(([file]) => file)
    for (const file of empty) this.#counts.delete(file)
    return empty
  }

  #add(file: string, count: number): void {
    this.#counts.set(file, (this.#counts.get(file) ?? 0) + count)
  }
}
