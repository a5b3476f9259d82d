import { ancestors, type AnyNode, asNode, Leaf, type Node } from '@eddy/graph'
import type { Shape } from '@eddy/tensor'

/** What can be looked into: a node with all it depends on, or a learner, which stands for its loss. */
export type Inspectable = AnyNode | { readonly nodes: { readonly loss: AnyNode } }

/** The node that a model ends in. @throws GraphError for a plain observable */
export function endOf(model: Inspectable, where: string): AnyNode {
  const has = typeof model === 'object' && model !== null && 'nodes' in model
  return asNode((has ? model.nodes.loss : model) as Node<Shape>, where)
}

/** An operator with the parameters that no operator before it has used. */
export interface LayerParts {
  readonly node: AnyNode
  readonly parameters: readonly Leaf[]
}

/** The layers of a graph: operators with parameters, in topological order. A shared parameter belongs to its first. */
export function layersOf(end: AnyNode): readonly LayerParts[] {
  const taken = new Set<AnyNode>()
  return ancestors([end]).flatMap((node) => {
    const parameters = [...new Set(node.inputs)].filter(isParameter).filter((leaf) => !taken.has(leaf))
    for (const parameter of parameters) taken.add(parameter)
    return parameters.length === 0 ? [] : [{ node, parameters }]
  })
}

const isParameter = (node: AnyNode): node is Leaf => node instanceof Leaf && node.role === 'parameter'
