import type { Metric } from './metric.ts'
import { RunningMean } from './running-mean.ts'

/** Mean absolute error. Formula: mean |prediction - label|. */
export function mae(): Metric<number> {
  return new RunningMean((prediction, label) => Math.abs(prediction - label))
}
