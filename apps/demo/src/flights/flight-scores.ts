import { logLoss, mae, meanBaseline, medianBaseline, type Metric, noChange, r2, rmse, rocAuc } from 'eddy'
import type { Scores } from '@eddy/terminal'
import { isLate } from './flight.ts'
import { RecentAuc } from './recent-auc.ts'
import { RecentMean } from './recent-mean.ts'

/** What was said about a flight when it took off, by the model and by its baselines. */
export interface Forecast {
  /** Minutes. */
  readonly delay: number
  /** Probability of arriving more than 15 minutes late. */
  readonly late: number
  readonly mean: number
  readonly median: number
  readonly noChange: number
  readonly prior: number
}

/** How many landed flights the recent scores are over. */
export const recentCount = 10_000

/**
 * Scores forecasts when their flights land: in all, and over the most recent ones. The baselines see the same landings
 * at the same time as the model, and are asked at the same take-offs.
 */
export class FlightScores {
  readonly recent = {
    mae: new RecentMean(recentCount), meanMae: new RecentMean(recentCount), medianMae: new RecentMean(recentCount),
    rocAuc: new RecentAuc(recentCount),
  }
  readonly #delay = { mae: mae(), rmse: rmse(), r2: r2() }
  readonly #late = { rocAuc: rocAuc(), logLoss: logLoss() }
  readonly #baselines = { mean: meanBaseline(), median: medianBaseline(), noChange: noChange(), prior: meanBaseline() }
  readonly #baselineScores = {
    mean: { mae: mae(), rmse: rmse() }, median: { mae: mae(), rmse: rmse() }, noChange: { mae: mae(), rmse: rmse() },
    prior: { rocAuc: rocAuc(), logLoss: logLoss() },
  }
  #count = 0

  /** Flights scored. */
  get count(): number {
    return this.#count
  }

  /** Joins the model's forecast with what the baselines say right now. */
  forecast(delay: number, late: number): Forecast {
    const { mean, median, noChange, prior } = this.#baselines
    return {
      delay, late, mean: mean.predict(), median: median.predict(), noChange: noChange.predict(), prior: prior.predict(),
    }
  }

  landed(forecast: Forecast, delayMinutes: number): void {
    const late = isLate(delayMinutes) ? 1 : 0
    this.#count++
    for (const metric of Object.values(this.#delay)) metric.update(forecast.delay, delayMinutes)
    for (const metric of Object.values(this.#late)) metric.update(forecast.late, late)
    for (const name of ['mean', 'median', 'noChange'] as const) {
      for (const metric of Object.values(this.#baselineScores[name])) metric.update(forecast[name], delayMinutes)
      this.#baselines[name].update(delayMinutes)
    }
    for (const metric of Object.values(this.#baselineScores.prior)) metric.update(forecast.prior, late)
    this.#baselines.prior.update(late)
    this.recent.mae.add(Math.abs(forecast.delay - delayMinutes))
    this.recent.meanMae.add(Math.abs(forecast.mean - delayMinutes))
    this.recent.medianMae.add(Math.abs(forecast.median - delayMinutes))
    this.recent.rocAuc.add(forecast.late, late === 1)
  }

  get metrics(): Scores {
    return values({ ...this.#delay, ...this.#late })
  }

  get baselines(): Readonly<Record<string, Scores>> {
    return Object.fromEntries(Object.entries(this.#baselineScores).map(([name, scores]) => [name, values(scores)]))
  }
}

function values(metrics: Readonly<Record<string, Metric<number>>>): Scores {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.value]))
}
