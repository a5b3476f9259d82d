/** Everything a metric or baseline has built up, as numbers: immutable, and what a checkpoint stores. */
export type MetricState = readonly number[]

/**
 * An online statistic of predictions and labels. Order of calls: predict, then `update` once the label is known.
 * P: number for a regression, P(positive) for two classes, the probabilities of all classes for more.
 */
export interface Metric<P> {
  /** The statistic over everything so far; NaN while nothing has been seen. */
  readonly value: number
  readonly state: MetricState
  readonly update: (prediction: P, label: number) => void
  /** Goes back, or over, to a state. */
  readonly restore: (state: MetricState) => void
}

/** Makes a metric that has seen nothing. */
export type MetricFactory<P> = () => Metric<P>

/** Something simple to be better than: it predicts from earlier labels alone. */
export interface Baseline<P> {
  /** What it says before the next label is known. */
  readonly predict: () => P
  readonly update: (label: number) => void
  readonly state: MetricState
  readonly restore: (state: MetricState) => void
}
