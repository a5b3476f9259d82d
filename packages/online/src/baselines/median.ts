import type { Baseline } from '../metrics/metric.ts'
import { RunningQuantile } from './quantile.ts'

/**
 * The median of all labels so far (of an even number, the lower of the middle two), 0 at first. How exact it is and
 * what it costs: `quantileBaseline`.
 */
export function medianBaseline(): Baseline<number> {
  return new RunningQuantile(0.5)
}
