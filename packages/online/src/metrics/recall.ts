import { chosenClasses, type ClassChoice } from './class-average.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

/**
 * How many of the events that have a class were given it; of class 1 unless `of` or `average` says otherwise.
 * Formula: hits / labels. Edge: 0 for a class that was never the label; NaN before the first event.
 * @throws ValueError for a class that is no whole number from 0 on.
 */
export function recall(choice: ClassChoice = {}): Statistic<Probabilities> {
  return chosenClasses('recall', recallOf, choice)
}

export function recallOf(hits: number, labels: number): number {
  return hits > 0 ? hits / labels : 0
}
