import { take } from 'rxjs'
import {
  decimals, GradientNorms, grouped, LossCurve, type Outlet, perSecond, type Report, type StopRequest, type Style,
  weightOf,
} from '@eddy/terminal'
import { stateDigest } from '../state-digest.ts'
import { readAirportClocks } from './airport-clocks.ts'
import { drawFlights, type FlightScoreRow } from './flights-view.ts'
import { Forecasting } from './forecasting.ts'
import { inTakeOffOrder } from './in-take-off-order.ts'
import { type Moment, moments } from './moments.ts'
import { play } from './play.ts'
import { readFlights, vegaDataPath } from './read-flights.ts'

export interface FlightsOptions {
  readonly limit: number
  readonly seed: number
}

const flightCount = 3_000_000
const lineEvery = 20_000
const drawEveryMs = 100
const smoothCount = 3000

/** Predicts every flight at take-off and learns its delay when it has landed. */
export async function runFlights(options: FlightsOptions, outlet: Outlet, stop: StopRequest): Promise<Report> {
  outlet.say(...header(outlet.style))
  const clocks = await readAirportClocks(vegaDataPath('airports.csv'))
  const takeOffs = inTakeOffOrder(readFlights(vegaDataPath('flights-3m.parquet')), clocks)
  return await forecastFlights(moments(takeOffs, options.limit), options, outlet, stop)
}

/** The same for any flights. */
export async function forecastFlights(
  world: AsyncIterable<Moment>, { limit, seed }: FlightsOptions, outlet: Outlet, stop: StopRequest,
): Promise<Report> {
  const forecasting = new Forecasting(seed)
  const { scores, delay, late, takeOffs$, landings$ } = forecasting
  const norms = new GradientNorms([
    ['delay hidden', weightOf(delay.layers.hidden)], ['delay output', weightOf(delay.layers.output)],
    ['late hidden', weightOf(late.layers.hidden)], ['late output', weightOf(late.layers.output)],
  ])
  const losses = { model: new LossCurve(smoothCount), median: new LossCurve(smoothCount) }
  const goal = Math.min(limit, flightCount)
  let start = performance.now()
  let minute = 0
  let takenOff = 0
  const seconds = (): number => (performance.now() - start) / 1000
  const draw = (): void => outlet.screen?.draw(drawFlights({
    minute, takenOff, landed: scores.count, rejected: forecasting.rejectedCount, limit: goal,
    eventsPerSecond: takenOff / seconds(), recent: recentRow(forecasting), all: totalRow(forecasting),
    losses: { model: losses.model.values, median: losses.median.values }, norms: norms.norms,
  }, outlet.screen, outlet.style))

  // The clock starts with the first flight: reading the file is not learning.
  takeOffs$.pipe(take(1)).subscribe(() => (start = performance.now()))
  takeOffs$.subscribe(() => takenOff++)
  forecasting.lessons$.subscribe(({ flight, forecast }) => {
    norms.lookAway()
    losses.model.add(Math.abs(forecast.delay - flight.delayMinutes))
    losses.median.add(Math.abs(forecast.median - flight.delayMinutes))
    if (outlet.screen === null && scores.count % lineEvery === 0) {
      outlet.say(progressLine(minute, scores.count, recentRow(forecasting), scores.count / seconds()))
    }
  })
  let drawnAt = -Infinity
  await play(world, {
    takeOffs$, landings$,
    clock: (now) => (minute = now),
    pause: () => {
      if (outlet.screen === null || performance.now() - drawnAt < drawEveryMs) return
      draw()
      norms.look()
      drawnAt = performance.now()
    },
  }, stop)
  norms.lookAway()
  draw()
  const report: Report = {
    events: takenOff, learned: forecasting.learnedCount, rejected: forecasting.rejectedCount, expired: 0,
    metrics: scores.metrics, baselines: scores.baselines, digest: stateDigest(forecasting.snapshot()),
    eventsPerSecond: takenOff / seconds(), seconds: seconds(),
  }
  outlet.conclude(report, ...summary(report, outlet.style))
  return report
}

function recentRow({ scores: { recent } }: Forecasting): FlightScoreRow {
  return {
    mae: recent.mae.value, medianMae: recent.medianMae.value, meanMae: recent.meanMae.value,
    rocAuc: recent.rocAuc.value,
  }
}

function totalRow({ scores: { metrics, baselines } }: Forecasting): FlightScoreRow {
  return {
    mae: metrics.mae!, medianMae: baselines.median!.mae!, meanMae: baselines.mean!.mae!, rocAuc: metrics.rocAuc!,
  }
}

function header(style: Style): string[] {
  return [
    style.bold('How late will this flight arrive?'),
    'Real US flights of 2001, one at a time, in the order in which they took off.',
    'Each is predicted at take-off, and learned from when it has landed: until then',
    'nobody knows. One small network says how many minutes late it will be, another',
    'how probable more than 15 are. Smaller errors and a larger AUC are better.',
    '',
  ]
}

function progressLine(minute: number, count: number, recent: FlightScoreRow, rate: number): string {
  return [
    new Date(minute * 60_000).toISOString().slice(0, 10), `${grouped(count)} landed`.padStart(16),
    `  last 10,000: ${decimals(recent.mae, 1)} min wrong (median ${decimals(recent.medianMae, 1)})`,
    `  AUC ${decimals(recent.rocAuc, 3)}`, perSecond(rate).padStart(10),
  ].join('')
}

function summary(report: Report, style: Style): string[] {
  const { metrics, baselines, events, learned, rejected, seconds, eventsPerSecond, digest } = report
  const minutes = (value: number | null | undefined): string => decimals(value ?? NaN, 1)
  const area = decimals(metrics.rocAuc ?? NaN, 3)
  return [
    '',
    `Minutes wrong on average: ${style.good(style.bold(minutes(metrics.mae)))}  (running median `
    + `${minutes(baselines.median?.mae)}, running mean ${minutes(baselines.mean?.mae)})`,
    `More than 15 minutes late or not, AUC: ${style.good(style.bold(area))}  (guessing 0.5)`,
    `${grouped(events)} flights predicted, ${grouped(learned)} learned, ${rejected} rejected, in `
    + `${decimals(seconds, 1)} s (${perSecond(eventsPerSecond)}).`,
    `digest ${style.dim(digest)}`,
  ]
}
