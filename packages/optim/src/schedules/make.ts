import type { LossWatcher, Schedule } from '../schedule.ts'

/** A frozen schedule that changes with the step. */
export function makeSchedule(
  name: string, max: number, at: (step: number, state: unknown) => number, watch?: LossWatcher,
): Schedule {
  return Object.freeze({ name, at, max, constant: false, ...(watch === undefined ? {} : { watch }) })
}
