import { finiteTerm } from './exact-sum.ts'

/** Metrics that sum this for the same events share the sum. */
export function squaredError(prediction: number, label: number): number {
  return (prediction - label) * (prediction - label)
}

/** The same for the first `count` events, as finite terms. */
export function squaredErrors(
  predictions: Float64Array, labels: Float64Array, count: number, into: Float64Array,
): void {
  for (let k = 0; k < count; k++) into[k] = finiteTerm(squaredError(predictions[k]!, labels[k]!))
}
