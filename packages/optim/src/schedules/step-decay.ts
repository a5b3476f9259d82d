import { checkNumber, checkOptions } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface StepDecayOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Steps between two reductions. */
  readonly stepSize: number
  /** Factor of each reduction; 0.1. */
  readonly gamma?: number
}

/**
 * Multiplies the learning rate by gamma after every `stepSize` steps (PyTorch's StepLR).
 * Formula: learningRate * gamma^floor(step / stepSize).
 * @throws ValueError for an option out of range.
 * @example
 * sgd({ learningRate: stepDecay({ learningRate: 0.1, stepSize: 10_000, gamma: 0.5 }) })
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const where = 'stepDecay'
  checkOptions(where, options, ['learningRate', 'stepSize', 'gamma'])
  const { learningRate, stepSize, gamma = 0.1 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate of the first step.')
  checkNumber(where, 'stepSize', stepSize, { least: 1, integer: true }, 'Give how many steps a rate lasts.')
  checkNumber(where, 'gamma', gamma, { least: 0, most: 1 }, 'Give the factor between one rate and the next.')
  const power = integerPowers(gamma)
  return makeSchedule(where, learningRate, (step) => learningRate * power(Math.floor(step / stepSize)))
}
