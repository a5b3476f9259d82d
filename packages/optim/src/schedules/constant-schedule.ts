import { checkNumber, checkOptions } from '@eddy/tensor'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface ConstantScheduleOptions {
  /** The rate that is multiplied by the factor, >= 0. */
  readonly learningRate: number
  /** Multiplies the learning rate of the first `steps` steps; 1. */
  readonly factor?: number
  /** Steps that the factor lasts; 0. */
  readonly steps?: number
}

/**
 * The same learning rate at every step; with `factor`, another one for the first `steps` steps (PyTorch's ConstantLR).
 * Formula: factor * learningRate while step < steps, then learningRate.
 * @throws ValueError for an option out of range.
 */
export function constantSchedule(options: ConstantScheduleOptions): Schedule {
  const where = 'constantSchedule'
  checkOptions(where, options, ['learningRate', 'factor', 'steps'])
  const { learningRate, factor = 1, steps = 0 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate per step.')
  checkNumber(where, 'factor', factor, { least: 0 }, 'Give 1 for no change.')
  checkNumber(where, 'steps', steps, { least: 0, integer: true }, 'Give how many steps the factor lasts.')
  const first = learningRate * factor
  const at = (step: number): number => (step < steps ? first : learningRate)
  const varies = steps > 0 && factor !== 1
  return varies ? makeSchedule(where, Math.max(first, learningRate), at)
    : Object.freeze({ name: where, at: () => learningRate, max: learningRate, constant: true })
}
