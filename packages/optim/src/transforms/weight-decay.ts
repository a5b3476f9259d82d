import * as rule from '@eddy/kernels/rule'
import { checkNumber } from '@eddy/tensor'
import { scalingLimits, type Transform } from '../transform.ts'

/**
 * Adds the gradient of an L2 penalty. Formula: u <- u + weightDecay * w; the penalty is weightDecay / 2 * |w|^2.
 * This is PyTorch's `weight_decay` of everything but AdamW. Before a normalising transform the penalty is normalised,
 * `decoupledWeightDecay` after it is not.
 * Edge: a sparse gradient decays the rows it touches, and no others.
 */
export function addDecayedWeights(weightDecay: number): Transform {
  return decayTransform('addDecayedWeights', rule.addDecay, weightDecay)
}

/**
 * Shrinks the weights beside the optimizer's own update. Formula: u <- u + weightDecay * w, after normalisation, so
 * that w <- w - learningRate * (update + weightDecay * w).
 * Source: Loshchilov, Hutter 2019, algorithm 2 line 12, with PyTorch's convention that the learning rate multiplies it.
 * Edge: a sparse gradient decays the rows it touches, and no others.
 */
export function decoupledWeightDecay(weightDecay: number): Transform {
  return decayTransform('decoupledWeightDecay', rule.decoupledDecay, weightDecay)
}

function decayTransform(name: string, decayRule: number, weightDecay: number): Transform {
  checkNumber(name, 'weightDecay', weightDecay, { least: 0 }, 'Give 0 for none; 0.01 is usual.')
  return Object.freeze({
    name, rule: decayRule, slots: [], sweeps: [], cells: 1, constant: true,
    coefficients: (_step: number, _schedule: unknown, out: Float64Array, at: number) => {
      out[at] = weightDecay
    },
    operands: (_slots: unknown, cells: number) => [cells],
    limits: scalingLimits(1),
    decay: weightDecay,
  })
}
