import { checkNumber, checkOptions } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface ExponentialDecayOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Factor from one step to the next, in [0, 1]. Per event: 0.9999 halves the rate every 6,931 events. */
  readonly gamma: number
}

/**
 * Multiplies the learning rate by gamma after every step (PyTorch's ExponentialLR).
 * Formula: learningRate * gamma^step, by repeated squaring.
 * @throws ValueError for an option out of range.
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const where = 'exponentialDecay'
  checkOptions(where, options, ['learningRate', 'gamma'])
  const { learningRate, gamma } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate of the first step.')
  checkNumber(where, 'gamma', gamma, { least: 0, most: 1 }, 'Give the factor from one step to the next.')
  const power = integerPowers(gamma)
  return makeSchedule(where, learningRate, (step) => learningRate * power(step))
}
