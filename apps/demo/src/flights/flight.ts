/** One flight as the data set tells it, with the two moments of its life that the simulated clock needs. */
export interface Flight {
  /** Row in the data set: the tie-break among flights of the same minute. */
  readonly row: number
  readonly origin: string
  readonly destination: string
  readonly miles: number
  /** Minutes since 1970 of the take-off, in the local time of the origin. */
  readonly localMinute: number
  /** The same moment in universal time. */
  readonly takeOffMinute: number
  /** Universal minute from which on the delay is known. */
  readonly landedMinute: number
  /** Minutes late on arrival; negative when early. To be looked at when the flight has landed, not before. */
  readonly delayMinutes: number
}

export const minutesPerDay = 1440

/** Minute of the local day of the take-off, 0 to 1439. */
export function minuteOfDay(flight: Flight): number {
  return flight.localMinute % minutesPerDay
}

/** Day of the week of the take-off, 0 is Sunday. 1970 began on a Thursday. */
export function weekday(flight: Flight): number {
  return (Math.floor(flight.localMinute / minutesPerDay) + 4) % 7
}

/** The flight arrived more than a quarter of an hour late: what airlines count as late. */
export function isLate(delayMinutes: number): boolean {
  return delayMinutes > 15
}
