import * as rule from '@eddy/kernels/rule'
import { checkNumber } from '@eddy/tensor'
import { scalingLimits, type Transform } from '../transform.ts'

/** Multiplies the update by a constant. Formula: u <- factor * u. `scaleBy(-1)` climbs instead of descending. */
export function scaleBy(factor: number): Transform {
  checkNumber('scaleBy', 'factor', factor, {}, 'Give a finite factor, such as 0.5.')
  return Object.freeze({
    name: 'scaleBy', rule: rule.scale, slots: [], sweeps: [], cells: 1, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = factor
    },
    operands: (_slots: unknown, cells: number) => [cells],
    limits: scalingLimits(Math.abs(factor)),
  })
}
