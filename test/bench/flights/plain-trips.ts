import type { Trip } from './flights.ts'
import { hidden, outputWeights, tableWeights } from './trip-model.ts'

const rate = 0.01
const initial = 0.1
const eps = 1e-10
/** Rows that there is room for: all names of a year's flights. */
export const rows = 1024

/** Running statistics of one number. */
interface Statistics {
  count: number
  mean: number
  m2: number
}

const numbers = 2

/** Gives names their rows in order of first sight; those that one flight brings, in the order of the alphabet. */
export class PlainEncoder {
  readonly #destinations = new Map<string, number>()
  readonly #hours = new Map<number, number>()
  readonly #origins = new Map<string, number>()
  readonly #weekdays = new Map<number, number>()
  #distance = -1
  #time = -1
  #next = 0

  /** Writes six rows into `to`: distance, time, destination, hour, origin, weekday. */
  encode({ destination, hour, origin, weekday }: Trip, to: Int32Array): void {
    to[2] = this.#slot(this.#destinations, destination)
    if (this.#distance < 0) this.#distance = this.#next++
    to[0] = this.#distance
    to[3] = this.#slot(this.#hours, hour)
    to[4] = this.#slot(this.#origins, origin)
    if (this.#time < 0) this.#time = this.#next++
    to[1] = this.#time
    to[5] = this.#slot(this.#weekdays, weekday)
  }

  #slot<K>(of: Map<K, number>, key: K): number {
    let slot = of.get(key)
    if (slot === undefined) {
      if (this.#next === rows) throw new Error(`there are more than ${rows} names`)
      of.set(key, (slot = this.#next++))
    }
    return slot
  }
}

/** Standardised by what came before, then counted. */
function standardized(of: Statistics, x: number): number {
  const variance = of.m2 / of.count
  const y = of.count > 0 && variance > 0 ? (x - of.mean) / Math.sqrt(variance) : 0
  const d = x - of.mean
  of.mean += d / ++of.count
  of.m2 += d * (x - of.mean)
  return Math.max(-10, Math.min(10, y))
}

/** The model of `trip-model.ts` by hand: a loop over typed arrays that learns from one record. */
export function plainTrips(): (trip: Trip) => number {
  const encoder = new PlainEncoder()
  const table = tableWeights(rows)
  const tableSums = new Float32Array(table.length).fill(initial)
  const output = outputWeights()
  const outputSums = new Float32Array(hidden).fill(initial)
  const bias = new Float32Array(hidden)
  const biasSums = new Float32Array(hidden).fill(initial)
  const statistics: Statistics[] = Array.from({ length: numbers }, () => ({ count: 0, mean: 0, m2: 0 }))
  const slots = new Int32Array(6)
  const values = new Float32Array(6).fill(1)
  const h = new Float32Array(hidden)
  const dh = new Float32Array(hidden)
  let outputBias = 0
  let outputBiasSum = initial
  return (trip) => {
    encoder.encode(trip, slots)
    values[0] = standardized(statistics[0]!, trip.distance)
    values[1] = standardized(statistics[1]!, trip.time)
    h.set(bias)
    for (let k = 0; k < 6; k++) {
      const row = slots[k]! * hidden
      const value = values[k]!
      for (let j = 0; j < hidden; j++) h[j]! += value * table[row + j]!
    }
    let y = outputBias
    for (let j = 0; j < hidden; j++) {
      if (!(h[j]! > 0)) h[j] = 0
      y += output[j]! * h[j]!
    }
    const error = y - trip.delay
    const g = Math.sign(error)
    for (let j = 0; j < hidden; j++) {
      const d = dh[j] = h[j]! > 0 ? g * output[j]! : 0
      const dOutput = g * h[j]!
      outputSums[j]! += dOutput * dOutput
      output[j]! -= rate * dOutput / (Math.sqrt(outputSums[j]!) + eps)
      biasSums[j]! += d * d
      bias[j]! -= rate * d / (Math.sqrt(biasSums[j]!) + eps)
    }
    outputBiasSum += g * g
    outputBias -= rate * g / (Math.sqrt(outputBiasSum) + eps)
    for (let k = 0; k < 6; k++) {
      const row = slots[k]! * hidden
      const value = values[k]!
      for (let j = 0; j < hidden; j++) {
        const d = value * dh[j]!
        tableSums[row + j]! += d * d
        table[row + j]! -= rate * d / (Math.sqrt(tableSums[row + j]!) + eps)
      }
    }
    return Math.abs(error)
  }
}
