import { AnomalyDetector } from './anomaly-detector.ts'
import type { AnomalyOptions } from './anomaly-options.ts'
import { checkDtype, checkOptions } from '../known-options.ts'

/**
 * Makes a detector of unusual events: an autoencoder over standardised features that learns from every event after it
 * has scored it. It finds values that are far off, and values that are usual each by itself but not together.
 *
 * No label is needed. Features may be missing, appear and vanish: a number that is missing is not judged. The threshold
 * follows the stream, so that `rate` of the events are called anomalies, however the errors are distributed.
 * Source: Sakurada and Yairi 2014; the score is that of conformal anomaly detection, Laxhammar and Falkman 2011.
 * @throws GraphError or ValueError when options do not fit.
 *
 * @example
 * const machines = anomaly({
 *   features: features({ heat: numeric(), pressure: numeric(), mode: categorical() }), hidden: 2, rate: 0.005, seed: 1,
 * })
 * readings$.pipe(machines.train()).subscribe(({ event, score, isAnomaly }) => report(event, score, isAnomaly))
 */
export function anomaly<E extends object = object>(options: AnomalyOptions): AnomalyDetector<E> {
  checkOptions('anomaly', options, [
    'features', 'hidden', 'width', 'optimizer', 'rate', 'window', 'warmUp', 'influence', 'seed', 'dtype',
  ])
  checkDtype('anomaly', options.dtype)
  return new AnomalyDetector(options)
}
