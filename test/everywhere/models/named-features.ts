import {
  boolean, categorical, dense, digest, features, hashed, learner, numeric, relu, rmsprop, rng, softplus, squaredError,
} from 'eddy'
import { from } from 'rxjs'
import type { Trial } from '../trial.ts'

interface Trip {
  readonly km: number
  readonly hour?: number
  readonly rain: boolean
  readonly carrier: string
  readonly driver: string
  readonly minutes: number
}

const draws = rng(13, 'trips')
/** New carriers appear as time goes on; sometimes the hour is missing. */
const trips = Array.from({ length: 300 }, (_, k): Trip => {
  const [km, hour] = [5 + 40 * draws.uniform(4 * k), draws.integer(4 * k + 1, 24)]
  const carrier = draws.integer(4 * k + 2, 2 + Math.floor(k / 20))
  const rain = k % 3 === 0
  return {
    km, rain, carrier: `carrier ${carrier}`, driver: `driver ${draws.integer(4 * k + 3, 50)}`,
    ...(k % 7 === 0 ? {} : { hour }), minutes: km * (rain ? 1.5 : 1.2) + carrier,
  }
})

/** Names that come and go, running statistics, prequential metrics: the state of a whole learner. */
export const namedFeatures: Trial = {
  name: 'learner with named features and RMSprop',
  digest: (dtype, { fusion, bursts }) => {
    const minutes = learner({
      features: features({
        km: numeric(), hour: numeric(), rain: boolean(), carrier: categorical(), driver: hashed({ bits: 6 }),
      }),
      target: (trip: Trip) => trip.minutes,
      model: (m) => m.pipe(dense(12), relu(), dense(5), softplus(), dense(1)),
      loss: squaredError(), optimizer: rmsprop({ learningRate: 0.005, momentum: 0.5 }), seed: 5, dtype, fusion,
    })
    if (bursts) from(trips).pipe(minutes.train()).subscribe()
    else for (const trip of trips) minutes.learnOne(trip)
    return digest(minutes.snapshot())
  },
}
