import { type AnyNode, ancestors, Constant, Leaf, Node } from '@eddy/graph'
import { type DType, initialize, rng, type Shape, sizeOf, Tensor, type TensorData } from '@eddy/tensor'
import { Isolated, type IsolatedInput } from './isolated.ts'

/** A graph without a stream, computed once, operator by operator. */
export interface Evaluation {
  /** The value of the node that was asked for. */
  readonly value: TensorData
  /** dL/d(every node that has a gradient), for a cotangent of that node. */
  readonly gradients: (cotangent: ArrayLike<number>) => ReadonlyMap<AnyNode, Float64Array>
}

/**
 * Computes a node whose leaves are constants, parameters and sparse test values: each operator in an `Isolated`, sums
 * over consumers in a plain loop. An answer that shares no code with runs and programs.
 */
export function evaluate(node: AnyNode, dtype: DType = 'f64'): Evaluation {
  const order = ancestors([node])
  const values = new Map<AnyNode, IsolatedInput>()
  const runs = new Map<AnyNode, Isolated>()
  for (const each of order) {
    if (each.rule === null) {
      values.set(each, leafValue(each, dtype))
      continue
    }
    const run = new Isolated(each.rule, each.inputs.map((input) => values.get(input)!), each.options, dtype)
    runs.set(each, run)
    const data = run.forward()
    values.set(each, { shape: each.shape, ...(each.pairs > 0 ? { pairs: run.pairs() } : { data }) })
  }
  const value = Float64Array.from(values.get(node)!.data!)
  return { value, gradients: (cotangent) => backwards(order, runs, node, cotangent) }
}

function backwards(
  order: readonly AnyNode[], runs: ReadonlyMap<AnyNode, Isolated>, node: AnyNode, cotangent: ArrayLike<number>,
): ReadonlyMap<AnyNode, Float64Array> {
  const gradients = new Map<AnyNode, Float64Array>([[node, Float64Array.from(cotangent)]])
  for (const each of [...order].reverse()) {
    const gradient = gradients.get(each)
    if (gradient === undefined) continue
    runs.get(each)?.backward(gradient).forEach((part, port) => {
      if (part === null) return
      const input = each.inputs[port]!
      const sum = gradients.get(input) ?? new Float64Array(sizeOf(input.shape))
      gradients.set(input, sum.map((x, i) => x + part[i]!))
    })
  }
  return gradients
}

function leafValue(node: AnyNode, dtype: DType): IsolatedInput {
  const { shape } = node
  if (node instanceof Constant) return { shape, data: node.value.data }
  if (node instanceof Leaf) {
    const buffer = node.role === 'buffer'
    const { initial } = node
    if (initial instanceof Tensor) return { shape, buffer, data: initial.data }
    return { shape, buffer, data: initialize(initial.initializer, shape, rng(0, node.label), dtype).data }
  }
  const { entries } = node.options as { readonly entries: readonly (readonly [number, number])[] }
  return { shape, pairs: { capacity: node.pairs, entries } }
}

/** A leaf that holds sparse pairs of a vector of so many elements. */
export function pairsLeaf<const N extends number>(
  size: N, entries: readonly (readonly [index: number, value: number])[],
): Node<[N]> {
  const shape: [N] = [size]
  return new Node({ role: 'input', shape, label: 'pairs', pairs: Math.max(4, entries.length), options: { entries } })
}

/** The only consumer chain's parameter of that role: `weight` of a `linear`. */
export function leafOf(node: AnyNode, role: string): Leaf<Shape> {
  const found = ancestors([node]).filter((each) => each instanceof Leaf && each.label === role)
  if (found.length === 1) return found[0] as Leaf
  throw new Error(`there are ${found.length} leaves called ${role}`)
}
