/** How the guesses went: in all, over the latest `windowSize`, and against always saying the most frequent class. */
export class DigitScores {
  readonly windowSize: number
  readonly #recent: { readonly label: number; readonly guess: number }[] = []
  readonly #labels = new Array<number>(10).fill(0)
  #count = 0
  #right = 0
  #recentRight = 0
  #majorityRight = 0
  #loss = 0

  constructor(windowSize = 1000) {
    this.windowSize = windowSize
  }

  /** A guess and its loss, made before the label was used. */
  add(label: number, guess: number, loss: number): void {
    const isRight = label === guess ? 1 : 0
    if (this.#labels.indexOf(Math.max(...this.#labels)) === label) this.#majorityRight++
    this.#labels[label]!++
    this.#count++
    this.#right += isRight
    this.#loss += loss
    this.#recentRight += isRight
    this.#recent.push({ label, guess })
    if (this.#recent.length <= this.windowSize) return
    const oldest = this.#recent.shift()!
    if (oldest.label === oldest.guess) this.#recentRight--
  }

  get count(): number {
    return this.#count
  }

  get accuracy(): number {
    return this.#right / this.#count
  }

  get recentAccuracy(): number {
    return this.#recentRight / this.#recent.length
  }

  get majorityAccuracy(): number {
    return this.#majorityRight / this.#count
  }

  get logLoss(): number {
    return this.#loss / this.#count
  }

  /** The most frequent mistakes among the latest guesses. */
  confusions(most: number): readonly { readonly label: number; readonly guess: number; readonly count: number }[] {
    const counts = new Map<number, number>()
    for (const { label, guess } of this.#recent) {
      if (label !== guess) counts.set(label * 10 + guess, (counts.get(label * 10 + guess) ?? 0) + 1)
    }
    return [...counts]
      .map(([pair, count]) => ({ label: Math.floor(pair / 10), guess: pair % 10, count }))
      .sort((a, b) => b.count - a.count || a.label - b.label || a.guess - b.guess)
      .slice(0, most)
  }
}

/** The class with the largest logit; the first of equals. */
export function argMax(logits: ArrayLike<number>): number {
  let best = 0
  for (let k = 1; k < logits.length; k++) if (logits[k]! > logits[best]!) best = k
  return best
}
