import { meanOf } from './mean-of.ts'
import type { Probabilities } from './probabilities.ts'
import type { Statistic } from './statistic.ts'

/**
 * Mean squared error of probabilities. Formula: mean (p - label)^2 of P(positive), from 0 to 1; of the probabilities of
 * several classes mean sum_c (p_c - [label = c])^2, from 0 to 2. Source: Brier 1950.
 * Edge: a class that the prediction has no probability for yet had probability 0.
 */
export function brierScore(): Statistic<Probabilities> {
  return meanOf(squaredDistance, { judges: 'class' })
}

function squaredDistance(prediction: Probabilities, label: number): number {
  if (typeof prediction === 'number') return (prediction - label) * (prediction - label)
  let total = label < prediction.length ? 0 : 1
  for (let k = 0; k < prediction.length; k++) {
    const error = prediction[k]! - (k === label ? 1 : 0)
    total += error * error
  }
  return total
}
