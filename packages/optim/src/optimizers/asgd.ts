import * as rule from '@eddy/kernels/rule'
import type { Slot, TrainingState } from '@eddy/graph'
import { checkNumber, checkOptions, Tensor, ValueError } from '@eddy/tensor'
import { dyadicPower, isDyadicExponent } from '../integer-power.ts'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import type { Parameters } from '../pure.ts'
import { type Schedule, toSchedule, valueAt } from '../schedule.ts'
import type { Transform } from '../transform.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'
import { type CommonOptions, commonOptions, prepared } from './options.ts'

export interface AsgdOptions extends CommonOptions {
  /** Decay of weights and of the learning rate, >= 0; 1e-4. PyTorch's `lambd`. */
  readonly lambda?: number
  /** Power of the learning rate's decay: a multiple of 1/16 from 0 to 64; 0.75. */
  readonly alpha?: number
  /** The step from which on weights are averaged, >= 0; 1e6. */
  readonly t0?: number
}

/**
 * Gradient descent whose path is averaged: `averagedWeights` gives the mean of all weights since step t0.
 * Formula: eta = learningRate / (1 + lambda * learningRate * t)^alpha; u = g + weightDecay * w; w <- w - eta * (u +
 * lambda * w); average <- average + mu * (w - average) with mu = 1 / max(1, t - t0); t counts steps from 0.
 * Defaults: learningRate 0.01, lambda 1e-4, alpha 0.75, t0 1e6, weightDecay 0 (PyTorch's).
 * Source: Polyak, Juditsky 1992; the decay: Bottou 2012, section 5.
 * Regret setting: stochastic convex losses; the average attains the best rate of asymptotic variance without knowing
 * the curvature, where the last weights need a step made for it.
 * Where libraries differ: PyTorch uses the learning rate of the step before (the same while it is constant).
 * State: `averageOffset`, the average minus the weight (PyTorch keeps the average, `ax`), so that rows never touched,
 * or touched late, average to their weight.
 * Sparse gradients: the average of a row is over the steps that touch it; weights decay then, and only then.
 * @throws ValueError for an option out of range.
 * @example
 * const training = loss.pipe(minimize(asgd({ learningRate: 0.1, t0: 1000 })))
 * averagedWeights(training.snapshot())
 */
export function asgd(options: AsgdOptions = {}): TransformOptimizer {
  checkOptions('asgd', options, [...commonOptions, 'lambda', 'alpha', 't0'])
  const { learningRate = 1e-2, lambda = 1e-4, alpha = 0.75, t0 = 1e6 } = options
  checkNumber('asgd', 'lambda', lambda, { least: 0 }, 'Give 0 for no decay; 1e-4 is usual.')
  checkNumber('asgd', 't0', t0, { least: 0 }, 'Give the step to average from; 0 for all.')
  if (!isDyadicExponent(alpha)) {
    throw new ValueError({
      what: 'alpha is out of range', where: 'asgd', got: alpha, wanted: 'a multiple of 1/16 from 0 to 64',
      hint: 'Round it: other powers differ in their last bit between engines.',
    })
  }
  const eta = decaying(toSchedule('asgd', 'learningRate', learningRate), lambda, alpha)
  return optimizerOf('asgd', [...prepared(options), averaging(eta, lambda, t0), applyLearningRate(eta)])
}

function decaying(schedule: Schedule, lambda: number, alpha: number): Schedule {
  const at = (step: number, state: unknown): number => {
    const rate = schedule.at(step, state)
    return rate / dyadicPower(1 + lambda * rate * step, alpha)
  }
  return Object.freeze({ ...schedule, name: `${schedule.name}, decaying`, at, constant: false })
}

const slotName = 'averageOffset'

function averaging(eta: Schedule, lambda: number, t0: number): Transform {
  return Object.freeze({
    name: 'averaging', rule: rule.asgd, slots: [{ name: slotName, fill: 0 }], sweeps: [0], cells: 3, constant: false,
    coefficients: (step: number, schedule: unknown, out: Float64Array, at: number) => {
      out[at] = lambda
      out[at + 1] = valueAt(eta, step, schedule)
      out[at + 2] = 1 - 1 / Math.max(1, step - t0)
    },
    operands: ([offset]: readonly Slot[], cells: number) => [offset!, cells],
    limits: { update: (u: number) => u, slot: (u: number) => 2 * eta.max * u, squares: false },
    decay: lambda,
  })
}

/**
 * The averaged weights of a state that `asgd` has written; the rest of the state is not looked at.
 * @throws ValueError when this is no such state, or a parameter has no average.
 */
export function averagedWeights(state: Pick<TrainingState, 'parameters' | 'slots'>): Parameters {
  const { parameters, slots } = Object(state) as TrainingState
  if (Object(parameters) !== parameters || Object(slots) !== slots) {
    throw new ValueError({
      what: 'this is no training state', where: 'averagedWeights', got: state, wanted: '{ parameters, slots, ... }',
      hint: 'Give what snapshot() of a training gave, or the part `training` of that of a learner.',
    })
  }
  return Object.freeze(Object.fromEntries(Object.entries(parameters).map(([name, weight]) => {
    const offset = slots[name]?.[slotName]
    if (offset === undefined) {
      throw new ValueError({
        what: `${name} has no average`, where: 'averagedWeights', got: Object.keys(slots[name] ?? {}),
        wanted: `a slot ${slotName}`, hint: 'Give a state of a training with asgd().',
      })
    }
    return [name, Object.freeze(Tensor.of(weight.shape, weight.data.map((value, k) => value + offset.data[k]!)))]
  })))
}
