import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Events that are remembered, neighbours that are asked, and most numbers of an event that are compared. */
const windowMax = 500
const near = 7
const widthMax = 64

/**
 * The latest 500 events, and the 7 of them that are most like this one, by Euclidean distance.
 * The answer of each neighbour weighs 1 / (0.001 + distance).
 * Source: Cover and Hart 1967; weighting by distance: Dudani 1976.
 * State/cost: 500 rows; an event costs 500 distances, computed column by column, four columns at a time.
 */
export class Neighbours {
  /** One array for each number that is compared. */
  #columns: Float64Array[] = []
  readonly #labels = new Float64Array(windowMax)
  readonly #sums = new Float64Array(windowMax)
  readonly #query = new Float64Array(widthMax + 3)
  readonly #distances = new Float64Array(near)
  readonly #places = new Int32Array(near)
  #seen = 0
  #width = 0
  /** How many were found. */
  found = 0

  /** Takes the numbers of an event; at most 64 of them count. */
  ask(numbers: readonly number[]): void {
    this.#width = Math.min(numbers.length, widthMax)
    const query = this.#query
    for (let j = 0; j < query.length; j++) query[j] = j < this.#width ? numbers[j]! : 0
  }

  /** Finds the neighbours of the event that was asked for. */
  find(): void {
    const count = Math.min(this.#seen, windowMax)
    // Columns that were not there before are 0 in the events of then.
    let beyond = 0
    for (let j = this.#columns.length; j < this.#width; j++) beyond += this.#query[j]! * this.#query[j]!
    this.#sums.fill(beyond)
    for (let j = 0; j < this.#columns.length; j += 4) addDistances(this.#columns, j, this.#query, this.#sums, count)
    const distances = this.#distances
    const places = this.#places
    const sums = this.#sums
    distances.fill(Infinity)
    let worst = Infinity
    for (let i = 0; i < count; i++) {
      const sum = sums[i]!
      if (!(sum < worst)) continue
      let place = near - 1
      while (place > 0 && distances[place - 1]! > sum) {
        distances[place] = distances[place - 1]!
        places[place] = places[place - 1]!
        place--
      }
      distances[place] = sum
      places[place] = i
      worst = distances[near - 1]!
    }
    this.found = Math.min(count, near)
  }

  /** The label of the k-th nearest. */
  label(k: number): number {
    return this.#labels[this.#places[k]!]!
  }

  weight(k: number): number {
    return 1 / (1e-3 + Math.sqrt(this.#distances[k]!))
  }

  /** Remembers the event that was asked for last. */
  learn(label: number): void {
    const place = this.#seen % windowMax
    // There are always whole fours of columns.
    while (this.#columns.length < this.#width) {
      for (let k = 0; k < 4; k++) this.#columns.push(new Float64Array(windowMax))
    }
    for (let j = 0; j < this.#columns.length; j++) this.#columns[j]![place] = this.#query[j]!
    this.#labels[place] = label
    this.#seen++
  }

  get state(): Saved {
    const count = Math.min(this.#seen, windowMax)
    return {
      seen: this.#seen, columns: this.#columns.map((column) => saveNumbers(column.subarray(0, count))),
      labels: saveNumbers(this.#labels.subarray(0, count)),
    }
  }

  restore(state: unknown): void {
    const { seen, columns, labels } = savedRecord(state, 'the neighbours')
    const count = Math.min(Number(seen), windowMax)
    this.#labels.set(savedNumbers(labels, "the neighbours' labels", count))
    this.#columns = (columns as readonly Saved[]).map((saved) => {
      const column = new Float64Array(windowMax)
      column.set(savedNumbers(saved, 'the neighbours', count))
      return column
    })
    this.#seen = Number(seen)
  }
}

/** Adds the squared differences in four columns. */
function addDistances(
  columns: readonly Float64Array[], j: number, query: Float64Array, sums: Float64Array, count: number,
): void {
  const [p, q, r, s] = [columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!]
  const x = query[j]!
  const y = query[j + 1]!
  const z = query[j + 2]!
  const w = query[j + 3]!
  for (let i = 0; i < count; i++) {
    const a = p[i]! - x
    const b = q[i]! - y
    const c = r[i]! - z
    const d = s[i]! - w
    sums[i] = sums[i]! + (a * a + b * b) + (c * c + d * d)
  }
}
