import type { EncodedEvent } from './encoded-event.ts'
import { InputSlots, inputsMax } from './input-slots.ts'
import { LeastSquares } from './least-squares.ts'
import { Neighbours } from './neighbours.ts'
import { contextSize, type NumberHistory } from './number-history.ts'
import { type Saved, saveNumbers, savedNumbers, savedRecord } from './saved.ts'

/** The experts that are no branches of the graph, in the order of their predictions. */
export const numberExperts = [
  'last', 'mean', 'median', 'smooth', 'seasonal', 'lastOfKey', 'leastSquares', 'leastSquaresOfChanges',
  'autoregression', 'neighbours',
] as const

const ofSquares = numberExperts.indexOf('leastSquares')
const ofNeighbours = numberExperts.indexOf('neighbours')

/** Inputs of the autoregression: 1 and the first numbers of the context, which concern the series alone. */
const seriesInputs = 10
const changeInputs = 25
const reserved = 2 + contextSize
const fading = 0.02
const held = 3
/** A change counts for no more steps than this. */
const changeMax = 50

/** Least squares for the change since the last label, in steps, with errors cut to 3 times the usual one. */
class ChangeModel {
  readonly squares: LeastSquares
  readonly x: Float64Array
  /** The usual size of an error. */
  #usual = 0
  #predicted = 0
  readonly #error = [0]

  constructor(inputs: number, forgetting: number) {
    this.squares = new LeastSquares({ inputs, outputs: 1, forgetting })
    this.x = new Float64Array(inputs)
  }

  predict(last: number, step: number): number {
    this.#predicted = this.squares.predict(this.x)[0]!
    return last + step * this.#predicted
  }

  learn(change: number): void {
    const error = change - this.#predicted
    const size = Math.abs(error)
    this.#usual = this.#usual === 0 ? size : this.#usual + fading * (Math.min(size, 5 * this.#usual) - this.#usual)
    const most = this.#usual > 0 ? held * this.#usual : Infinity
    this.#error[0] = error > most ? most : error < -most ? -most : error
    this.squares.learn(this.x, this.#error)
  }

  get state(): Saved {
    return { usual: this.#usual, squares: this.squares.state }
  }

  restore(state: unknown): void {
    const { usual, squares } = savedRecord(state, 'least squares')
    this.#usual = Number(usual)
    this.squares.restore(squares)
  }
}

/** Where the series stood when an event was predicted. */
export interface Standing {
  readonly last: number
  readonly mean: number
  readonly step: number
  readonly spread: number
}

/** The inputs of least squares for an event. */
export type Inputs = readonly Float64Array[]

/** Experts for numbers: simple ones that read the history of labels, least squares, and neighbours. */
export class NumberExperts {
  readonly #history: NumberHistory
  readonly #slots = new InputSlots(reserved)
  readonly #all = new ChangeModel(inputsMax, 0.99)
  readonly #changes = new ChangeModel(changeInputs, 0.999)
  readonly #series = new ChangeModel(seriesInputs, 0.998)
  readonly #models = [this.#all, this.#changes, this.#series] as const
  readonly #neighbours = new Neighbours()
  /** The columns of the event before, for their changes; NaN where there was none. */
  #before: number[] = []

  constructor(history: NumberHistory) {
    this.#history = history
  }

  /** Writes the predictions, in the order of `numberExperts`; `columns`: how many are known. */
  predict(event: EncodedEvent, columns: number, out: Float64Array, asleep: Uint8Array): void {
    const { last, mean, median, smooth, seasonal, keyed, step, spread } = this.#history
    this.#fill(event)
    this.#neighbours.ask(event, columns)
    const asksNeighbours = asleep[ofNeighbours] === 0
    if (asksNeighbours) this.#neighbours.find()
    out[0] = last
    out[1] = mean
    out[2] = median
    out[3] = smooth
    out[4] = seasonal
    out[5] = keyed.last(last)
    for (let k = 0; k < this.#models.length; k++) {
      out[ofSquares + k] = asleep[ofSquares + k] === 1 ? last : this.#models[k]!.predict(last, step)
    }
    out[ofNeighbours] = asksNeighbours ? mean + spread * this.#nearMean() : mean
  }

  /** A copy of the inputs of the event that was predicted last. */
  get inputs(): Inputs {
    return this.#models.map(({ x }) => x.slice())
  }

  /**
   * Learns the event that was predicted last, before the history does; or with where it stood and its inputs then. Who
   * is asleep does not.
   */
  learn(
    event: EncodedEvent, label: number, asleep: Uint8Array, standing: Standing = this.#history,
    inputs: Inputs | null = null,
  ): void {
    const { count } = this.#history
    const { last, mean, step, spread } = standing
    const isNew = this.#slots.admit(event)
    if (inputs !== null) this.#models.forEach(({ x }, k) => x.set(inputs[k]!))
    else if (isNew) this.#fill(event)
    if (count > 0) {
      const change = (label - last) / step
      const kept = change > changeMax ? changeMax : change < -changeMax ? -changeMax : change
      for (let k = 0; k < this.#models.length; k++) {
        if (asleep[ofSquares + k] === 1) continue
        if (isNew || inputs !== null) this.#models[k]!.predict(last, step)
        this.#models[k]!.learn(kept)
      }
      this.#neighbours.learn((label - mean) / spread)
    }
    const { columns, values, numbers } = event
    for (let i = 0; i < numbers; i++) {
      while (this.#before.length <= columns[i]!) this.#before.push(NaN)
      this.#before[columns[i]!] = values[i]!
    }
  }

  #fill(event: EncodedEvent): void {
    const { context } = this.#history
    const all = this.#all.x
    const changes = this.#changes.x
    const series = this.#series.x
    all.fill(0)
    changes.fill(0)
    all[0] = changes[0] = series[0] = 1
    for (let i = 0; i < contextSize; i++) all[1 + i] = context[i]!
    for (let i = 1; i < seriesInputs; i++) series[i] = context[i - 1]!
    this.#slots.fill(event, all)
    const { columns, values, numbers } = event
    for (let i = 0; i < numbers; i++) {
      const slot = columns[i]! + 1
      const apart = values[i]! - (this.#before[columns[i]!] ?? NaN)
      if (slot < changeInputs && apart === apart) changes[slot] = apart > 5 ? 5 : apart < -5 ? -5 : apart
    }
  }

  #nearMean(): number {
    let sum = 0
    let total = 0
    for (let k = 0; k < this.#neighbours.found && k < 5; k++) {
      const weight = this.#neighbours.weight(k)
      sum += weight * this.#neighbours.label(k)
      total += weight
    }
    return total > 0 ? sum / total : 0
  }

  get state(): Saved {
    return {
      slots: this.#slots.state, all: this.#all.state, changes: this.#changes.state, series: this.#series.state,
      neighbours: this.#neighbours.state, before: saveNumbers(this.#before),
    }
  }

  restore(state: unknown): void {
    const { slots, all, changes, series, neighbours, before } = savedRecord(state, 'the experts')
    this.#slots.restore(slots)
    this.#all.restore(all)
    this.#changes.restore(changes)
    this.#series.restore(series)
    this.#neighbours.restore(neighbours)
    this.#before = [...savedNumbers(before, 'the columns before')]
  }
}
