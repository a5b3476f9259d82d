import { ClassStatistic, readClasses } from './class-counts.ts'
import { f1Of } from './f1.ts'
import type { MetricState } from './metric.ts'
import { precisionOf } from './precision.ts'
import type { Probabilities } from './probabilities.ts'
import { recallOf } from './recall.ts'
import { Statistic } from './statistic.ts'

/** Rows: the label. Columns: what was predicted. Values: events, or the sum of their weights. */
export type ConfusionRows = readonly (readonly number[])[]

/**
 * How often each class was taken for each: `value[label][predicted]`, square, with a row for every class up to the
 * largest that was a label or predicted. Memory: for each label one number for each class up to the largest predicted.
 */
export function confusionMatrix(): Statistic<Probabilities, ConfusionRows> {
  return new ConfusionMatrix()
}

class ConfusionMatrix extends Statistic<Probabilities, ConfusionRows> {
  #rows: number[][] = []

  constructor() {
    super(2, 'class')
  }

  get value(): ConfusionRows {
    let size = 0
    this.#rows.forEach((row, label) => row.forEach((count, guess) => {
      if (count > 0) size = Math.max(size, label + 1, guess + 1)
    }))
    return Array.from({ length: size }, (_, k) => (
      Array.from({ length: size }, (__, column) => this.#rows[k]?.[column] ?? 0)
    ))
  }

  /** Triples: label, predicted, count. */
  get state(): MetricState {
    return Object.freeze(this.#rows.flatMap((row, label) => (
      row.flatMap((count, guess) => (count === 0 ? [] : [label, guess, count]))
    )))
  }

  fits({ length }: MetricState): boolean {
    return length % 3 === 0
  }

  restore(state: MetricState): void {
    this.#rows = []
    for (let k = 0; k < state.length; k += 3) this.#count(state[k]!, state[k + 1]!, state[k + 2]!)
  }

  fresh(): ConfusionMatrix {
    return new ConfusionMatrix()
  }

  read(prediction: Probabilities, label: number, into: Float64Array): void {
    readClasses(prediction, label, into)
  }

  add(event: Float64Array, at: number, weight: number): void {
    this.#count(event[at]!, event[at + 1]!, weight)
  }

  remove(event: Float64Array, at: number): void {
    this.#count(event[at]!, event[at + 1]!, -1)
  }

  rescale(factor: number): void {
    this.#rows = this.#rows.map((row) => row.map((count) => count * factor))
  }

  #count(label: number, guess: number, weight: number): void {
    while (this.#rows.length <= label) this.#rows.push([])
    const row = this.#rows[label]!
    while (row.length <= guess) row.push(0)
    row[guess] = row[guess]! + weight
  }
}

/** The scores of one class. */
export interface ClassScores {
  readonly class: number
  /** Events that have it, or the sum of their weights. */
  readonly support: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** Precision, recall and F1 of every class that was a label or predicted, by its number. */
export function classScores(): Statistic<Probabilities, readonly ClassScores[]> {
  return new ClassStatistic<readonly ClassScores[]>((counts) => (
    Array.from({ length: counts.size }, (_, k) => k)
      .filter((k) => counts.labels(k) > 0 || counts.guesses(k) > 0)
      .map((k) => {
        const [hits, support, guesses] = [counts.hits(k), counts.labels(k), counts.guesses(k)]
        return {
          class: k, support, precision: precisionOf(hits, support, guesses), recall: recallOf(hits, support),
          f1: f1Of(hits, support, guesses),
        }
      })
  ), [])
}
