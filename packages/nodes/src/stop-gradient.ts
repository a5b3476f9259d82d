import { apply, denseNode, type Node } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import type { Shape } from '@eddy/tensor'
import type { Values } from './layer.ts'
import { defineRecord } from './record.ts'

export const stopGradientRecord = /* @__PURE__ */ defineRecord<null>({
  name: 'stopGradient',
  docs: {
    summary: 'The value itself, through which no gradient flows back.',
    formula: 'y = x', gradient: 'none: nothing before it learns from what comes after', shapes: 'any -> the same',
  },
  shape: ([x]) => x!,
  differentiable: () => false,
  forward(scope, { inputs: [x], output }) {
    scope.emit(op.COPY, output, x!, output.size)
  },
  backward() {},
  samples: () => [[], [5], [2, 3]].map((shape) => ({ options: null, inputs: [{ shape }] })),
})

/**
 * Lets values through and no gradient back: for targets that a network makes itself. What lets gradients through and
 * learns nothing by itself is `frozen(layer)`.
 * Formula: y = x. Backward: none. Shapes: any, unchanged.
 * @example stopGradient(value([1, 2])) // [1, 2]
 */
export function stopGradient<S extends Shape>(x: Values<S>): Node<S> {
  return apply(stopGradientRecord, [denseNode(x, 'stopGradient')], null)
}
