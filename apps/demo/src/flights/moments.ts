import type { Flight } from './flight.ts'
import type { TakeOffs } from './in-take-off-order.ts'

/** One minute of the simulated clock in which something happens. */
export interface Moment {
  readonly minute: number
  /** Flights whose delay becomes known in this minute. They come first: what is known now may be used now. */
  readonly landed: readonly Flight[]
  readonly takingOff: readonly Flight[]
}

/**
 * Merges take-offs with their own landings, in time order; minutes in which nothing happens are left out.
 * After `limit` take-offs no more follow, but all that are in the air still land.
 */
export async function* moments(takeOffs: AsyncIterable<TakeOffs>, limit = Infinity): AsyncGenerator<Moment> {
  const landings = new Landings()
  let left = limit
  for await (const { minute, flights } of takeOffs) {
    if (left <= 0) break
    yield* landings.until(minute)
    const takingOff = flights.slice(0, left)
    left -= takingOff.length
    const landed = landings.take(minute)
    for (const flight of takingOff) landings.add(flight)
    yield { minute, landed, takingOff }
  }
  yield* landings.until(Infinity)
}

/** Flights in the air, by the minute in which they will have landed. */
class Landings {
  readonly #byMinute = new Map<number, Flight[]>()
  #next = Infinity

  add(flight: Flight): void {
    const same = this.#byMinute.get(flight.landedMinute)
    if (same === undefined) this.#byMinute.set(flight.landedMinute, [flight])
    else same.push(flight)
    this.#next = Math.min(this.#next, flight.landedMinute)
  }

  take(minute: number): readonly Flight[] {
    const flights = this.#byMinute.get(minute) ?? []
    this.#byMinute.delete(minute)
    return flights
  }

  /** The moments before `end`, in order. */
  * until(end: number): Generator<Moment> {
    for (; this.#next < end && this.#byMinute.size > 0; this.#next++) {
      const landed = this.take(this.#next)
      if (landed.length > 0) yield { minute: this.#next, landed, takingOff: [] }
    }
  }
}
