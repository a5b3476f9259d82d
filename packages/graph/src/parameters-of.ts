import { ancestors } from './demand.ts'
import type { AnyNode } from './node.ts'
import { Leaf } from './parameter.ts'

/**
 * The parameters a node depends on, in order of construction.
 *
 * @example
 * for (const weight of parametersOf(loss)) weight.gradient$.subscribe((g) => console.log(weight.name, g.toString()))
 */
export function parametersOf(node: AnyNode): readonly Leaf[] {
  return ancestors([node]).filter((leaf): leaf is Leaf => leaf instanceof Leaf && leaf.role === 'parameter')
}
