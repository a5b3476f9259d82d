/**
 * Finds circular paths in a directed graph.
 * Each is returned as its vertices in order, the first repeated at the end. At least one cycle is reported for every
 * strongly connected group of vertices, not every possible one.
 * State/cost: O(vertices + edges), with an explicit stack, so depth is not limited by the call stack.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = []
  const finished = new Set<string>()
  for (const start of edges.keys()) {
    if (finished.has(start)) continue
    const path: { vertex: string; next: number }[] = [{ vertex: start, next: 0 }]
    const onPath = new Set([start])
    while (path.length > 0) {
      const top = path[path.length - 1]!
      const target = edges.get(top.vertex)?.[top.next++]
      if (target === undefined) {
        path.pop()
        onPath.delete(top.vertex)
        finished.add(top.vertex)
      } else if (onPath.has(target)) {
        const vertices = path.map(p => p.vertex)
        cycles.push([...vertices.slice(vertices.indexOf(target)), target])
      } else if (!finished.has(target)) {
        path.push({ vertex: target, next: 0 })
        onPath.add(target)
      }
    }
  }
  return cycles
}
