import * as rule from '@eddy/kernels/rule'
import type { Slot } from '@eddy/graph'
import { checkNumber, checkOptions, ValueError } from '@eddy/tensor'
import type { Transform } from '../transform.ts'

export interface AccumulateOptions {
  /** What the k gradients become: their mean, as a batch of k whose loss is averaged, or their sum; 'mean'. */
  readonly reduction?: 'mean' | 'sum'
}

/**
 * Sums the gradients of k events; what stands behind it in the chain runs at every k-th event only, on their mean or
 * sum.
 * Formula: s <- s + g; at events k, 2k, ...: u = s / k (or s), the rest of the chain, s <- 0.
 * Equal to PyTorch's k times `backward()`, then `step()` and `zero_grad()`. Steps of the rest of the chain, and of its
 * schedules, count updates, not events. A rejected event counts for nothing.
 * State: `gradSum`, starting at 0; the place in the window is the step count of the training, so that a run that
 * resumes in the middle of a window continues exactly.
 * Sparse gradients: the rows an event touches are summed; every k-th event updates all rows whose sum is not 0, and for
 * that reads the whole table once.
 * Edge: in f32 a sum is cut to +-2^44.
 * @throws ValueError unless k is an integer from 1 to 2^20.
 * @example
 * chain(accumulate(8), adam({ learningRate: 0.01 }))
 */
export function accumulate(k: number, options: AccumulateOptions = {}): Transform {
  checkNumber('accumulate', 'k', k, { least: 1, most: 2 ** 20, integer: true }, 'Give the number of events an update.')
  checkOptions('accumulate', options, ['reduction'])
  const { reduction = 'mean' } = options
  if (reduction !== 'mean' && reduction !== 'sum') {
    throw new ValueError({
      what: 'there is no such reduction', where: 'accumulate', got: reduction, wanted: "'mean' or 'sum'",
      hint: 'Leave it out for the mean.',
    })
  }
  const factor = reduction === 'mean' ? 1 / k : 1
  return Object.freeze({
    name: 'accumulate', rule: rule.accumulate, slots: [{ name: 'gradSum', fill: 0 }], sweeps: [0], cells: 2,
    constant: k === 1, window: k,
    coefficients: (step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = (step + 1) % k === 0 ? 1 : 0
      out[at + 1] = factor
    },
    operands: ([sum]: readonly Slot[], cells: number) => [sum!, cells],
    limits: {
      update: (u: number) => (reduction === 'mean' ? u : Math.min(k * u, 2 ** 44)),
      slot: (u: number) => k * u,
      squares: false,
    },
  })
}
