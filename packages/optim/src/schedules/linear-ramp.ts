import { checkNumber, checkOptions } from '@eddy/tensor'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface LinearRampOptions {
  /** The rate that is multiplied by the factors, >= 0. */
  readonly learningRate: number
  /** Factor of the first step; 1/3. */
  readonly startFactor?: number
  /** Factor after the last step; 1. */
  readonly endFactor?: number
  /** Steps from one factor to the other; 5. */
  readonly steps?: number
}

/**
 * Multiplies the learning rate by a factor that moves along a straight line (PyTorch's LinearLR).
 * Formula: learningRate * (startFactor + (endFactor - startFactor) * min(step, steps) / steps).
 * @throws ValueError for an option out of range.
 */
export function linearRamp(options: LinearRampOptions): Schedule {
  const where = 'linearRamp'
  checkOptions(where, options, ['learningRate', 'startFactor', 'endFactor', 'steps'])
  const { learningRate, startFactor = 1 / 3, endFactor = 1, steps = 5 } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate that the factors multiply.')
  checkNumber(where, 'startFactor', startFactor, { least: 0 }, 'Give the factor of the first step.')
  checkNumber(where, 'endFactor', endFactor, { least: 0 }, 'Give the factor after the last step.')
  checkNumber(where, 'steps', steps, { least: 1, integer: true }, 'Give how many steps the ramp takes.')
  const max = learningRate * Math.max(startFactor, endFactor)
  return makeSchedule(where, max, (step) => {
    if (step >= steps) return learningRate * endFactor
    return Math.min(max, learningRate * (startFactor + (endFactor - startFactor) * step / steps))
  })
}
