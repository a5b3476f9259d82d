import { type AnyNode, checkNodes } from './node.ts'

/** What somebody wants from a graph. */
export interface Wish {
  readonly losses: readonly AnyNode[]
  /** Nodes without which the frame has failed, although nothing is learned from them. */
  readonly required: readonly AnyNode[]
  readonly values: readonly AnyNode[]
  readonly gradients: readonly AnyNode[]
}

/** An edge read backwards: `consumer` uses the node at `port`. */
export interface Use {
  readonly consumer: AnyNode
  readonly port: number
}

/**
 * Which nodes have to be computed, and which gradients.
 * `guarded` is what learning (or whoever asked) needs; `observed` is needed only by taps and can never influence
 * learning.
 */
export interface Demand {
  readonly losses: ReadonlySet<AnyNode>
  /** The losses, the required nodes and their ancestors, ascending. */
  readonly guarded: readonly AnyNode[]
  /** Other nodes, ascending; no guarded node depends on them. */
  readonly observed: readonly AnyNode[]
  /** Guarded nodes whose gradient reaches a parameter. */
  readonly gradient: ReadonlySet<AnyNode>
  /** Guarded nodes whose gradient only a tap needs. */
  readonly observedGradient: ReadonlySet<AnyNode>
  /** Nodes whose gradient a tap wants, wherever they are. */
  readonly watched: ReadonlySet<AnyNode>
  /** Of the losses and of all nodes on a differentiable path to one. The order of the fan-in sum. */
  readonly uses: ReadonlyMap<AnyNode, readonly Use[]>
}

export function isDifferentiable(node: AnyNode, port: number): boolean {
  return !node.stops(node.inputs[port]!) && (node.rule?.differentiable?.(port, node.options) ?? true)
}

/** Works out the demand of a wish; linear in the number of edges, without recursion. */
export function demandOf(wish: Wish): Demand {
  const guarded = ancestors([...wish.losses, ...wish.required])
  const inGuarded = new Set(guarded)
  const observed = ancestors([...wish.values, ...wish.gradients]).filter((node) => !inGuarded.has(node))
  const uses = usesOf(wish.losses)
  const learns = withAncestor(guarded, (node) => node.role === 'parameter')
  const gradient = new Set(guarded.filter((node) => uses.has(node) && learns.has(node)))
  const watched = new Set(wish.gradients)
  const below = withAncestor(guarded, (node) => watched.has(node))
  const observedGradient = new Set(
    guarded.filter((node) => uses.has(node) && below.has(node) && !gradient.has(node)),
  )
  return { losses: new Set(wish.losses), guarded, observed, gradient, observedGradient, watched, uses }
}

/** The nodes and all they depend on, ascending by id, which is a topological order. */
export function ancestors(nodes: readonly AnyNode[]): AnyNode[] {
  checkNodes(nodes, 'ancestors')
  const found = new Set<AnyNode>(nodes)
  const open = [...found]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const input of node.inputs) {
      if (!found.has(input)) {
        found.add(input)
        open.push(input)
      }
    }
  }
  return [...found].sort((a, b) => a.id - b.id)
}

function withAncestor(ascending: readonly AnyNode[], is: (node: AnyNode) => boolean): ReadonlySet<AnyNode> {
  const found = new Set<AnyNode>()
  for (const node of ascending) {
    if (is(node) || node.inputs.some((input, port) => found.has(input) && isDifferentiable(node, port))) found.add(node)
  }
  return found
}

/**
 * The losses and all nodes that gradients of them arrive at, each with its differentiable uses: descending consumer,
 * then ascending port.
 */
export function usesOf(losses: readonly AnyNode[]): ReadonlyMap<AnyNode, readonly Use[]> {
  const ascending = ancestors(losses)
  const uses = new Map<AnyNode, Use[]>(losses.map((loss) => [loss, []]))
  for (let i = ascending.length - 1; i >= 0; i--) {
    const consumer = ascending[i]!
    if (!uses.has(consumer)) continue
    consumer.inputs.forEach((input, port) => {
      if (!isDifferentiable(consumer, port)) return
      const list = uses.get(input)
      if (list === undefined) uses.set(input, [{ consumer, port }])
      else list.push({ consumer, port })
    })
  }
  return uses
}
