import {
  adam, dense, features, input, learner, linear, type Loss, minimize, numeric, Prequential,
  quantileError, quantileLoss, relu, rng, squaredError, standardize, standardNormal,
} from 'eddy'
import { Subject } from 'rxjs'
import { isProgram, type Show, silently } from './is-program.ts'

interface Trip {
  readonly km: number
  readonly rain: number
  readonly minutes: number
}

/** Made-up trips. How long one takes is the less certain the farther it goes, and the more so when it rains. */
function madeUpTrips(count: number): Trip[] {
  const draws = rng(1, 'trips')
  return Array.from({ length: count }, (_, k): Trip => {
    const km = 1 + 19 * draws.uniform(4 * k)
    const rain = Number(draws.uniform(4 * k + 1) < 0.3)
    const spread = 0.2 * km * (1 + rain)
    return { km, rain, minutes: 4 + 2 * km + 3 * rain + spread * standardNormal(draws, 4 * k + 2) }
  })
}

/** Counts how often something is so. */
class Share {
  #count = 0
  #sum = 0

  add(isSo: boolean): void {
    this.#count++
    this.#sum += Number(isSo)
  }

  get value(): number {
    return this.#sum / this.#count
  }
}

/** Intervals that hold nine trips in ten, wide where little can be known: by two learners, then by one network. */
export function main(show: Show = silently) {
  const trips = madeUpTrips(24_000)
  /** What came before is not counted: little was known then. */
  const late = 12_000

  // #region learners
  const learnerOf = (quantile: number, loss: Loss = quantileError({ quantile })) => learner({
    features: features({ km: numeric(), rain: numeric() }), target: 'minutes',
    model: (m) => m.pipe(dense(16), relu(), dense(1)),
    loss, optimizer: adam({ learningRate: 0.01 }), seed: 1,
    metrics: () => new Prequential({ pinball: quantileLoss({ quantile }) }),
  })
  const [low, high] = [learnerOf(0.05), learnerOf(0.95)]
  // #endregion
  const mean = learnerOf(0.95, squaredError())

  const inside = { near: new Share(), far: new Share() }
  const below = new Share()
  trips.forEach((trip, k) => {
    // #region learners
    const [from, to] = [low.learnOne(trip).prediction, high.learnOne(trip).prediction] // before it learns from the trip
    // #endregion
    mean.learnOne(trip)
    if (k < late) return
    inside[trip.km < 10 ? 'near' : 'far'].add(from <= trip.minutes && trip.minutes <= to)
    below.add(trip.minutes <= to)
  })
  const widthOf = (trip: Pick<Trip, 'km' | 'rain'>): number => high.predictOne(trip) - low.predictOne(trip)
  const widths = [widthOf({ km: 5, rain: 0 }), widthOf({ km: 18, rain: 0 }), widthOf({ km: 18, rain: 1 })]

  const trips$ = new Subject<Trip>()
  const quantiles = [0.1, 0.5, 0.9]
  // #region network
  const x = input(trips$, { shape: [2], select: ({ km, rain }) => [km, rain] })
  const minutes = input(trips$, { shape: [], select: (trip) => trip.minutes })
  const outputs = x.pipe(standardize(), linear(2, 16), relu(), linear(16, 3)) // one for each quantile
  const loss = quantileError(outputs, minutes, { quantile: quantiles })
  // #endregion
  const shares = quantiles.map(() => new Share())
  let count = 0
  outputs.subscribe(({ data }) => {
    const trip = trips[count]!
    if (count++ >= late) shares.forEach((share, k) => share.add(trip.minutes <= data[k]!))
  })
  loss.pipe(minimize(adam({ learningRate: 0.01 }), { seed: 1 })).subscribe()
  for (const trip of trips) trips$.next(trip)

  const percent = (share: Share): string => `${(100 * share.value).toFixed(1)} %`
  show('inside the interval: short trips', percent(inside.near), 'long ones', percent(inside.far))
  show('its width in minutes: 5 km, 18 km, 18 km in the rain:', widths.map((width) => width.toFixed(1)).join(', '))
  show('pinball loss', high.metrics.pinball.toFixed(3), 'of the mean', mean.metrics.pinball.toFixed(3))
  show('one network: below 0.1, 0.5, 0.9 were', shares.map(percent).join(', '))
  return {
    near: inside.near.value, far: inside.far.value, below: below.value, widths,
    pinball: high.metrics.pinball, ofMean: mean.metrics.pinball, shares: shares.map((share) => share.value),
  }
}

if (isProgram(import.meta.url)) main(console.log)
