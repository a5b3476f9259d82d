import { chosenClasses, type ClassChoice } from './class-average.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

/**
 * How many of the events that were given a class have it; of class 1 unless `of` or `average` says otherwise.
 * Formula: hits / predicted. Edge: 0 for a class that was never predicted; NaN before the first event.
 * @throws ValueError for a class that is no whole number from 0 on.
 */
export function precision(choice: ClassChoice = {}): Statistic<Probabilities> {
  return chosenClasses('precision', precisionOf, choice)
}

export function precisionOf(hits: number, _: number, guesses: number): number {
  return hits > 0 ? hits / guesses : 0
}
