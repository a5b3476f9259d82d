import { finiteTerm } from './exact-sum.ts'
import { meanOfErrors, type Terms } from './mean-of.ts'
import type { Statistic } from './statistic.ts'

const absoluteError = (prediction: number, label: number): number => Math.abs(prediction - label)

const absoluteErrors: Terms = (predictions, labels, count, into) => {
  for (let k = 0; k < count; k++) into[k] = finiteTerm(absoluteError(predictions[k]!, labels[k]!))
}

/** Mean absolute error. Formula: mean |prediction - label|. */
export function mae(): Statistic<number> {
  return meanOfErrors(absoluteError, absoluteErrors)
}
