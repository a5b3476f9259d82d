import { meanOf } from './mean-of.ts'
import type { Statistic } from './statistic.ts'

/** Mean absolute error. Formula: mean |prediction - label|. */
export function mae(): Statistic<number> {
  return meanOf((prediction, label) => Math.abs(prediction - label))
}
