import { map, share, Subject, zip } from 'rxjs'
import type { Flight } from './flight.ts'
import { type FlightFeatures, FlightStatistics } from './flight-features.ts'
import { delayLearner, lateLearner } from './flight-learners.ts'
import { FlightScores, type Forecast } from './flight-scores.ts'

/** A flight in the air: what it was described by when it took off, and what was said about it. */
interface Aloft {
  readonly features: FlightFeatures
  readonly forecast: Forecast
}

/** A landed flight that was learned from. */
export interface Lesson {
  readonly flight: Flight
  readonly forecast: Forecast
}

/**
 * Two streams, one model. Flights that take off are described from what has landed so far, and predicted. Flights that
 * land are scored, then learned from with the description of their take-off, then counted for descriptions to come.
 */
export class Forecasting {
  readonly takeOffs$ = new Subject<Flight>()
  readonly landings$ = new Subject<Flight>()
  readonly forecasts$ = new Subject<Forecast & { readonly flight: Flight }>()
  readonly lessons$ = new Subject<Lesson>()
  readonly delay: ReturnType<typeof delayLearner>
  readonly late: ReturnType<typeof lateLearner>
  readonly scores = new FlightScores()
  readonly #aloft = new Map<Flight, Aloft>()
  readonly #statistics = new FlightStatistics()
  rejectedCount = 0

  constructor(seed: number) {
    this.delay = delayLearner(seed)
    this.late = lateLearner(seed)
    this.#predict()
    this.#learn()
    for (const { learner } of [this.delay, this.late]) learner.rejected$.subscribe(() => this.rejectedCount++)
  }

  /** Flights that both learners have learned from. */
  get learnedCount(): number {
    return Math.min(this.delay.learner.counters.learned, this.late.learner.counters.learned)
  }

  /** Everything that was learned. */
  snapshot(): object {
    return { delay: this.delay.learner.snapshot(), late: this.late.learner.snapshot() }
  }

  #predict(): void {
    const described$ = this.takeOffs$.pipe(
      map((flight) => ({ ...this.#statistics.describe(flight), flight })),
      share(),
    )
    const minutes$ = described$.pipe(this.delay.learner.predict())
    const probability$ = described$.pipe(this.late.learner.predict())
    zip(minutes$, probability$).subscribe(([minutes, probability]) => {
      const forecast = this.scores.forecast(this.delay.minutesOf(minutes.prediction), probability.prediction)
      const { flight } = minutes.event
      this.#aloft.set(flight, { features: minutes.event, forecast })
      this.forecasts$.next({ flight, ...forecast })
    })
  }

  #learn(): void {
    const examples$ = new Subject<FlightFeatures & { readonly delayMinutes: number }>()
    examples$.pipe(this.delay.learner.train()).subscribe()
    examples$.pipe(this.late.learner.train()).subscribe()
    this.landings$.subscribe((flight) => {
      const { features, forecast } = this.#aloft.get(flight)!
      this.#aloft.delete(flight)
      this.scores.landed(forecast, flight.delayMinutes)
      examples$.next({ ...features, delayMinutes: flight.delayMinutes })
      this.#statistics.landed(flight, flight.landedMinute)
      this.lessons$.next({ flight, forecast })
    })
  }
}
