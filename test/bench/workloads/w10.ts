import { csvFile } from '@eddy/sources'
import { Subject } from 'rxjs'
import { timed, slices } from '../clock.ts'
import { type Trip, trips } from '../flights/flights.ts'
import { plainTrips } from '../flights/plain-trips.ts'
import { tripLearner } from '../flights/trip-model.ts'
import { readTripsPlainly, writeTrips } from '../flights/trip-file.ts'
import { number } from '../table.ts'
import type { Variant } from '../variant.ts'
import type { Workload } from '../workload.ts'

/** Rows of the file; a slice of a round reads all of it. */
const rows = 20_000

/** Hands over the flights of a file, one by one. */
type Read = (path: string, each: (trip: Trip) => void) => Promise<void>

const readTrips: Read = async (path, each) => {
  const kinds = { distance: 'number', time: 'number', hour: 'number', weekday: 'number', delay: 'number' } as const
  for await (const { records } of csvFile(path, { columns: kinds }).batches()) {
    for (const record of records) each(record as unknown as Trip)
  }
}

/** Reads a file with `read` and gives each flight to a model, which answers with its loss. */
function variant(
  name: string, path: string, read: Read, make: () => (trip: Trip) => number, reference?: Variant,
): Variant {
  let learn: ((trip: Trip) => number) | null = null
  let sum = 0
  return {
    name,
    ...(reference === undefined ? {} : { reference }),
    prepare() {
      learn = make()
    },
    run: (events) => timed(events, () => read(path, (trip) => {
      sum += learn!(trip)
    }), () => sum),
    async verify(count) {
      const own = make()
      const losses: number[] = []
      await read(path, (trip) => losses.push(own(trip)))
      return Float64Array.from(losses.slice(0, count))
    },
    dispose() {
      learn = null
    },
  }
}

function learning(metrics: 'usual' | 'none'): () => (trip: Trip) => number {
  return () => {
    const source = new Subject<Trip>()
    let last = NaN
    source.pipe(tripLearner(metrics).train()).subscribe(({ loss }) => {
      last = loss
    })
    return (trip) => {
      source.next(trip)
      return last
    }
  }
}

/** What a reader without a model adds up, so that every number of a row is looked at. */
const lookAt = () => (trip: Trip): number => (
  trip.distance + trip.time + trip.hour + trip.weekday + trip.delay + trip.origin.length + trip.destination.length
)

/** W6 from the file that it may come in: unzip, parse, encode, learn. */
export const w10: Workload = {
  id: 'W10', title: 'W6 end to end from a gzipped CSV file', eventsPerRound: slices * rows,
  async variants() {
    const path = writeTrips(await trips(rows))
    const plainly = variant('plain, reading only', path, readTripsPlainly, lookAt)
    return [
      variant('plain', path, readTripsPlainly, plainTrips),
      { ...plainly, reference: plainly },
      variant('eddy', path, readTrips, learning('usual')),
      variant('eddy, no metrics', path, readTrips, learning('none')),
      variant('eddy, reading only', path, readTrips, lookAt, plainly),
    ]
  },
  remarks: (results) => results.map(({ variant: name, wallNsPerEvent }) => (
    `${name}: ${number(1e9 / wallNsPerEvent)} rows a second`
  )),
}
