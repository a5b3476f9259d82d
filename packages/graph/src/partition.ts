import type { AnyNode } from './node.ts'

/**
 * How nodes are grouped into stages: `on` fuses all that can be fused, `off` makes every node its own stage, a list of
 * positions cuts the topological order there. Results do not depend on it, bit for bit.
 */
export type Fusion = 'on' | 'off' | readonly number[]

/**
 * Cuts computed nodes (ascending) into stages. Intervals of a topological order are convex, so the stages form a
 * directed acyclic graph whatever the cuts. A lens always stands alone.
 */
export function partition(nodes: readonly AnyNode[], fusion: Fusion): AnyNode[][] {
  const cuts = new Set(typeof fusion === 'string' ? [] : fusion)
  const stages: AnyNode[][] = []
  nodes.forEach((node, i) => {
    const previous = nodes[i - 1]
    const starts = previous === undefined || fusion === 'off' || cuts.has(i)
      || node.role === 'lens' || previous.role === 'lens'
    if (starts) stages.push([node])
    else stages[stages.length - 1]!.push(node)
  })
  return stages
}
