import { meanOfErrors } from './mean-of.ts'
import { squaredError } from './squared-error.ts'
import type { Statistic } from './statistic.ts'

/** Root mean squared error. Formula: sqrt(mean (prediction - label)^2). */
export function rmse(): Statistic<number> {
  return meanOfErrors(squaredError, { finish: Math.sqrt })
}
