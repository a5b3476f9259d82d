import { chosenClasses, type ClassChoice } from './class-average.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

/**
 * Harmonic mean of precision and recall, of class 1 unless `of` or `average` says otherwise.
 * Formula: 2 hits / (labels + predicted). Source: van Rijsbergen 1979.
 * Edge: 0 for a class that was neither label nor predicted; NaN before the first event.
 * @throws ValueError for a class that is no whole number from 0 on.
 * @example f1({ of: 2 }), f1({ average: 'macro' })
 */
export function f1(choice: ClassChoice = {}): Statistic<Probabilities> {
  return chosenClasses('f1', f1Of, choice)
}

/** `f1({ average: 'macro' })`: the mean over all classes that were a label or predicted. */
export function macroF1(): Statistic<Probabilities> {
  return f1({ average: 'macro' })
}

/** `f1({ average: 'micro' })`: over all decisions together; for one label an event, the accuracy. */
export function microF1(): Statistic<Probabilities> {
  return f1({ average: 'micro' })
}

/** `f1({ average: 'weighted' })`: the mean over all labels of the score of their class. */
export function weightedF1(): Statistic<Probabilities> {
  return f1({ average: 'weighted' })
}

export function f1Of(hits: number, labels: number, guesses: number): number {
  return hits > 0 ? (2 * hits) / (labels + guesses) : 0
}
