// #region learner
import { adam, categorical, dense, features, learner, numeric, relu, squaredError } from 'eddy'
// #endregion
import { rng, standardNormal } from 'eddy'
import { Subject } from 'rxjs'
import { bars, meansOf } from './bars.ts'
import { isProgram, type Show, silently } from './is-program.ts'

interface Trip {
  readonly distance: number
  readonly hour?: number
  readonly carrier: string
  readonly delay: number
}

/** Trips whose delay grows with the hour and depends on the carrier. Some hours are missing; `NEW` comes in halfway. */
function madeUpTrips(count: number): Trip[] {
  const draws = rng(1, 'trips')
  const habits: Readonly<Record<string, number>> = { ACE: -5, BEE: 0, NEW: 15 }
  return Array.from({ length: count }, (_, k) => {
    const carrier = ['ACE', 'BEE', 'NEW'][draws.integer(4 * k, k < count / 2 ? 2 : 3)]!
    const hour = 6 + draws.integer(4 * k + 1, 16)
    const distance = 100 + draws.integer(4 * k + 2, 2000)
    const delay = habits[carrier]! + 2 * (hour - 6) + distance / 200 + 3 * standardNormal(draws, 4 * k + 3)
    return { distance, carrier, delay, ...(k % 10 === 0 ? {} : { hour }) }
  })
}

/** Predict, then learn: what most people use. */
export function main(show: Show = silently) {
  const labelled$ = new Subject<Trip>()
  const queries$ = new Subject<Omit<Trip, 'delay'>>()

  // #region learner
  const trips = learner({
    features: features({ distance: numeric(), hour: numeric(), carrier: categorical() }), // names may appear and vanish
    target: (trip: Trip) => trip.delay,
    model: (m) => m.pipe(dense(32), relu(), dense(1)),
    loss: squaredError(),
    optimizer: adam({ learningRate: 1e-3 }),
    seed: 1,
  })
  // #endregion

  const log: { readonly prediction: number; readonly loss: number; readonly mae: number }[] = []
  const answers: number[] = []
  // #region learner
  labelled$.pipe(trips.train()).subscribe(({ prediction, loss, metrics }) => {
    log.push({ prediction, loss, mae: metrics.mae }) // predicted first, then learned from
  })
  queries$.pipe(trips.predict()).subscribe(({ prediction }) => answers.push(prediction))
  // #endregion

  const query = { distance: 800, hour: 17, carrier: 'NEW' }
  for (const trip of madeUpTrips(8000)) {
    labelled$.next(trip)
    if (log.length % 1000 === 0) queries$.next(query)
  }
  const { metrics } = trips
  const curve = meansOf(log.map(({ loss }) => Math.sqrt(loss)), 40)

  // #region snapshot
  const before = trips.snapshot()
  labelled$.next({ ...query, delay: 10_000 }) // a broken sensor
  queries$.next(query)
  trips.restore(before) // exactly as if it had never come
  queries$.next(query)
  // #endregion

  show('mean absolute error', bars(curve), `${curve[0]!.toFixed(1)} -> ${curve.at(-1)!.toFixed(1)} minutes`)
  show('in all', metrics.mae.toFixed(2), 'or, by the mean so far,', metrics.baselines['mean']!.mae.toFixed(2))
  show('one question, again and again:', answers.map((value) => value.toFixed(1)).join(' '))
  return { log, answers, curve, metrics, before, after: trips.snapshot() }
}

if (isProgram(import.meta.url)) main(console.log)
