import { apply, GraphError, type Node } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import type { Shape } from '@eddy/tensor'
import type { Values } from './layer.ts'
import { defineRecord } from './record.ts'
import { sparseNode } from './sparse-linear.ts'

export const densifyRecord = /* @__PURE__ */ defineRecord<null>({
  name: 'densify',
  docs: {
    summary: 'Sparse (index, value) pairs written out as a dense vector.',
    formula: 'y_i = sum of value_k over pairs k with index_k = i', gradient: 'none: pairs come from the event',
    shapes: 'pairs of [n] -> [n]',
  },
  shape: ([x]) => x!,
  differentiable: () => false,
  forward(scope, { inputs: [x], output }) {
    scope.emit(op.DENSIFY, x!, x!.pairs, output, output.size)
  },
  backward() {},
  samples: () => ([[4, [[1, 0.5], [3, -2]]], [5, [[4, 1], [0, 2], [4, -0.5]]], [2, []]] as const)
    .map(([n, entries]) => ({ options: null, inputs: [{ shape: [n], pairs: { capacity: 5, entries } }] })),
})

/**
 * A layer that writes sparse pairs out as a dense vector, for operators that need one. Costs the whole length.
 * Formula: y_i = sum of value_k over pairs k with index_k = i. Backward: none. Shapes: pairs of [n] -> [n].
 * @throws GraphError when the values are dense already, or when their length grows with the names that come.
 * @example pairs(3, [[2, 1.5], [0, 2]]).pipe(densify()) // [2, 0, 1.5]
 */
export function densify(): <S extends Shape>(x: Values<S>) => Node<S> {
  const label = 'densify()'
  return (x) => {
    const node = sparseNode(x, label)
    if (!node.grows) return apply(densifyRecord, [node], null, { label })
    throw new GraphError(
      `needs pairs of a fixed length, that of ${node.label} grows`, label, 'Put dense(out) in its place',
    )
  }
}
