import { formatShape, type Shape, type Tensor } from '@eddy/tensor'
import type { Observable } from 'rxjs'
import { GraphError } from './errors.ts'
import { asNode, type Node } from './node.ts'

/**
 * The node behind `x`, which must hold dense values.
 * @throws GraphError when `x` is a plain observable, or a node of sparse (index, value) pairs.
 */
export function denseNode<S extends Shape>(x: Observable<Tensor<S>>, label: string): Node<S> {
  const node = asNode(x, label)
  if (node.pairs === 0) return node
  throw new GraphError(
    `needs dense values, got the sparse pairs of ${node.label} -> ${formatShape(node.shape)}`, label,
    `Put dense(out)${node.grows ? '' : ', sparseLinear(in, out) or densify()'} before it`,
  )
}
