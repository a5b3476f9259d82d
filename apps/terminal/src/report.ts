/** Scores by name: `mae`, `rmse`, `r2`, `rocAuc`, `accuracy`, `logLoss`, ... One that nothing is known for is null. */
export type Scores = Readonly<Record<string, number | null>>

/** What a run ends with. Every score is prequential: each prediction was made before its label was used. */
export interface Report {
  /** Events that were predicted. */
  readonly events: number
  /** Events whose label came and was learned from. */
  readonly learned: number
  /** Events that could not be learned from, and changed nothing. */
  readonly rejected: number
  /** Predictions whose label never came. */
  readonly expired: number
  readonly metrics: Scores
  /** The same scores of predictors that learn nothing but a number. */
  readonly baselines: Readonly<Record<string, Scores>>
  /** SHA-256 of the training state. Equal digests: equal to the last bit. */
  readonly digest: string
  readonly eventsPerSecond: number
  readonly seconds: number
}

/** One line of JSON. Scores are rounded to 6 digits; a score without a finite value is null. */
export function reportLine(report: Report): string {
  return JSON.stringify({
    ...report,
    metrics: rounded(report.metrics),
    baselines: Object.fromEntries(Object.entries(report.baselines).map(([name, scores]) => [name, rounded(scores)])),
    eventsPerSecond: Math.round(report.eventsPerSecond),
    seconds: Number(report.seconds.toFixed(3)),
  })
}

function rounded(scores: Scores): Scores {
  return Object.fromEntries(Object.entries(scores).map(([name, value]) => (
    [name, value !== null && Number.isFinite(value) ? Number(value.toPrecision(6)) : null]
  )))
}
