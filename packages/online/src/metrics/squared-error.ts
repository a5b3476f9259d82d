/** Metrics that sum this for the same events share the sum. */
export function squaredError(prediction: number, label: number): number {
  return (prediction - label) * (prediction - label)
}
