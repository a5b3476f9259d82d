import { minutesPerDay } from './flight.ts'

/** What `landedMinute` looks at. */
export interface Departure {
  readonly localMinute: number
  readonly takeOffMinute: number
  readonly miles: number
  readonly delayMinutes: number
}

/**
 * The universal minute from which on a flight's delay counts as known; rather too late than too early.
 * Formula: take-off + ceil(40 + miles / 7.5) + max(0, delay): 450 miles an hour, 40 minutes on the ground, and the
 * whole delay, although part of it was spent before the take-off.
 * Edge: stamps from 00:00 to 03:59 carry the date the flight was planned for, and it left the night after, so their
 * delay is held back one more day.
 */
export function landedMinute({ localMinute, takeOffMinute, miles, delayMinutes }: Departure): number {
  const isNight = localMinute % minutesPerDay < 240
  return takeOffMinute + Math.ceil(40 + miles / 7.5) + Math.max(0, delayMinutes) + (isNight ? minutesPerDay : 0)
}
