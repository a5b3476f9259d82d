import { DecayedCounts, type Prior } from './decayed-counts.ts'
import { type Flight, isLate, minuteOfDay, minutesPerDay, weekday } from './flight.ts'

/** What is known about a flight at the moment it takes off. Everything about delays comes from landed flights. */
export interface FlightFeatures {
  readonly allMean: number
  readonly allRate: number
  readonly arrivalsAtOriginMean: number
  readonly arrivalsAtOriginRate: number
  readonly departuresFromOriginMean: number
  readonly departuresFromOriginRate: number
  readonly arrivalsAtDestinationMean: number
  readonly arrivalsAtDestinationRate: number
  /** The same route in the same half hour of the day. */
  readonly slotMean: number
  readonly slotRate: number
  /** Root of the weight of flights behind the slot's estimates. */
  readonly slotKnown: number
  readonly distance: number
  readonly time: number
  readonly timeWave: number
  readonly timeWaveShifted: number
  readonly origin: string
  readonly destination: string
  readonly route: string
  readonly hour: string
  readonly weekday: string
}

const hours = 60
const days = minutesPerDay
const everything = ''

/**
 * The running delays that a departing flight is described by. `landed` is told about each flight once it is down;
 * `describe` uses nothing else.
 */
export class FlightStatistics {
  readonly #slow = new DecayedCounts(3 * days)
  readonly #all = new DecayedCounts(2 * hours)
  readonly #arrivals = new DecayedCounts(1.5 * hours)
  readonly #departures = new DecayedCounts(3 * hours)
  readonly #routes = new DecayedCounts(20 * days)
  readonly #slots = new DecayedCounts(20 * days)

  landed(flight: Flight, minute: number): void {
    const { origin, destination, delayMinutes } = flight
    const late = isLate(delayMinutes)
    this.#slow.add(everything, minute, delayMinutes, late)
    this.#all.add(everything, minute, delayMinutes, late)
    this.#arrivals.add(destination, minute, delayMinutes, late)
    this.#departures.add(origin, minute, delayMinutes, late)
    this.#routes.add(routeOf(flight), minute, delayMinutes, late)
    this.#slots.add(slotOf(flight), minute, delayMinutes, late)
  }

  describe(flight: Flight): FlightFeatures {
    const { origin, destination, takeOffMinute: now } = flight
    const usual = this.#slow.read(everything, now, { mean: 6, rate: 0.2, count: 20 })
    const all = this.#all.read(everything, now, worth(20, usual))
    const arrivalsAtOrigin = this.#arrivals.read(origin, now, worth(3, all))
    const departuresFromOrigin = this.#departures.read(origin, now, worth(3, all))
    const arrivalsAtDestination = this.#arrivals.read(destination, now, worth(3, all))
    const route = this.#routes.read(routeOf(flight), now, worth(10, usual))
    const slot = this.#slots.read(slotOf(flight), now, worth(2, route))
    const minute = minuteOfDay(flight)
    return {
      allMean: all.mean, allRate: all.rate,
      arrivalsAtOriginMean: arrivalsAtOrigin.mean, arrivalsAtOriginRate: arrivalsAtOrigin.rate,
      departuresFromOriginMean: departuresFromOrigin.mean, departuresFromOriginRate: departuresFromOrigin.rate,
      arrivalsAtDestinationMean: arrivalsAtDestination.mean, arrivalsAtDestinationRate: arrivalsAtDestination.rate,
      slotMean: slot.mean, slotRate: slot.rate, slotKnown: Math.sqrt(slot.weight),
      distance: Math.sqrt(flight.miles),
      time: minute / minutesPerDay, timeWave: wave(minute), timeWaveShifted: wave(minute + minutesPerDay / 4),
      origin, destination, route: routeOf(flight),
      hour: String(Math.floor(minute / 60)), weekday: String(weekday(flight)),
    }
  }
}

/**
 * Once around the clock, like a sine: 0 at midnight, 1 at six, 0 at noon, -1 at eighteen hours.
 * Formula: 16 u (1/2 - u) for the fraction u of the day in the first half, its mirror image in the second: a parabola
 * instead of `Math.sin`, whose last bit is not the same on every engine.
 */
export function wave(minute: number): number {
  const u = (minute % minutesPerDay) / minutesPerDay
  return u < 0.5 ? 16 * u * (0.5 - u) : -16 * (u - 0.5) * (1 - u)
}

function worth(count: number, estimate: { readonly mean: number; readonly rate: number }): Prior {
  return { mean: estimate.mean, rate: estimate.rate, count }
}

function routeOf({ origin, destination }: Flight): string {
  return `${origin}-${destination}`
}

function slotOf(flight: Flight): string {
  return `${routeOf(flight)}@${Math.floor(minuteOfDay(flight) / 30)}`
}
