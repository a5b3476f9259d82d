import type { Metric } from './metric.ts'
import { RunningMean } from './running-mean.ts'

/** Root mean squared error. Formula: sqrt(mean (prediction - label)^2). */
export function rmse(): Metric<number> {
  return new RunningMean((prediction, label) => (prediction - label) * (prediction - label), Math.sqrt)
}
