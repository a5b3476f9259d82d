import {
  adam, categorical, type ClassPrediction, crossEntropy, dense, features, learner, numeric, relu, squaredError,
} from 'eddy'
import type { Observable } from 'rxjs'
import type { Same } from './same.ts'

interface Trip {
  readonly distance: number
  readonly hour: number
  readonly carrier: string
  readonly delay: number
}

declare const labelled$: Observable<Trip>
declare const queries$: Observable<Omit<Trip, 'delay'>>

const described = features({ distance: numeric(), hour: numeric(), carrier: categorical() })
const trips = learner({
  features: described, target: (e: Trip) => e.delay, model: (m) => m.pipe(dense(32), relu(), dense(1)),
  loss: squaredError(), optimizer: adam({ learningRate: 1e-3 }), seed: 1,
})

labelled$.pipe(trips.train()).subscribe(({ event, prediction, loss, metrics }) => {
  const exact: readonly [
    Same<typeof event, Trip>, Same<typeof prediction, number>, Same<typeof loss, number>,
    Same<typeof metrics.mae, number>,
  ] = [true, true, true, true]
  void exact
})

/** A query need not carry its label; what comes out carries the query. */
queries$.pipe(trips.predict()).subscribe(({ event, prediction }) => {
  const exact: readonly [Same<typeof event, Omit<Trip, 'delay'>>, Same<typeof prediction, number>] = [true, true]
  void exact
})

// @ts-expect-error to learn, a label is needed
queries$.pipe(trips.train())

/** Classes are known by name. */
const carriers = learner({
  features: features({ distance: numeric() }), target: 'carrier', classes: ['ACE', 'BEE'],
  model: (m) => m.pipe(dense(2)), loss: crossEntropy(), optimizer: adam(),
})
const guess = carriers.predictOne({ distance: 800 })
export const named: Same<typeof guess, ClassPrediction<'ACE' | 'BEE'>> = true

// @ts-expect-error the model is made of layers, not of factories
learner({ features: described, target: 'delay', model: dense, loss: squaredError(), optimizer: adam() })

// @ts-expect-error categorical, with its parentheses
features({ carrier: categorical })
