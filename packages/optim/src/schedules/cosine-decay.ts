import { checkNumber, checkOptions } from '@eddy/tensor'
import { cosPi } from '../cos-pi.ts'
import type { Schedule } from '../schedule.ts'
import { makeSchedule } from './make.ts'

export interface CosineDecayOptions {
  /** The rate of the first step, >= 0. */
  readonly learningRate: number
  /** Steps from the greatest rate to the least: PyTorch's T_max. */
  readonly steps: number
  /** The least rate: PyTorch's eta_min; 0. */
  readonly minimum?: number
  /** After `steps` the rate rises again along the cosine, as in PyTorch, or stays at the minimum; `rise`. */
  readonly after?: 'rise' | 'stay'
}

/**
 * Lowers the learning rate along half a cosine (PyTorch's CosineAnnealingLR).
 * Formula: minimum + (learningRate - minimum) * (1 + cos(pi * step / steps)) / 2.
 * Source: Loshchilov, Hutter 2017, eq. 5, without restarts; for those see `cosineRestarts`.
 * @throws ValueError for an option out of range.
 * @example
 * adam({ learningRate: cosineDecay({ learningRate: 0.01, steps: 100_000, after: 'stay' }) })
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const where = 'cosineDecay'
  checkOptions(where, options, ['learningRate', 'steps', 'minimum', 'after'])
  const { learningRate, steps, minimum = 0, after = 'rise' } = options
  checkNumber(where, 'learningRate', learningRate, { least: 0 }, 'Give the rate of the first step.')
  checkNumber(where, 'steps', steps, { least: 1, integer: true }, 'Give how many steps half a cosine takes.')
  checkNumber(where, 'minimum', minimum, { least: 0 }, 'Give the rate at the end, 0 for none.')
  return makeSchedule(where, Math.max(learningRate, minimum), (step) => {
    const along = after === 'stay' ? Math.min(step, steps) : step % (2 * steps)
    return annealed(learningRate, minimum, along / steps)
  })
}

/** From `from` at 0 along half a cosine to `to` at 1; never outside the two. */
export function annealed(from: number, to: number, along: number): number {
  const value = to + (from - to) * (1 + cosPi(along)) / 2
  return Math.min(Math.max(value, Math.min(from, to)), Math.max(from, to))
}
