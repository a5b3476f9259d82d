import { type AnyNode, apply, type Leaf, type Node } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { sameShape, type Shape, ShapeError } from '@eddy/tensor'
import { defineRecord } from './record.ts'
import { reshape } from './reshape.ts'

export const rememberRecord = /* @__PURE__ */ defineRecord<null>({
  name: 'remember',
  docs: {
    summary: 'The value itself; when the event commits, other values are kept in buffers for the next event.',
    formula: 'y = x; on commit b_k = v_k', gradient: 'dx = dy; nothing flows through time here',
    shapes: 'x of any shape, then pairs v_k, b_k of one shape each -> that of x',
  },
  shape(shapes) {
    for (let k = 1; k + 1 < shapes.length; k += 2) {
      if (!sameShape(shapes[k]!, shapes[k + 1]!)) {
        throw new ShapeError({
          what: 'what is to be remembered has another shape than its memory', where: 'remember', got: shapes[k]!,
          wanted: shapes[k + 1]!, hint: 'Return a state of the shape it started with.',
        })
      }
    }
    return shapes[0]!
  },
  differentiable: (port) => port === 0,
  forward(scope, { inputs: [x], output }) {
    scope.emit(op.COPY, output, x!, output.size)
  },
  backward(scope, { gradient, inputGradients: [dx] }) {
    if (dx != null) scope.emit(op.COPY, dx, gradient, dx.size)
  },
  commit(scope, { inputs }) {
    for (let k = 1; k < inputs.length; k += 2) scope.emit(op.COPY, inputs[k + 1]!, inputs[k]!, inputs[k]!.size)
  },
  samples: () => [[], [5], [2, 9]].map((shape) => ({
    options: null, inputs: [{ shape }, { shape: [3] }, { shape: [3] }],
  })),
})

/** A value of this event, and the buffer (of the run's precision) that is to hold it at the next one. */
export type Memory = readonly [value: AnyNode, buffer: Leaf]

/**
 * Lets `x` through and keeps values for the next event. They are written only when the event commits, so a rejected
 * event is never remembered.
 */
export function remember<S extends Shape>(x: Node<S>, memories: readonly Memory[], name: string): Node<S> {
  // A buffer among the values could be overwritten before it is copied.
  const ports = memories.flatMap(([value, buffer]) => [value.role === 'buffer' ? copyOf(value) : value, buffer])
  return apply<S>(rememberRecord, [x as AnyNode, ...ports], null, { label: name })
}

function copyOf(node: AnyNode): AnyNode {
  return reshape(node.shape)(node) as AnyNode
}
