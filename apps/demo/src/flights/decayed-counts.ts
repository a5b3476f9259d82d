/** What is left of one key's past: sums over landed flights, each faded by its age. */
interface Cell {
  /** Sum of the weights. */
  weight: number
  /** Weighted sum of the clipped delays, in minutes. */
  delay: number
  /** Weight of the late ones. */
  late: number
  /** The minute that the sums hold for. */
  minute: number
}

/** Believed before anything is known, with the weight of `count` flights. */
export interface Prior {
  readonly mean: number
  readonly rate: number
  readonly count: number
}

/**
 * Mean delay and rate of late flights per key, of landed flights only, with exponential forgetting.
 * Formula: mean = (sum of w_i clip(delay_i, -30, 180) + c p) / (sum of w_i + c), with w_i = d^(age in minutes), the
 * prior p and its count c; d = life / (life + 1), so that a flight's weight falls to about 1/e in `lifeMinutes`.
 * Cost: O(1) a flight, whatever its key's past. Only + - * / are used: the same bits on every engine.
 */
export class DecayedCounts {
  readonly #cells = new Map<string, Cell>()
  readonly #minutes = new Float64Array(1024)
  readonly #spans = new Float64Array(1024)

  constructor(lifeMinutes: number) {
    const keep = lifeMinutes / (lifeMinutes + 1)
    this.#minutes[0] = 1
    for (let k = 1; k < 1024; k++) this.#minutes[k] = this.#minutes[k - 1]! * keep
    this.#spans[0] = 1
    const span = this.#minutes[1023]! * keep
    for (let k = 1; k < 1024; k++) this.#spans[k] = this.#spans[k - 1]! * span
  }

  /** Counts a flight that has landed. */
  add(key: string, minute: number, delayMinutes: number, isLate: boolean): void {
    let cell = this.#cells.get(key)
    if (cell === undefined) this.#cells.set(key, (cell = { weight: 0, delay: 0, late: 0, minute }))
    const kept = this.#decay(minute - cell.minute)
    cell.weight = cell.weight * kept + 1
    cell.delay = cell.delay * kept + Math.max(-30, Math.min(180, delayMinutes))
    cell.late = cell.late * kept + (isLate ? 1 : 0)
    cell.minute = minute
  }

  /** The estimates for a key at a minute, and the weight of what they rest on. */
  read(key: string, minute: number, prior: Prior): { mean: number; rate: number; weight: number } {
    const cell = this.#cells.get(key)
    if (cell === undefined) return { mean: prior.mean, rate: prior.rate, weight: 0 }
    const kept = this.#decay(minute - cell.minute)
    const weight = cell.weight * kept
    const total = weight + prior.count
    return {
      mean: (cell.delay * kept + prior.count * prior.mean) / total,
      rate: (cell.late * kept + prior.count * prior.rate) / total,
      weight,
    }
  }

  /** d^age, from two tables: the minutes below 1024, and the spans of 1024 minutes (two years of them). */
  #decay(age: number): number {
    return this.#minutes[age & 1023]! * this.#spans[Math.min(1023, age >>> 10)]!
  }
}
