import { meanOfErrors } from './mean-of.ts'
import { squaredError, squaredErrors } from './squared-error.ts'
import type { Statistic } from './statistic.ts'

/** Root mean squared error. Formula: sqrt(mean (prediction - label)^2). */
export function rmse(): Statistic<number> {
  return meanOfErrors(squaredError, squaredErrors, { finish: Math.sqrt })
}
