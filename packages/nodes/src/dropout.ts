import { apply, denseNode } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { ValueError } from '@eddy/tensor'
import type { SameShapeLayer } from './layer.ts'
import { defineRecord, edgeLengths } from './record.ts'

export const dropoutRecord = /* @__PURE__ */ defineRecord<{ readonly p: number }>({
  name: 'dropout',
  docs: {
    summary: 'While training, drops each element with probability p and enlarges the others; predicting, does nothing.',
    formula: 'y = x m / (1 - p), m = 1 with probability 1 - p, else 0', gradient: 'dx = dy m / (1 - p)',
    shapes: 'any -> the same', source: 'Srivastava et al. 2014, inverted',
  },
  shape: ([x]) => x!,
  forward(scope, { inputs: [x], output, options: { p } }) {
    scope.emit(op.DROPOUT, x!, output, output.size, { f64: p }, scope.key)
  },
  backward(scope, { gradient, inputGradients: [dx], options: { p } }) {
    if (dx != null) scope.emit(op.DROPOUT_BACKWARD, gradient, dx, dx.size, { f64: p }, scope.key)
  },
  samples: () => ([
    [[], 0.5], [[9], 0], [[9], 0.3], [[2, 19], 0.9], ...edgeLengths.map((length) => [[length], 0.4] as const),
  ] as readonly (readonly [readonly number[], number])[])
    .map(([shape, p]) => ({ options: { p }, inputs: [{ shape }] })),
})

/**
 * A layer that drops elements at random while training. The mask is a pure function of the seed, the node and the
 * step, so a replayed event drops the same elements.
 * Formula: y = x m / (1 - p), m = 1 with probability 1 - p, else 0. Gradient: dx = dy m / (1 - p).
 * Shapes: any -> the same.
 * Source: Srivastava et al. 2014, inverted.
 * @throws ValueError unless 0 <= p < 1.
 * @example value([1, 2]).pipe(dropout(0)) // [1, 2]
 */
export function dropout(p = 0.5): SameShapeLayer {
  const label = `dropout(${p})`
  if (!(p >= 0 && p < 1)) {
    throw new ValueError({
      what: 'p is not the probability of dropping some', where: label, got: p, wanted: 'a number from 0 to below 1',
      hint: 'Use 0.5 for half of the elements.',
    })
  }
  return (x) => apply(dropoutRecord, [denseNode(x, label)], { p }, { label })
}
