import type { Flight } from './flight.ts'
import type { FlightColumns } from './flight-columns.ts'
import { landedMinute } from './landed-minute.ts'
import { type Clock, leastMinutesBehind, universalMinute } from './time-zones.ts'

/** All flights that take off in one minute, in the order of their rows. */
export interface TakeOffs {
  readonly minute: number
  readonly flights: readonly Flight[]
}

/**
 * Turns columns sorted by local time into take-offs in universal time, while they are read.
 *
 * After a stretch whose last local stamp is L, nothing that is still to come takes off before L plus the least distance
 * of any airport's clock from universal time: every minute below is complete and goes out. The rest waits.
 * @throws Error when an airport is unknown, or the columns are not in order.
 */
export async function* inTakeOffOrder(
  stretches: AsyncIterable<FlightColumns>, clocks: ReadonlyMap<string, Clock>,
): AsyncGenerator<TakeOffs> {
  const waiting = new Map<number, Flight[]>()
  let minute = Infinity
  let complete = -Infinity
  for await (const stretch of stretches) {
    for (let k = 0; k < stretch.count; k++) {
      const flight = flightAt(stretch, k, clocks)
      if (flight.takeOffMinute < complete) throw new Error(`inTakeOffOrder: row ${flight.row} comes too late`)
      const same = waiting.get(flight.takeOffMinute)
      if (same === undefined) waiting.set(flight.takeOffMinute, [flight])
      else same.push(flight)
      if (flight.takeOffMinute < minute) minute = flight.takeOffMinute
    }
    if (stretch.count > 0) complete = stretch.localMinute[stretch.count - 1]! + leastMinutesBehind
    for (; minute < complete && waiting.size > 0; minute++) {
      const flights = waiting.get(minute)
      if (flights !== undefined) yield { minute, flights }
      waiting.delete(minute)
    }
  }
  for (; waiting.size > 0; minute++) {
    const flights = waiting.get(minute)
    if (flights !== undefined) yield { minute, flights }
    waiting.delete(minute)
  }
}

function flightAt(stretch: FlightColumns, k: number, clocks: ReadonlyMap<string, Clock>): Flight {
  const origin = stretch.origin[k]!
  const clock = clocks.get(origin)
  if (clock === undefined) throw new Error(`inTakeOffOrder: airport ${origin} is not in airports.csv. Add its clock`)
  const localMinute = stretch.localMinute[k]!
  const takeOffMinute = universalMinute(localMinute, clock)
  const miles = stretch.miles[k]!
  const delayMinutes = stretch.delayMinutes[k]!
  return {
    row: stretch.firstRow + k, origin, destination: stretch.destination[k]!, miles, localMinute, takeOffMinute,
    landedMinute: landedMinute({ localMinute, takeOffMinute, miles, delayMinutes }), delayMinutes,
  }
}
