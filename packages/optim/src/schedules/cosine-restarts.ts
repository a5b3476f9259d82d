import { checkNumber, checkOptions } from '@eddy/tensor'
import { integerPower } from '../integer-power.ts'
import type { Schedule } from '../schedule.ts'
import { annealed } from './cosine-decay.ts'
import { makeSchedule } from './make.ts'

export interface CosineRestartsOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Steps of the first period: PyTorch's T_0. */
  readonly steps: number
  /** Each period is this many times as long as the one before, an integer: PyTorch's T_mult; 1. */
  readonly growth?: number
  readonly minimum?: number
}

/**
 * Lowers the learning rate along half a cosine, then starts anew (PyTorch's CosineAnnealingWarmRestarts).
 * Formula: minimum + (learningRate - minimum) * (1 + cos(pi * t / T)) / 2,
 * t steps into period i, of length T = steps * growth^i.
 * Source: Loshchilov, Hutter 2017, eq. 5.
 * @throws ValueError for an option out of range.
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  const where = 'cosineRestarts'
  checkOptions(where, options, ['learningRate', 'steps', 'growth', 'minimum'])
  const { learningRate, steps, growth = 1, minimum = 0 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate at the start of a period.')
  checkNumber(where, 'steps', steps, { least: 1, integer: true }, 'Give the length of the first period.')
  checkNumber(where, 'growth', growth, { least: 1, integer: true }, 'Give 1 for periods of one length.')
  checkNumber(where, 'minimum', minimum, { least: 0 }, 'Give the rate at the end of a period.')
  return makeSchedule(where, Math.max(learningRate, minimum), (step) => {
    const { into, length } = period(step, steps, growth)
    return annealed(learningRate, minimum, into / length)
  })
}

/** Period i starts at steps * (growth^i - 1) / (growth - 1). */
function period(step: number, steps: number, growth: number): { readonly into: number; readonly length: number } {
  if (growth === 1) return { into: step % steps, length: steps }
  let index = 0
  let start = 0
  for (;;) {
    const length = steps * integerPower(growth, index++)
    if (step < start + length) return { into: step - start, length }
    start += length
  }
}
