import { absoluteError, dense, relu } from '@eddy/nodes'
import { categorical, features, learner, numeric, Prequential } from '@eddy/online'
import { adagrad } from '@eddy/optim'
import { type Initializer, tensor } from '@eddy/tensor'
import type { OperatorFunction } from 'rxjs'
import type { Trip } from './flights.ts'

/** Units of the hidden layer. */
export const hidden = 16

/** Between -0.1 and 0.1, scattered; element i alone decides, so that any program can start from the same weights. */
function scattered(i: number): number {
  return 0.2 * ((i + 1) * 0.6180339887498949 % 1) - 0.1
}

const startsScattered: Initializer = { name: 'scattered', sampler: () => scattered }

/** Initial weights of the first layer, one row of 16 for each name. */
export function tableWeights(rows: number): Float32Array {
  return Float32Array.from({ length: rows * hidden }, (_, i) => scattered(i))
}

/** Initial weights of the second layer. */
export function outputWeights(): Float32Array {
  return Float32Array.from({ length: hidden }, (_, i) => scattered(i))
}

const described = features({
  distance: numeric(), time: numeric(), origin: categorical(), destination: categorical(), hour: categorical(),
  weekday: categorical(),
})

/** What the bench looks at in a result. */
interface Answer {
  readonly prediction: number
  readonly loss: number
  readonly metrics: { readonly mae: number }
}

/** What the bench needs of a learner, whatever its metrics. */
export interface TripLearner {
  train(): OperatorFunction<Trip, Answer>
  learnOne(trip: Trip): Answer
  snapshot(): unknown
  restore(state: never): void
}

/**
 * Learns how late flights arrive from what is known at take-off: named features, numbers standardised as they come, 16
 * hidden units, absolute error, Adagrad. `metrics`: those of a regression with their baselines, or none.
 */
export function tripLearner(metrics: 'usual' | 'none'): TripLearner {
  const none = () => new Prequential<number, never>({})
  return learner({
    features: described,
    target: (trip: Trip) => trip.delay,
    model: (trip) => trip.pipe(
      dense(hidden, { weight: startsScattered, bias: tensor(new Float32Array(hidden), [hidden]), name: 'hidden' }),
      relu(),
      dense(1, { weight: startsScattered, bias: tensor([0]) }),
    ),
    loss: absoluteError(),
    optimizer: adagrad({ learningRate: 0.01, initialAccumulatorValue: 0.1 }),
    ...(metrics === 'none' ? { metrics: none } : {}),
  }) as unknown as TripLearner
}
