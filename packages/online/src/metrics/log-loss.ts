import { kernelMath } from '../kernel-math.ts'
import { meanOf } from './mean-of.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

/** Probabilities are kept this far from 0 and 1, so that one certain error costs 34.5, not infinity. */
export const logLossFloor = 1e-15

/**
 * Mean surprise, in nats. Formula: mean of -log P(label), probabilities clipped to [1e-15, 1 - 1e-15].
 * Edge: a class that the prediction has no probability for yet had probability 0.
 */
export function logLoss(): Statistic<Probabilities> {
  return meanOf(surpriseOf, { judges: 'class' })
}

function surpriseOf(prediction: Probabilities, label: number): number {
  if (typeof prediction !== 'number') return surprise(prediction[label] ?? 0)
  if (label === 1) return surprise(prediction)
  if (label === 0) return surprise(1 - prediction)
  return label * surprise(prediction) + (1 - label) * surprise(1 - prediction)
}

function surprise(probability: number): number {
  return -kernelMath().log(Math.min(1 - logLossFloor, Math.max(logLossFloor, probability)))
}
