import { ancestors, type AnyNode, type Node, type Shape, type Tensor } from 'eddy'
import type { Tensors } from '../recorded.ts'

/** A case as its builder sees it: every recorded tensor is an input of the graph. */
export interface Case {
  /** The input `x`, or the first. */
  readonly x: Node<Shape>
  readonly all: Readonly<Record<string, Node<Shape>>>
  /** PyTorch's arguments. */
  readonly args: Readonly<Record<string, unknown>>
  /** Differentiated inputs, in order. */
  readonly names: readonly string[]
  readonly recorded: Tensors
  /** A recorded tensor, for a layer that owns it as a parameter. */
  readonly tensor: (name: string) => Tensor<never>
}

/** The output, and the parameters that stand for inputs which a layer owns. */
export type Built = AnyNode | { readonly node: AnyNode; readonly leaves: Readonly<Record<string, AnyNode>> }

export type Builder = (given: Case) => Built

export const number = (value: unknown): number => Number(value)
export const numbers = (value: unknown): number[] => [value as number | number[]].flat()

/** Finds each parameter by its role: `{ w1: 'weight' }`. Several of one role come in order of construction. */
export function owned(node: AnyNode, roles: Readonly<Record<string, string>>): Built {
  const parameters = ancestors([node]).filter((each) => each.role === 'parameter')
  const taken = new Set<AnyNode>()
  const leaves = Object.entries(roles).map(([name, role]) => {
    const found = parameters.find((leaf) => leaf.label === role && !taken.has(leaf))
    if (found === undefined) throw new Error(`there is no parameter called ${role}`)
    taken.add(found)
    return [name, found] as const
  })
  return { node, leaves: Object.fromEntries(leaves) }
}
