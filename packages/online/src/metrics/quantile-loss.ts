import { ValueError } from '@eddy/tensor'
import { meanOf } from './mean-of.ts'
import type { Statistic } from './statistic.ts'
import { checkOptions } from '../known-options.ts'

/**
 * Mean pinball loss of predictions of a quantile: least for the value that the given share of labels stays below.
 * Formula: mean of q (label - prediction) where the label is above, (1 - q) (prediction - label) where it is below.
 * For q = 0.5 half the mean absolute error. Source: Koenker and Bassett 1978.
 * Range: 0 < quantile < 1.
 * @throws ValueError for another quantile.
 * @example rolling(1000, quantileLoss({ quantile: 0.9 }))
 */
export function quantileLoss(options: { readonly quantile: number }): Statistic<number> {
  checkOptions('quantileLoss', options, ['quantile'])
  const { quantile } = options
  if (!(quantile > 0 && quantile < 1)) {
    throw new ValueError({
      what: 'there is no such quantile', where: 'quantileLoss', got: quantile, wanted: 'a share between 0 and 1',
      hint: 'The median is 0.5.',
    })
  }
  return meanOf((prediction, label) => (
    label > prediction ? quantile * (label - prediction) : (1 - quantile) * (prediction - label)
  ))
}
