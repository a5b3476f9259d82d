import {
  adam, categorical, dense, features, hours, learner, minutes, numeric, relu, rng, squaredError, standardNormal,
} from 'eddy'
import { Subject } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Request {
  readonly id: string
  readonly distance: number
  readonly carrier: string
  readonly askedAt: number
}

interface Landed {
  readonly id: string
  readonly delay: number
  readonly landedAt: number
}

interface Happening {
  readonly at: number
  readonly request?: Request
  readonly landed?: Landed
}

/** Flights that are asked about and land later: some too late, some twice, some never, and two nobody asked about. */
function madeUpFlights(count: number): Happening[] {
  const draws = rng(1, 'flights')
  const habits: Readonly<Record<string, number>> = { ACE: -5, BEE: 0, CAB: 15 }
  const all = Array.from({ length: count }, (_, k): Happening[] => {
    const [id, carrier] = [`f${k}`, ['ACE', 'BEE', 'CAB'][draws.integer(8 * k, 3)]!]
    const distance = 100 + draws.integer(8 * k + 1, 2000)
    const askedAt = minutes(k)
    const delay = habits[carrier]! + distance / 100 + 2 * standardNormal(draws, 8 * k + 2)
    const draw = draws.uniform(8 * k + 4)
    const landedAt = askedAt + (draw < 0.05 ? hours(2) : minutes(1 + draws.integer(8 * k + 5, 25)))
    const lands = (at: number, of = id): Happening => ({ at, landed: { id: of, delay, landedAt: at } })
    return [
      { at: askedAt, request: { id, distance, carrier, askedAt } },
      ...(draw > 0.9 ? [] : [lands(landedAt)]),
      ...(draw > 0.85 && draw < 0.9 ? [lands(landedAt + minutes(1))] : []),
      ...(k % 1500 === 0 ? [lands(askedAt, `x${k}`)] : []),
    ]
  })
  return all.flat().sort((a, b) => a.at - b.at)
}

/** Predict now, learn when the label comes. */
export function main(show: Show = silently) {
  const requests$ = new Subject<Request>()
  const labels$ = new Subject<Landed>()
  const trips = learner({
    features: features({ distance: numeric(), carrier: categorical() }),
    target: 'delay',
    model: (m) => m.pipe(dense(16), relu(), dense(1)),
    loss: squaredError(), optimizer: adam({ learningRate: 0.01 }), seed: 1,
  })
  const predicted: number[] = []
  const learned = new Map<string, number>()
  const lost: Record<string, number> = {}

  // #region delayed
  requests$.pipe(
    trips.predict({ key: (e) => e.id, time: (e) => e.askedAt }), // remembers what it said, and about what
  ).subscribe(({ prediction }) => predicted.push(prediction))

  labels$.pipe(
    trips.learn({
      key: (l) => l.id, label: (l) => l.delay, time: (l) => l.landedAt, within: minutes(30), capacity: 10_000,
    }),
  ).subscribe(({ key, prediction }) => learned.set(key as string, prediction)) // the prediction that was made then

  trips.labels$.subscribe(({ fate }) => (lost[fate] = (lost[fate] ?? 0) + 1)) // late, duplicate, unknown, expired, ...
  // #endregion

  for (const { request, landed } of madeUpFlights(3000)) {
    if (request !== undefined) requests$.next(request)
    if (landed !== undefined) labels$.next(landed)
  }
  const { metrics, labelCounters } = trips
  show('predicted', predicted.length, 'learned', learned.size, 'waiting', labelCounters.pending)
  show(Object.entries(lost).map(([fate, count]) => `${fate} ${count}`).join(', '))
  show('mean absolute error', metrics.mae.toFixed(2), 'by the mean so far', metrics.baselines['mean']!.mae.toFixed(2))
  return { predicted, learned, lost, metrics, counters: labelCounters }
}

if (isProgram(import.meta.url)) main(console.log)
