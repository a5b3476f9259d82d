import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import { type Schedule, toSchedule, valueAt } from '../schedule.ts'
import { sweepTicks, type Transform } from '../transform.ts'

export interface MomentumOptions {
  /** Share of the running sum kept per step, in [0, 1), or a schedule. */
  readonly momentum: number | Schedule
  /** Share of the new update that is left out of the running sum; 0. */
  readonly dampening?: number
  /** Looks ahead: uses the running sum as it will be after one more step; false. */
  readonly nesterov?: boolean
}

/**
 * Replaces the update by a running sum of updates.
 * Formula: buf <- momentum * buf + (1 - dampening) * u, at the very first step buf <- u;
 * u <- buf, or u + momentum * buf with Nesterov's look-ahead.
 * Source: Polyak 1964; Sutskever et al. 2013, eq. 3 and 4, in PyTorch's form, where the learning rate multiplies the
 * sum (theirs stands inside it: the same path while the rate is constant).
 * State: `momentumBuffer`, starting at 0. With sparse gradients only the rows touched move and decay.
 */
export function scaleByMomentum(options: MomentumOptions): Transform {
  const where = 'scaleByMomentum'
  checkOptions(where, options, ['momentum', 'dampening', 'nesterov'])
  const { dampening = 0, nesterov = false } = options
  const momentum = toSchedule(where, 'momentum', options.momentum)
  checkNumber(where, 'momentum', momentum.max, { least: 0, below: 1 }, 'Give 0 for none; 0.9 is usual.')
  checkNumber(where, 'dampening', dampening, { least: 0, most: 1 }, 'Give 0 for none.')
  if (momentum.watch !== undefined) {
    throw new ValueError({
      what: 'the momentum watches the loss', where, got: momentum.name, wanted: 'a schedule of the step alone',
      hint: 'Only a learning rate can watch the loss.',
    })
  }
  const greatest = momentum.max
  return Object.freeze({
    name: where, rule: rule.momentum, slots: [{ name: 'momentumBuffer', fill: 0 }], sweeps: [sweepTicks(greatest)],
    cells: 4,
    // Without dampening the first step needs no exception: the sum starts at 0.
    constant: momentum.constant && dampening === 0,
    coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => {
      out[at] = valueAt(momentum, step, schedule)
      out[at + 1] = 1 - dampening
      out[at + 2] = nesterov ? 1 : 0
      out[at + 3] = dampening !== 0 && step === 0 ? 1 : 0
    },
    operands: ([buffer]: readonly Slot[], cells: number) => [buffer!, cells],
    limits: {
      update: (u: number) => (nesterov ? u + u / (1 - greatest) : u / (1 - greatest)),
      slot: (u: number) => 2 * u / (1 - greatest),
      squares: false,
    },
    momentum: greatest,
  })
}
