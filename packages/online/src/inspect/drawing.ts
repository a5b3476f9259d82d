import { ancestors, type AnyNode, type Role } from '@eddy/graph'
import { endOf, type Inspectable } from './graph-of.ts'
import { counted, countOf, shapeText, titleOf } from './node-text.ts'

/**
 * The computation graph behind a model as a Mermaid flow chart, which GitHub and many editors draw. Inputs are rounded,
 * parameters and buffers are cylinders, lenses have double sides.
 *
 * @example
 * console.log(toMermaid(loss))
 */
export function toMermaid(model: Inspectable): string {
  const { nodes, edges } = graphOf(model, 'toMermaid')
  const lines = nodes.map((node, k) => {
    const [open, close] = mermaidShapes[node.role]
    return `  n${k}${open}"${escapedForMermaid(labelOf(node))}"${close}`
  })
  return ['flowchart LR', ...lines, ...edges.map(([from, to]) => `  n${from} --> n${to}`)].join('\n')
}

/**
 * The computation graph behind a model in DOT, the language of Graphviz: `dot -Tsvg`.
 *
 * @example
 * writeFileSync('model.dot', toDot(loss))
 */
export function toDot(model: Inspectable): string {
  const { nodes, edges } = graphOf(model, 'toDot')
  const lines = nodes.map((node, k) => (
    `  n${k} [label="${labelOf(node).replace(/["\\]/g, '\\$&')}", shape=${dotShapes[node.role]}]`
  ))
  return ['digraph {', '  rankdir=LR', ...lines, ...edges.map(([from, to]) => `  n${from} -> n${to}`), '}'].join('\n')
}

const mermaidShapes: Readonly<Record<Role, readonly [open: string, close: string]>> = {
  input: ['([', '])'], parameter: ['[(', ')]'], buffer: ['[(', ')]'], constant: ['(', ')'], operator: ['[', ']'],
  lens: ['[[', ']]'],
}

const dotShapes: Readonly<Record<Role, string>> = {
  input: 'oval', parameter: 'cylinder', buffer: 'cylinder', constant: 'plaintext', operator: 'box', lens: 'component',
}

interface Drawn {
  /** In topological order. */
  readonly nodes: readonly AnyNode[]
  /** By index, to each node from its first input to its last. */
  readonly edges: readonly (readonly [from: number, to: number])[]
}

function graphOf(model: Inspectable, where: string): Drawn {
  const nodes = ancestors([endOf(model, where)])
  const indices = new Map(nodes.map((node, k) => [node, k]))
  return { nodes, edges: nodes.flatMap((node, to) => node.inputs.map((input) => [indices.get(input)!, to] as const)) }
}

function labelOf(node: AnyNode): string {
  const text = `${titleOf(node)} ${shapeText(node)}`
  if (node.role === 'parameter') return `${text}, ${counted(countOf(node), 'parameter')}`
  return node.role === 'buffer' ? `${text}, buffer` : text
}

/** Quotation marks would end a label; `#` and `<` begin what Mermaid reads as a character or a tag. */
function escapedForMermaid(text: string): string {
  return text.replace(/["#<>]/g, (character) => `#${character.charCodeAt(0)};`)
}
