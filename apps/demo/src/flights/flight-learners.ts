import {
  absoluteError, adagrad, type AnyNode, binaryCrossEntropyWithLogits, categorical, dense, features, learner, type Node,
  numeric, Prequential, relu, uniform,
} from 'eddy'
import { isLate } from './flight.ts'
import type { FlightFeatures } from './flight-features.ts'

/** A described flight. Its delay is there when it has landed; predicting never asks for it. */
export interface FlightExample extends FlightFeatures {
  readonly delayMinutes?: number
}

/** One learner is about minutes divided by this, so that errors are of the size of one. */
const minutesPerUnit = 30

const described = features({
  allMean: numeric(), allRate: numeric(),
  arrivalsAtOriginMean: numeric(), arrivalsAtOriginRate: numeric(),
  departuresFromOriginMean: numeric(), departuresFromOriginRate: numeric(),
  arrivalsAtDestinationMean: numeric(), arrivalsAtDestinationRate: numeric(),
  slotMean: numeric(), slotRate: numeric(), slotKnown: numeric(),
  distance: numeric(), time: numeric(), timeWave: numeric(), timeWaveShifted: numeric(),
  origin: categorical(), destination: categorical(), route: categorical(), hour: categorical(), weekday: categorical(),
})

const inMinutes = absoluteError()
const ofProbability = binaryCrossEntropyWithLogits()
const adapt = () => adagrad({ learningRate: 0.01, initialAccumulatorValue: 0.1 })

/** Scores belong to the forecasts made at take-off, so the learners keep none of what they say at the landing. */
const noMetrics = () => new Prequential<number, never>({})

/** Learns how many minutes late flights arrive, by the absolute error: what half of all such flights stay below. */
export function delayLearner(seed: number) {
  const network = makeNetwork()
  const flights = learner({
    features: described, target: (flight: FlightExample) => flight.delayMinutes! / minutesPerUnit, model: network.model,
    loss: inMinutes, optimizer: adapt(), metrics: noMetrics, seed,
  })
  return { learner: flights, layers: network.layers, minutesOf: (prediction: number) => prediction * minutesPerUnit }
}

/** Learns how probable it is that flights arrive more than 15 minutes late. */
export function lateLearner(seed: number) {
  const network = makeNetwork()
  const flights = learner({
    features: described, target: (flight: FlightExample) => isLate(flight.delayMinutes!), model: network.model,
    loss: ofProbability, optimizer: adapt(), metrics: noMetrics, seed,
  })
  return { learner: flights, layers: network.layers }
}

/**
 * 16 hidden units, and hands on its layers so that their gradients can be watched. Weights start small: every route
 * adds a row of them, and a new route should not shout.
 */
function makeNetwork() {
  const layers: { hidden?: AnyNode; output?: AnyNode } = {}
  const model = (flight: Node<[number]>): Node<[1]> => {
    const hidden = flight.pipe(dense(16, { name: 'hidden', weight: uniform(-0.1, 0.1) }))
    const output = hidden.pipe(relu(), dense(1, { name: 'output' }))
    Object.assign(layers, { hidden, output })
    return output
  }
  return { layers: layers as { readonly hidden: AnyNode; readonly output: AnyNode }, model }
}
