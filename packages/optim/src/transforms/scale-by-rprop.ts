import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import type { Transform } from '../transform.ts'

export interface ScaleByRpropOptions {
  /** The first step of every weight, > 0; 0.01. */
  readonly stepSize?: number
  /** What a step is multiplied by when the gradient has turned, and when it has not; [0.5, 1.2]. */
  readonly etas?: readonly [number, number]
  /** Least and greatest step; [1e-6, 50]. */
  readonly stepSizes?: readonly [number, number]
}

/**
 * Replaces the update by its sign times a step that each weight learns. Formula and source: see `rprop`.
 * State: `prev`, starting at 0, and `stepSize`, starting at the first step. Nothing decays, so there is no sweep.
 */
export function scaleByRprop(options: ScaleByRpropOptions = {}): Transform {
  const where = 'scaleByRprop'
  checkOptions(where, options, ['stepSize', 'etas', 'stepSizes'])
  const { stepSize = 1e-2, etas: [less, more] = [0.5, 1.2], stepSizes: [least, most] = [1e-6, 50] } = options
  checkNumber(where, 'stepSize', stepSize, { above: 0 }, 'Give the first step; 0.01 is usual.')
  checkNumber(where, 'etas[0]', less, { above: 0, below: 1 }, 'It shortens steps; 0.5 is usual.')
  checkNumber(where, 'etas[1]', more, { above: 1 }, 'It lengthens steps; 1.2 is usual.')
  checkNumber(where, 'stepSizes[0]', least, { least: 0 }, 'Give the shortest step; 1e-6 is usual.')
  checkNumber(where, 'stepSizes[1]', most, { least }, 'Give the longest step; 50 is usual.')
  return Object.freeze({
    name: where, rule: rule.rprop, slots: [{ name: 'prev', fill: 0 }, { name: 'stepSize', fill: stepSize }],
    sweeps: [0, 0], cells: 4, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = less
      out[at + 1] = more
      out[at + 2] = least
      out[at + 3] = most
    },
    operands: ([before, size]: readonly Slot[], cells: number) => [before!, size!, cells],
    limits: { update: () => most, slot: (u: number) => 2 * u + stepSize + most, squares: false },
  })
}
