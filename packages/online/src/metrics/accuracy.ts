import { classStatistic } from './class-counts.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

export { likeliest, type Probabilities } from './probabilities.ts'

/** Share of events whose most probable class was the label. A label between 0 and 1 is rounded likewise. */
export function accuracy(): Statistic<Probabilities> {
  return classStatistic(({ right, total }) => right / total)
}

/**
 * Mean of the classes' recalls: what a model that always says the commonest class cannot raise.
 * Formula: mean over classes that have occurred as a label of (right of it) / (labels of it).
 * Deviation: River also divides by classes that were only ever predicted.
 */
export function balancedAccuracy(): Statistic<Probabilities> {
  return classStatistic((counts) => {
    let recalls = 0
    let classes = 0
    for (let k = 0; k < counts.size; k++) {
      if (!(counts.labels(k) > 0)) continue
      recalls += counts.hits(k) / counts.labels(k)
      classes++
    }
    return recalls / classes
  })
}
