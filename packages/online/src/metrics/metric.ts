/** Everything a metric or baseline has built up, as finite numbers: immutable, JSON, what a checkpoint stores. */
export type MetricState = readonly number[]

/**
 * An online statistic of predictions and labels. Order of calls: predict, then `update` once the label is known.
 * P: number for a regression, P(positive) for two classes, the probabilities of all classes for more.
 * V: what it comes to; a number, or for example the rows of a confusion matrix. Reading it changes nothing.
 */
export interface Metric<P, V = number> {
  /** The statistic over everything so far; NaN, or empty, while nothing has been seen. */
  readonly value: V
  readonly state: MetricState
  /** Writes the same numbers into a list of the caller's own, in place of what it holds: nothing is made anew. */
  peek?(into: number[]): void
  readonly update: (prediction: P, label: number) => void
  /**
   * The same as `update` of the first `count` numbers, one after the other. Who has it may be given events later than
   * they came, but before anything of it is asked: what it makes of an event must depend on these numbers alone.
   */
  updateAll?(predictions: Float64Array, labels: Float64Array, count: number): void
  /** Goes back, or over, to a state. */
  readonly restore: (state: MetricState) => void
  /** Whether `restore` would take this state; any list of numbers when left out. */
  readonly fits?: (state: MetricState) => boolean
  /** One like it that has seen nothing: for a baseline on the same events. A factory given as a metric needs none. */
  readonly fresh?: () => Metric<P, V>
  /**
   * Called on one that has seen nothing: from now on `other` is updated just before it, with the same labels and, if so
   * said, the same predictions, and is restored with it. What both would count can then be counted once, by `other`.
   */
  shareWith?(other: Metric<P, unknown>, hasSamePredictions: boolean): void
  /** What its labels are: `class` makes the baselines beside it those of classes. Default: numbers. */
  readonly judges?: 'class' | 'number'
}

/** Makes a metric that has seen nothing. */
export type MetricFactory<P, V = number> = () => Metric<P, V>

/** Something simple to be better than: it predicts from earlier labels alone. */
export interface Baseline<P> {
  /** What it says before the next label is known. */
  readonly predict: () => P
  readonly update: (label: number) => void
  /** The same as `predict`, into `into`, and `update` for each of the first `count` labels, as `Metric.updateAll`. */
  guessAll?(labels: Float64Array, count: number, into: Float64Array): void
  readonly state: MetricState
  /** As in `Metric`. */
  peek?(into: number[]): void
  readonly restore: (state: MetricState) => void
  /** As in `Metric`. */
  readonly fits?: (state: MetricState) => boolean
}
