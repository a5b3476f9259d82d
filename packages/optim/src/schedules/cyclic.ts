import { checkNumber, checkOptions } from '@eddy/tensor'
import { integerPowers } from '../integer-power.ts'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface CyclicOptions {
  /** The learning rate where a cycle begins and ends: PyTorch's base_lr. */
  readonly minimum: number
  /** The rate at the top of the first cycle: PyTorch's max_lr. */
  readonly maximum: number
  /** Steps from bottom to top; 2,000. */
  readonly stepsUp?: number
  /** Steps from top to bottom; as many as up. */
  readonly stepsDown?: number
  /** `triangular2` halves the height with every cycle, `exponential` multiplies it by gamma with every step. */
  readonly mode?: 'triangular' | 'triangular2' | 'exponential'
  /** Factor of the height per step, with `exponential`; 1. */
  readonly gamma?: number
  /** Momentum at the top; 0.8. */
  readonly baseMomentum?: number
  /** Momentum at the bottom; 0.9. */
  readonly maxMomentum?: number
}

const known = [
  'minimum', 'maximum', 'stepsUp', 'stepsDown', 'mode', 'gamma', 'baseMomentum', 'maxMomentum',
]

/**
 * Lets the learning rate rise and fall along triangles, and the momentum fall and rise (PyTorch's CyclicLR).
 * Formula: minimum + (maximum - minimum) * height * s, where height in [0, 1] runs along the triangle and s is 1,
 * 2^-cycle or gamma^step by mode; the momentum is maxMomentum - (maxMomentum - baseMomentum) * height * s.
 * Source: Smith 2017, section 3.
 * @throws ValueError for an option out of range.
 * @example
 * sgd({ ...cyclic({ minimum: 0.001, maximum: 0.1 }) })   // learningRate and momentum
 */
export function cyclic(options: CyclicOptions): { readonly learningRate: Schedule; readonly momentum: Schedule } {
  checkOptions('cyclic', options, known)
  const { minimum, maximum, stepsUp = 2000, stepsDown = stepsUp, mode = 'triangular', gamma = 1 } = options
  const { baseMomentum = 0.8, maxMomentum = 0.9 } = options
  checkNumber('cyclic', 'minimum', minimum, { least: 0 }, 'Give the least learning rate.')
  checkNumber('cyclic', 'maximum', maximum, { least: minimum }, 'Give the greatest learning rate.')
  checkNumber('cyclic', 'stepsUp', stepsUp, { least: 1, integer: true }, 'Give how many steps a rise takes.')
  checkNumber('cyclic', 'stepsDown', stepsDown, { least: 1, integer: true }, 'Give how many steps a fall takes.')
  checkNumber('cyclic', 'gamma', gamma, { least: 0, most: 1 }, 'Give the factor per step, for exponential.')
  checkNumber('cyclic', 'baseMomentum', baseMomentum, { least: 0, below: 1 }, 'Give the least momentum.')
  checkNumber('cyclic', 'maxMomentum', maxMomentum, { least: baseMomentum, below: 1 }, 'Give the greatest momentum.')
  const length = stepsUp + stepsDown
  const power = integerPowers(mode === 'triangular2' ? 0.5 : gamma)
  const height = (step: number): number => {
    const into = step % length
    const triangle = into <= stepsUp ? into / stepsUp : (length - into) / stepsDown
    if (mode === 'triangular') return triangle
    return triangle * power(mode === 'triangular2' ? Math.floor(step / length) : step)
  }
  return Object.freeze({
    learningRate: makeSchedule('cyclic', maximum, (step) => (
      Math.min(maximum, minimum + (maximum - minimum) * height(step))
    )),
    momentum: makeSchedule('cyclic momentum', maxMomentum, (step) => (
      maxMomentum - (maxMomentum - baseMomentum) * height(step)
    )),
  })
}
