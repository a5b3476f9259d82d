import { kernelMath } from '../kernel-math.ts'
import type { Probabilities } from './accuracy.ts'
import type { Metric } from './metric.ts'
import { RunningMean } from './running-mean.ts'

/** Probabilities are kept this far from 0 and 1, so that one certain error costs 34.5, not infinity. */
export const logLossFloor = 1e-15

/** Mean surprise, in nats. Formula: mean of -log P(label), probabilities clipped to [1e-15, 1 - 1e-15]. */
export function logLoss(): Metric<Probabilities> {
  return new RunningMean((prediction, label) => (
    typeof prediction === 'number'
      ? label * surprise(prediction) + (1 - label) * surprise(1 - prediction)
      : surprise(prediction[label]!)
  ))
}

function surprise(probability: number): number {
  return -kernelMath().log(Math.min(1 - logLossFloor, Math.max(logLossFloor, probability)))
}
