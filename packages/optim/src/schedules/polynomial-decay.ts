import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { dyadicPower, isDyadicExponent } from '../integer-power.ts'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface PolynomialDecayOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Steps until the rate is 0. */
  readonly steps: number
  /** A multiple of 1/16 from 0 to 64; 1. */
  readonly power?: number
}

/**
 * Lowers the learning rate to 0 along a power of the remaining share of steps (PyTorch's PolynomialLR).
 * Formula: learningRate * (1 - min(step, steps) / steps)^power.
 * Why multiples of 1/16: they need only multiplications and square roots, whose bits are the same on every engine.
 * @throws ValueError for an option out of range.
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const where = 'polynomialDecay'
  checkOptions(where, options, ['learningRate', 'steps', 'power'])
  const { learningRate, steps, power = 1 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate of the first step.')
  checkNumber(where, 'steps', steps, { least: 1, integer: true }, 'Give how many steps it takes to reach 0.')
  if (!isDyadicExponent(power)) {
    throw new ValueError({
      what: 'power is out of range', where, got: power, wanted: 'a multiple of 1/16 from 0 to 64',
      hint: 'Round it: other powers differ in their last bit between engines.',
    })
  }
  return makeSchedule(where, learningRate, (step) => (
    learningRate * dyadicPower(1 - Math.min(step, steps) / steps, power)
  ))
}
