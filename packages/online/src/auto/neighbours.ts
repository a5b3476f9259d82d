import type { EncodedEvent } from './encoded-event.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Events that are remembered, neighbours that are asked, and most numbers of an event that are compared. */
const windowMax = 500
const near = 7
const widthMax = 64
/** Rows have at least so many numbers, and a multiple of half of it. */
const block = 8
/** Standardised numbers are cut here; a category has two coordinates in a square of that side, for 8 categories. */
const cut = 3
const categoriesMax = 8

/**
 * The latest 500 events, and the 7 of them that are most like this one, by Euclidean distance: of standardised numbers
 * cut to 3, and of two coordinates for each category.
 * The answer of each neighbour weighs 1 / (0.001 + distance).
 * Source: Cover and Hart 1967; weighting by distance: Dudani 1976.
 * Formula: |q - x|^2 = |q|^2 + |x|^2 - 2 q x, at least 0.
 * State/cost: 500 rows; an event costs 500 products of vectors.
 */
export class Neighbours {
  /** Row by row. */
  #rows = new Float64Array(windowMax * block)
  #stride = block
  readonly #squares = new Float64Array(windowMax)
  readonly #labels = new Float64Array(windowMax)
  readonly #query = new Float64Array(widthMax)
  readonly #distances = new Float64Array(near)
  readonly #places = new Int32Array(near)
  #seen = 0
  #width = 0
  /** How many were found. */
  found = 0

  /** Takes an event; `known`: columns that it may have. At most 64 numbers count. */
  ask({ columns, values, numbers, categories, named }: EncodedEvent, known: number): void {
    const query = this.#query
    query.fill(0)
    for (let i = 0; i < numbers; i++) {
      const column = columns[i]!
      const z = values[i]!
      if (column < known && column < widthMax) query[column] = z > cut ? cut : z < -cut ? -cut : z
    }
    let width = Math.min(known, widthMax)
    for (let i = 0; i < named && i < categoriesMax && width + 2 <= widthMax; i++) {
      const { hash } = categories[i]!
      query[width++] = (hash % 97) / 97 * cut
      query[width++] = ((hash >>> 8) % 89) / 89 * cut
    }
    this.#width = width
  }

  /** Numbers that were not there before are 0 in the events of then. */
  #widen(stride: number): void {
    const rows = new Float64Array(windowMax * stride)
    for (let i = 0; i < windowMax; i++) {
      rows.set(this.#rows.subarray(i * this.#stride, (i + 1) * this.#stride), i * stride)
    }
    this.#rows = rows
    this.#stride = stride
  }

  /** Finds the neighbours of the event that was asked for. */
  find(): void {
    const count = Math.min(this.#seen, windowMax)
    const rows = this.#rows
    const stride = this.#stride
    const query = this.#query
    const distances = this.#distances
    const places = this.#places
    const [q0, q1, q2, q3] = [query[0]!, query[1]!, query[2]!, query[3]!]
    const [q4, q5, q6, q7] = [query[4]!, query[5]!, query[6]!, query[7]!]
    const squares = this.#squares
    distances.fill(Infinity)
    let own = 0
    for (let j = 0; j < this.#width; j++) own += query[j]! * query[j]!
    let worst = Infinity
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      let product = (q0 * rows[at]! + q1 * rows[at + 1]!) + (q2 * rows[at + 2]! + q3 * rows[at + 3]!)
        + ((q4 * rows[at + 4]! + q5 * rows[at + 5]!) + (q6 * rows[at + 6]! + q7 * rows[at + 7]!))
      for (let j = block; j < stride; j += 4) {
        product += (query[j]! * rows[at + j]! + query[j + 1]! * rows[at + j + 1]!)
          + (query[j + 2]! * rows[at + j + 2]! + query[j + 3]! * rows[at + j + 3]!)
      }
      const sum = own + squares[i]! - 2 * product
      if (sum < worst) worst = this.#insert(i, sum > 0 ? sum : 0, distances, places)
    }
    this.found = Math.min(count, near)
  }

  #insert(row: number, sum: number, distances: Float64Array, places: Int32Array): number {
    let place = near - 1
    while (place > 0 && distances[place - 1]! > sum) {
      distances[place] = distances[place - 1]!
      places[place] = places[place - 1]!
      place--
    }
    distances[place] = sum
    places[place] = row
    return distances[near - 1]!
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
    if (this.#width > this.#stride) this.#widen(Math.ceil(this.#width / 4) * 4)
    const place = this.#seen % windowMax
    const rows = this.#rows
    const at = place * this.#stride
    let square = 0
    for (let j = 0; j < this.#stride; j++) {
      const value = this.#query[j]!
      rows[at + j] = value
      square += value * value
    }
    this.#squares[place] = square
    this.#labels[place] = label
    this.#seen++
  }

  get state(): Saved {
    const count = Math.min(this.#seen, windowMax)
    return {
      seen: this.#seen, stride: this.#stride, rows: saveNumbers(this.#rows.subarray(0, count * this.#stride)),
      labels: saveNumbers(this.#labels.subarray(0, count)), squares: saveNumbers(this.#squares.subarray(0, count)),
    }
  }

  restore(state: unknown): void {
    const { seen, stride, rows, labels, squares } = savedRecord(state, 'the neighbours')
    const count = Math.min(Number(seen), windowMax)
    this.#labels.set(savedNumbers(labels, "the neighbours' labels", count))
    this.#squares.set(savedNumbers(squares, "the neighbours' squares", count))
    this.#stride = Number(stride)
    this.#rows = new Float64Array(windowMax * this.#stride)
    this.#rows.set(savedNumbers(rows, 'the neighbours', count * this.#stride))
    this.#seen = Number(seen)
  }
}
