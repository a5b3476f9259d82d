import { meanOf } from './mean-of.ts'
import type { Statistic } from './statistic.ts'

/** Root mean squared error. Formula: sqrt(mean (prediction - label)^2). */
export function rmse(): Statistic<number> {
  return meanOf((prediction, label) => (prediction - label) * (prediction - label), { finish: Math.sqrt })
}
