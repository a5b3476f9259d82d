import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface MultiStepDecayOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Steps at which the rate changes, ascending; one that occurs twice counts twice. */
  readonly milestones: readonly number[]
  /** Factor of each reduction; 0.1. */
  readonly gamma?: number
}

/**
 * Multiplies the learning rate by gamma at each milestone (PyTorch's MultiStepLR).
 * Formula: learningRate * gamma^(number of milestones <= step).
 * @throws ValueError for an option out of range or milestones that do not ascend.
 */
export function multiStepDecay(options: MultiStepDecayOptions): Schedule {
  const where = 'multiStepDecay'
  checkOptions(where, options, ['learningRate', 'milestones', 'gamma'])
  const { learningRate, milestones, gamma = 0.1 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate of the first step.')
  checkNumber(where, 'gamma', gamma, { least: 0, most: 1 }, 'Give the factor at each milestone.')
  const ascending = Array.isArray(milestones)
    && milestones.every((step, k) => Number.isSafeInteger(step) && step >= (milestones[k - 1] ?? 0))
  if (!ascending) {
    throw new ValueError({
      what: 'the milestones do not ascend', where, got: milestones, wanted: 'ascending integers >= 0',
      hint: 'Sort them.',
    })
  }
  const power = integerPowers(gamma)
  const passed = (step: number): number => {
    const next = milestones.findIndex((milestone) => milestone > step)
    return next < 0 ? milestones.length : next
  }
  return makeSchedule(where, learningRate, (step) => learningRate * power(passed(step)))
}
