import type { AnyNode } from 'eddy'

/** The parameters that a node depends on, in order of construction. */
export function parametersOf(...roots: readonly AnyNode[]): readonly AnyNode[] {
  const seen = new Set<AnyNode>()
  const stack = [...roots]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    stack.push(...node.inputs)
  }
  return [...seen].filter((node) => node.role === 'parameter').sort((a, b) => a.id - b.id)
}
