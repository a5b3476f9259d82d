import { compiled, type Room } from './compiled.ts'
import type { EncodedEvent } from './encoded-event.ts'
import { type Saved, savedCount, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** Events that are remembered, neighbours that are asked, and most numbers of an event that are compared. */
const windowMax = 500
const near = 7
const widthMax = 64
/** Rows have at least so many numbers, and a multiple of half of it. */
const block = 8
/** In the room beside the rows, in f64: squares, the query, distances and places. */
const queryFrom = windowMax
const distancesFrom = queryFrom + widthMax
const placesFrom = distancesFrom + near + 1
const besides = placesFrom + near
/** Standardised numbers are cut here; a category has two coordinates in a square of that side, for 8 categories. */
const cut = 3
const categoriesMax = 8

/**
 * The latest 500 events, and the 7 of them that are most like this one, by Euclidean distance: of standardised numbers
 * cut to 3, and of two coordinates for each category.
 * The answer of each neighbour weighs 1 / (0.001 + distance).
 * Source: Cover and Hart 1967; weighting by distance: Dudani 1976.
 * Formula: |q - x|^2 = |q|^2 + |x|^2 - 2 q x, at least 0; the terms of q x are added in fours, each by twos.
 * State/cost: 500 rows; an event costs 500 products of vectors, in WebAssembly.
 */
export class Neighbours {
  /** Column by column, so that two rows are looked at at once. */
  #rows: Room = compiled().take(this, windowMax * block)
  #stride = block
  readonly #beside: Room = compiled().take(this, besides)
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
    const rows = compiled().take(this, windowMax * stride)
    const { f64 } = compiled()
    const from = this.#rows.at >>> 3
    f64.copyWithin(rows.at >>> 3, from, from + windowMax * this.#stride)
    compiled().free(this.#rows)
    this.#rows = rows
    this.#stride = stride
  }

  /** Finds the neighbours of the event that was asked for. */
  find(): void {
    const engine = compiled()
    const { f64, i32 } = engine
    const { at } = this.#beside
    const from = at >>> 3
    const query = this.#query
    for (let j = 0; j < this.#stride; j++) f64[from + queryFrom + j] = query[j]!
    let own = 0
    for (let j = 0; j < this.#width; j++) own += query[j]! * query[j]!
    const count = Math.min(this.#seen, windowMax)
    engine.nearest(
      this.#rows.at, at, at + 8 * queryFrom, windowMax, this.#stride, count, own, at + 8 * distancesFrom,
      at + 8 * placesFrom,
    )
    for (let k = 0; k < near; k++) {
      this.#distances[k] = f64[from + distancesFrom + k]!
      this.#places[k] = i32[(at >>> 2) + 2 * placesFrom + k]!
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
    if (this.#width > this.#stride) this.#widen(Math.ceil(this.#width / 4) * 4)
    const place = this.#seen % windowMax
    const { f64 } = compiled()
    let at = (this.#rows.at >>> 3) + place
    let square = 0
    for (let j = 0; j < this.#stride; j++) {
      const value = this.#query[j]!
      f64[at] = value
      at += windowMax
      square += value * value
    }
    f64[(this.#beside.at >>> 3) + place] = square
    this.#labels[place] = label
    this.#seen++
  }

  /** Rows one after the other. */
  get state(): Saved {
    const count = Math.min(this.#seen, windowMax)
    const { f64 } = compiled()
    const from = this.#rows.at >>> 3
    const squares = this.#beside.at >>> 3
    const stride = this.#stride
    const rows = Float64Array.from({ length: count * stride }, (_, k) => (
      f64[from + (k % stride) * windowMax + Math.floor(k / stride)]!
    ))
    return {
      seen: this.#seen, stride, rows: saveNumbers(rows), labels: saveNumbers(this.#labels.subarray(0, count)),
      squares: saveNumbers(f64.subarray(squares, squares + count)),
    }
  }

  restore(state: unknown): void {
    const { seen, stride, rows, labels, squares } = savedRecord(state, 'the neighbours')
    const all = savedCount(seen, "the neighbours' number", 0)
    const count = Math.min(all, windowMax)
    const width = 4 * savedCount(Number(stride) / 4, "a quarter of the neighbours' width", block / 4, widthMax / 4)
    this.#labels.set(savedNumbers(labels, "the neighbours' labels", count))
    const lengths = savedNumbers(squares, "the neighbours' squares", count)
    const numbers = savedNumbers(rows, 'the neighbours', count * width)
    if (width !== this.#stride) this.#widen(width)
    const { f64 } = compiled()
    f64.set(lengths, this.#beside.at >>> 3)
    const from = this.#rows.at >>> 3
    numbers.forEach((value, k) => {
      f64[from + (k % this.#stride) * windowMax + Math.floor(k / this.#stride)] = value
    })
    this.#seen = all
  }
}
