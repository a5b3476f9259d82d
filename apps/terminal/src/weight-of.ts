import type { AnyNode } from 'eddy'

/** The weight of a fully connected layer: its first parameter. */
export function weightOf(layer: AnyNode): AnyNode {
  const weight = layer.inputs.find((node) => node.role === 'parameter')
  if (weight === undefined) throw new Error(`weightOf: ${layer.name} has no parameter. Give a layer`)
  return weight
}
