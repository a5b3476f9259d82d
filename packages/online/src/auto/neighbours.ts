import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Events that are remembered, neighbours that are asked, and most numbers of an event that are compared. */
const windowMax = 500
const near = 7
const widthMax = 64

/**
 * The latest 500 events, and the 7 of them that are most like this one, by Euclidean distance.
 * The answer of each neighbour weighs 1 / (0.001 + distance).
 * Source: Cover and Hart 1967; weighting by distance: Dudani 1976.
 * State/cost: 500 rows; an event costs 500 distances.
 */
export class Neighbours {
  #width = 0
  #rows = new Float64Array(0)
  readonly #labels = new Float64Array(windowMax)
  #seen = 0
  #query = new Float64Array(widthMax)
  readonly distances = new Float64Array(near)
  readonly #places = new Int32Array(near)
  /** How many were found. */
  found = 0

  /** Finds the neighbours of an event, given by its numbers; at most 64 of them count. */
  find(numbers: readonly number[]): void {
    const width = Math.min(numbers.length, widthMax)
    if (width > this.#width) this.#widen(width)
    const query = this.#query
    for (let j = 0; j < this.#width; j++) query[j] = j < width ? numbers[j]! : 0
    const count = Math.min(this.#seen, windowMax)
    const { distances } = this
    distances.fill(Infinity)
    let worst = Infinity
    for (let i = 0; i < count; i++) {
      const at = i * this.#width
      let sum = 0
      for (let j = 0; j < this.#width; j++) {
        const apart = this.#rows[at + j]! - query[j]!
        sum += apart * apart
      }
      if (!(sum < worst)) continue
      let place = near - 1
      while (place > 0 && distances[place - 1]! > sum) {
        distances[place] = distances[place - 1]!
        this.#places[place] = this.#places[place - 1]!
        place--
      }
      distances[place] = sum
      this.#places[place] = i
      worst = distances[near - 1]!
    }
    this.found = Math.min(count, near)
  }

  /** The label of the k-th nearest. */
  label(k: number): number {
    return this.#labels[this.#places[k]!]!
  }

  weight(k: number): number {
    return 1 / (1e-3 + Math.sqrt(this.distances[k]!))
  }

  /** Remembers the event that was asked for last. */
  learn(label: number): void {
    const place = this.#seen % windowMax
    this.#rows.set(this.#query.subarray(0, this.#width), place * this.#width)
    this.#labels[place] = label
    this.#seen++
  }

  /** Columns that were not there before are 0 in the events of then. */
  #widen(width: number): void {
    const wider = new Float64Array(windowMax * width)
    for (let i = 0; i < windowMax && this.#width > 0; i++) {
      wider.set(this.#rows.subarray(i * this.#width, (i + 1) * this.#width), i * width)
    }
    this.#rows = wider
    this.#width = width
  }

  get state(): Saved {
    const rows = Math.min(this.#seen, windowMax)
    return {
      seen: this.#seen, width: this.#width, rows: saveNumbers(this.#rows.subarray(0, rows * this.#width)),
      labels: saveNumbers(this.#labels.subarray(0, rows)),
    }
  }

  restore(state: unknown): void {
    const { seen, width, rows, labels } = savedRecord(state, 'the neighbours')
    const count = Math.min(Number(seen), windowMax)
    const kept = savedNumbers(rows, 'the neighbours', count * Number(width))
    const keptLabels = savedNumbers(labels, "the neighbours' labels", count)
    this.#width = 0
    this.#rows = new Float64Array(0)
    if (Number(width) > 0) this.#widen(Number(width))
    this.#rows.set(kept)
    this.#labels.set(keptLabels)
    this.#seen = Number(seen)
  }
}
