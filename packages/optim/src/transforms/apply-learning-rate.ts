import * as rule from '@eddy/kernels/rule'
import { type Schedule, toSchedule, valueAt } from '../schedule.ts'
import { scalingLimits, type Transform } from '../transform.ts'

/**
 * Writes the new weight: the last member of every optimizer. Formula: w <- w - learningRate * u.
 * A schedule is asked once per step; see `Schedule`. `where`: what an error names.
 * @throws ValueError unless the learning rate is a number >= 0 or a schedule.
 */
export function applyLearningRate(learningRate: number | Schedule, where = 'applyLearningRate'): Transform {
  const schedule = toSchedule(where, 'learningRate', learningRate)
  return Object.freeze({
    name: 'applyLearningRate', rule: rule.apply, slots: [], sweeps: [], cells: 1, constant: schedule.constant,
    coefficients: (step: number, state: unknown, out: Float64Array, at: number) => {
      out[at] = valueAt(schedule, step, state)
    },
    operands: (_slots: unknown, cells: number) => [cells],
    limits: scalingLimits(schedule.max),
    learningRateMax: schedule.max,
    ...(schedule.watch === undefined ? {} : { watch: schedule.watch }),
  })
}
