import { checkNumber, ValueError } from '@eddy/tensor'

/** A schedule's memory of the losses it saw. */
export interface LossWatcher {
  /** State before the first loss; plain data, saved in checkpoints. */
  readonly initial: unknown
  /** The state after one more loss: pure, the old state stays as it was. */
  readonly observe: (state: unknown, loss: number) => unknown
}

/**
 * A hyper-parameter, mostly the learning rate, as a pure function of the step: no counter inside, so a run that resumes
 * at step n continues with the same numbers. Write your own as such a record.
 *
 * @example
 * const halving: Schedule = { name: 'halving', constant: false, max: 1, at: (step) => 1 / 2 ** Math.min(step, 20) }
 */
export interface Schedule {
  readonly name: string
  /**
   * The value for update number `step`, counted from 0.
   * Use nothing but + - * / and Math.sqrt: they give the same bits everywhere.
   */
  readonly at: (step: number, state: unknown) => number
  /** True when every step has the same value. */
  readonly constant: boolean
  /** No value is greater. */
  readonly max: number
  /** Present when the value depends on the losses too. */
  readonly watch?: LossWatcher
}

/** A number stands for the schedule that always gives it. @throws ValueError when it is neither. */
export function toSchedule(where: string, option: string, value: number | Schedule): Schedule {
  if (typeof value === 'object' && value !== null && typeof value.at === 'function' && typeof value.max === 'number') {
    return value
  }
  checkNumber(where, option, value, { least: 0 }, 'Give a number, or a schedule such as cosineDecay({ ... }).')
  const number = value as number
  return Object.freeze({ name: 'constant', at: () => number, constant: true, max: number })
}

/** The value at a step. @throws ValueError when a schedule breaks its own promise; the update is then not made. */
export function valueAt(schedule: Schedule, step: number, state: unknown): number {
  const value = schedule.at(step, state)
  if (!(value >= 0 && value <= schedule.max)) {
    throw new ValueError({
      what: `the value at step ${step} is not what the schedule promised`, where: schedule.name, got: value,
      wanted: `a number from 0 to its max, ${schedule.max}`, hint: 'Correct `at`, or give the true `max`.',
    })
  }
  return value
}
