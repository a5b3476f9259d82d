import { bytesOf } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import * as rule from '@eddy/kernels/rule'
import type { Gradient, Scope, Slot, UpdateTarget } from '@eddy/graph'
import { checkNumber, checkOptions } from '@eddy/tensor'
import { optimizerOf, type TransformOptimizer } from '../optimizer.ts'
import { type Schedule, toSchedule, valueAt } from '../schedule.ts'
import type { Transform } from '../transform.ts'
import { applyLearningRate } from '../transforms/apply-learning-rate.ts'

export interface NormalizedAdagradOptions {
  /** Change of a prediction by a feature's first event, in units of the prediction; 0.5, as in Vowpal Wabbit. */
  readonly learningRate?: number | Schedule
  /** Features that have never exceeded it are not learned; it also keeps a division finite; 1e-10. */
  readonly eps?: number
}

/**
 * AdaGrad for features of any scale: multiplying a feature by a constant divides its weight by it, and changes nothing
 * else. What Vowpal Wabbit does by default (adaptive, normalized).
 * Formula, for each weight: x = |g| / D; r = s / max(s, x) (1 at first); s <- max(s, x); w <- r * w; h = g / s;
 * G <- r^2 * G + h^2; w <- w - learningRate * h / (s * (sqrt(G) + eps)).
 * Defaults: learningRate 0.5, eps 1e-10.
 * Source: Ross, Mineiro, Langford 2013, algorithm 2 (NAG), whose sum of g^2 is s^2 * G here.
 *
 * What is implemented. The paper is about one linear prediction; its x is the feature. An optimizer sees gradients, and
 * D is how it gets from g back to x: the greatest magnitude, in this event, of the gradient of the layer's output,
 * which `linear`, `sparseLinear` and `embedding` hand over beside their inputs. With one output x is the feature
 * exactly, for a bias it is 1. With several outputs it is the feature times the output's share of the greatest one, at
 * most the feature.
 * For a gradient that comes multiplied out (a shared weight, a batch), D is its own greatest element: there only the
 * scales of features relative to each other are taken out.
 * Two more differences: the weight shrinks by r after the first event of a greater scale, not before it, since the
 * graph has predicted by then; and the paper's global factor sqrt(t / N), N being the sum of x^2 / s^2 over all
 * features and events, is left out: it is a constant in the long run (one over the root of the usual number of
 * features in an event), and belongs into the learning rate. A weight does not start over when it is first seen, as in
 * the paper, whose are 0.
 * Regret setting: adversarial convex losses with features of unknown scale, O(sqrt(T)) times the ratio of the scales in
 * the stream (theorems 1 and 2 of the paper).
 * State: `scale`, `sum`.
 * Sparse gradients: exact; a gradient of 0 changes nothing in this method, so rows not touched miss nothing.
 * Edge: stands first in a chain, since it measures the raw gradient. In f32, s is cut to 2^80 and h to 2^44.
 * @throws ValueError for an option out of range.
 * @example
 * loss.pipe(minimize(normalizedAdagrad({ learningRate: 0.5 }))).subscribe()
 */
export function normalizedAdagrad(options: NormalizedAdagradOptions = {}): TransformOptimizer {
  checkOptions('normalizedAdagrad', options, ['learningRate', 'eps'])
  const { learningRate = 0.5, eps = 1e-10 } = options
  checkNumber('normalizedAdagrad', 'eps', eps, { above: 0 }, 'It keeps the division finite; 1e-10 is usual.')
  const schedule = toSchedule('normalizedAdagrad', 'learningRate', learningRate)
  return optimizerOf('normalizedAdagrad', [normalizing(schedule, eps), applyLearningRate(1)])
}

function normalizing(schedule: Schedule, eps: number): Transform {
  return Object.freeze({
    name: 'normalizing', rule: rule.normalized, slots: [{ name: 'scale', fill: 0 }, { name: 'sum', fill: 0 }],
    sweeps: [0, 0], cells: 2, constant: schedule.constant,
    coefficients: (step: number, state: unknown, out: Float64Array, at: number) => {
      out[at] = valueAt(schedule, step, state)
      out[at + 1] = eps
    },
    prepare: (scope: Scope, { gradient }: UpdateTarget, cells: number) => {
      const own = scope.temporary(3, 'f64')
      const output = outputGradient(gradient)
      scope.emit(op.INVERSE_MAX, output, output.size, own)
      scope.emit(op.COPY, own.at + 8, cells, 16 / bytesOf[scope.dtype])
      return own
    },
    operands: ([scale, sum]: readonly Slot[], _cells: number, prepared: Slot | null) => [scale!, sum!, prepared!],
    limits: {
      // Beside a share of the weight, which only shrinks it: |h| / sqrt(sum) is at most 1, and s is at least eps.
      update: () => (eps >= 1e-12 ? 2 * schedule.max / eps : Infinity), slot: () => 2 ** 89, squares: true,
    },
    ...(schedule.watch === undefined ? {} : { watch: schedule.watch }),
  })
}

/** The gradient of the layer's output, as far as the layout shows it. */
function outputGradient(gradient: Gradient): Slot {
  switch (gradient.kind) {
    case 'dense':
      return gradient.slot
    case 'outer':
      return gradient.rows
    default:
      return gradient.gradient
  }
}
