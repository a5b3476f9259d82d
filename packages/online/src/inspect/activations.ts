import { asNode, type Node } from '@eddy/graph'
import { type Shape, type Tensor, ValueError } from '@eddy/tensor'
import { map, type Observable, scan } from 'rxjs'
import { rootMeanSquare } from './numbers.ts'

/** What a node's value is like, for one event. */
export interface ActivationStatistics {
  readonly mean: number
  /** Root of the mean squared distance from the mean. */
  readonly deviation: number
  readonly least: number
  readonly most: number
  /** Share of elements that are exactly zero: of a ReLU, the share that does not fire. */
  readonly zeroShare: number
}

/**
 * Statistics of a node's value over its elements, for every event. Edge: NaN for a value without elements.
 *
 * @example
 * activationStatistics(hidden).subscribe(({ mean, deviation }) => console.log(mean, deviation))
 */
export function activationStatistics(node: Observable<Tensor>): Observable<ActivationStatistics> {
  return asNode(node as Node<Shape>, 'activationStatistics').pipe(map(({ data }: Tensor) => statisticsOf(data)))
}

function statisticsOf(data: ArrayLike<number>): ActivationStatistics {
  if (data.length === 0) return { mean: NaN, deviation: NaN, least: NaN, most: NaN, zeroShare: NaN }
  let [sum, zeros, least, most] = [0, 0, Infinity, -Infinity]
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    sum += value
    if (value === 0) zeros++
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const mean = sum / data.length
  const deviation = rootMeanSquare(Float64Array.from(data, (value) => value - mean))
  return { mean, deviation, least, most, zeroShare: zeros / data.length }
}

export interface DeadUnitsOptions {
  /** A unit is dead when it was zero for so many events in a row; default 100. */
  readonly within?: number
}

export interface DeadUnits {
  /** Which units are dead, ascending. Nothing is called dead before `within` events have been seen. */
  readonly dead: readonly number[]
  /** Dead units over all units. */
  readonly share: number
  readonly units: number
  /** Events seen since the subscription. */
  readonly seen: number
}

/**
 * Units of a layer that do not fire: their value has been zero for the last `within` events. A ReLU unit that is zero
 * has no gradient either, so one that is zero for every event never comes back.
 * Shapes: a unit is an index of the last axis; it fires when it is not zero in any row.
 * @throws ValueError when `within` is no positive integer.
 *
 * @example
 * deadUnits(hidden).subscribe(({ dead, share }) => console.log(`${share * 100} % dead:`, dead))
 */
export function deadUnits(node: Observable<Tensor>, { within = 100 }: DeadUnitsOptions = {}): Observable<DeadUnits> {
  if (!Number.isInteger(within) || within < 1) {
    throw new ValueError({
      what: 'a unit cannot be silent for that long', where: 'deadUnits', got: within, wanted: 'a positive integer',
      hint: 'Use some hundreds of events.',
    })
  }
  interface Fired {
    readonly seen: number
    /** The number of the event at which each unit last fired. */
    readonly last: readonly number[]
  }
  const start: Fired = { seen: 0, last: [] }
  return asNode(node as Node<Shape>, 'deadUnits').pipe(
    scan(({ seen, last }: Fired, { shape, data }: Tensor): Fired => {
      const units = shape.at(-1) ?? 1
      const fires = Array.from({ length: units }, () => false)
      for (let i = 0; i < data.length; i++) if (data[i] !== 0) fires[i % units] = true
      return { seen: seen + 1, last: fires.map((does, unit) => (does ? seen + 1 : last[unit] ?? 0)) }
    }, start),
    map(({ seen, last }) => {
      const dead = last.flatMap((event, unit) => (seen - event >= within ? [unit] : []))
      return { dead, share: last.length === 0 ? 0 : dead.length / last.length, units: last.length, seen }
    }),
  )
}
