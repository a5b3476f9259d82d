import { readFlights, vegaDataPath } from '@eddy/demo/flights'

/** A flight as a program would have parsed it: a record of numbers and text. */
export interface Trip {
  /** Miles. */
  readonly distance: number
  /** Minute of the local day at take-off. */
  readonly time: number
  readonly origin: string
  readonly destination: string
  readonly hour: number
  readonly weekday: number
  /** How late it arrived, in units of half an hour, so that errors are of the size of one. */
  readonly delay: number
}

const kept = new Map<number, Promise<readonly Trip[]>>()

/** The first `count` flights of the year 2001, by take-off; at most the 300,000 or so of the first row group. */
export function trips(count: number): Promise<readonly Trip[]> {
  let made = kept.get(count)
  if (made === undefined) kept.set(count, (made = read(count)))
  return made
}

async function read(count: number): Promise<readonly Trip[]> {
  for await (const columns of readFlights(vegaDataPath('flights-3m.parquet'))) {
    if (columns.count < count) throw new Error(`there are ${columns.count} flights in the first rows, wanted ${count}`)
    return Array.from({ length: count }, (_, k): Trip => {
      const minute = columns.localMinute[k]!
      const time = minute % 1440
      return {
        distance: columns.miles[k]!, time, origin: columns.origin[k]!, destination: columns.destination[k]!,
        hour: Math.floor(time / 60), weekday: (Math.floor(minute / 1440) + 4) % 7, delay: columns.delayMinutes[k]! / 30,
      }
    })
  }
  throw new Error('there are no flights')
}
