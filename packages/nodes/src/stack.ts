import { apply, denseNode, type Node } from '@eddy/graph'
import { checkOptions, type Shape } from '@eddy/tensor'
import { compositeRecord } from './composite.ts'
import { checkList } from './check-list.ts'
import { concat } from './concat.ts'
import type { Values } from './layer.ts'
import { reshape } from './reshape.ts'

export const stackRecord = /* @__PURE__ */ compositeRecord<{ readonly axis: number }>({
  name: 'stack',
  docs: {
    summary: 'Several values of one shape side by side along a new axis.', formula: 'y = [x_0, x_1, ...]',
    gradient: 'dx_k = the part of dy where x_k went', shapes: 'k values of one shape -> k at the new axis',
  },
  build(inputs, { axis }) {
    const rank = inputs[0]!.shape.length + 1
    const at = axis < 0 ? axis + rank : axis
    return concat(inputs.map((x) => reshape([...x.shape.slice(0, at), 1, ...x.shape.slice(at)])(x)), { axis })
  },
  samples: () => ([[0, []], [0, [1]], [-1, [5]], [1, [2, 3]], [0, [2, 3]], [2, [2, 3]], [0, [0]]] as const)
    .flatMap(([axis, shape]) => [1, 3].map((count) => ({
      options: { axis }, inputs: Array.from({ length: count }, () => ({ shape })),
    }))),
})

/**
 * Puts nodes of one shape side by side along a new axis, by default the first.
 * Formula: y = [x_0, x_1, ...]. Gradient: dx_k = the part of dy where x_k went.
 * Shapes: k values of one shape -> k at the new axis.
 * @throws ShapeError when the shapes differ, or there is no such axis.
 * @example stack([value([1, 2]), value([3, 4])], { axis: 1 }) // [1, 3, 2, 4]
 */
export function stack<S extends Shape>(
  nodes: readonly Values<S>[], options: { readonly axis?: number } = {},
): Node<Shape> {
  checkList(nodes, 'stack', 'nodes')
  checkOptions('stack', options, ['axis'])
  return apply(stackRecord, nodes.map((node) => denseNode(node, 'stack')), { axis: options.axis ?? 0 })
}
