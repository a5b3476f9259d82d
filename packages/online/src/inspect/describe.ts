import { ancestors, type AnyNode, Constant } from '@eddy/graph'
import { endOf, type Inspectable, layersOf } from './graph-of.ts'
import { counted, countOf, grouped, shapeText, titleOf } from './node-text.ts'

const heading: readonly string[] = ['node', 'shape', 'from', 'parameters']

/**
 * The computation graph behind a model as a table: every node in order with its shape, what it is computed from and the
 * parameters that it brings along, then their sum. A shared parameter is counted once, where it is first used.
 *
 * @example
 * console.log(describe(loss))
 * // node                   shape  from       parameters
 * // x                      [2]    the event
 * // hidden = linear(2, 8)  [8]    x          24: weight [8, 2], bias [8]
 * // ...
 */
export function describe(model: Inspectable): string {
  const end = endOf(model, 'describe')
  const nodes = ancestors([end])
  const own = new Map<AnyNode, readonly AnyNode[]>(layersOf(end).map(({ node, parameters }) => [node, parameters]))
  const rows = nodes.filter((node) => !isLeaf(node) && !(node instanceof Constant)).map((node) => [
    titleOf(node), shapeText(node), sourcesText(node), leavesText(node, own.get(node) ?? []),
  ])
  return [...table([heading, ...rows]), '', sumText(nodes)].join('\n')
}

const isLeaf = ({ role }: AnyNode): boolean => role === 'parameter' || role === 'buffer'

const sourcesText = (node: AnyNode): string => (
  node.role === 'input' ? 'the event' : node.inputs.filter((input) => !isLeaf(input)).map(sourceText).join(', ')
)

const sourceText = (node: AnyNode): string => (
  node instanceof Constant ? (node.value.size === 1 ? titleOf(node) : `constant ${shapeText(node)}`) : node.name
)

/** What a node holds: its own parameters with their count, parameters it shares with a node before it, buffers. */
function leavesText(node: AnyNode, own: readonly AnyNode[]): string {
  const leaves = [...new Set(node.inputs)].filter(isLeaf)
  const shared = leaves.filter((leaf) => leaf.role === 'parameter' && !own.includes(leaf))
  const buffers = leaves.filter(({ role }) => role === 'buffer')
  const count = own.reduce((sum, leaf) => sum + countOf(leaf), 0)
  const withShapes = (list: readonly AnyNode[]): string => (
    list.map((leaf) => `${lastPart(leaf.name)} ${shapeText(leaf)}`).join(', ')
  )
  return [
    ...(own.length > 0 ? [`${grouped(count)}: ${withShapes(own)}`] : []),
    ...(shared.length > 0 ? [`shares ${shared.map(({ name }) => name).join(', ')}`] : []),
    ...(buffers.length > 0 ? [`buffer ${withShapes(buffers)}`] : []),
  ].join('; ')
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function sumText(nodes: readonly AnyNode[]): string {
  const sum = (role: string, what: string): string => {
    const leaves = nodes.filter((node) => node.role === role)
    const count = leaves.reduce((all, leaf) => all + countOf(leaf), 0)
    return `${counted(count, what)} in ${counted(leaves.length, 'tensor')}`
  }
  const hasBuffers = nodes.some(({ role }) => role === 'buffer')
  return `${sum('parameter', 'parameter')}${hasBuffers ? `, ${sum('buffer', 'buffered number')}` : ''}`
}

/** Left-aligned columns, two spaces apart. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd())
}
