import {
  type Baseline, meanBaseline, meanOf, type Metric, noChange, quantileBaseline, quantileLoss,
} from 'eddy'

/** What says how good predictions of a quantile are: the pinball loss, and the share of labels that were not above. */
export function quantileMetrics(quantile: number): Readonly<Record<string, Metric<number>>> {
  return {
    pinball: quantileLoss({ quantile }),
    coverage: meanOf((prediction: number, label: number) => Number(label <= prediction)),
  }
}

/** What stands beside them: the quantile of all labels so far is what has to be beaten. */
export function quantileBaselines(quantile: number): Readonly<Record<string, () => Baseline<number>>> {
  return { noChange, mean: meanBaseline, quantile: () => quantileBaseline({ quantile }) }
}
