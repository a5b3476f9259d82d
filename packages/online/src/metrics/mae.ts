import { meanOfErrors } from './mean-of.ts'
import type { Statistic } from './statistic.ts'

const absoluteError = (prediction: number, label: number): number => Math.abs(prediction - label)

/** Mean absolute error. Formula: mean |prediction - label|. */
export function mae(): Statistic<number> {
  return meanOfErrors(absoluteError)
}
