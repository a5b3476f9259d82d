import { type AnyNode, Constant, Leaf } from '@eddy/graph'
import { formatNumber, sizeOf, type Shape } from '@eddy/tensor'

/** What was written, under its name: `hidden = linear(2, 8)`, `tanh`, `x`; a constant is its value. */
export function titleOf(node: AnyNode): string {
  if (node instanceof Constant) return node.value.size === 1 ? formatNumber(node.value.item()) : 'constant'
  if (node.role !== 'operator') return node.name
  const call = node.label.replace(/\(\)$/, '')
  return call === node.name ? call : `${node.name} = ${call}`
}

/** The shape now; a plus stands after a named axis, which grows: `[17+, 8]`. */
export function shapeText(node: AnyNode): string {
  const shape = shapeOf(node)
  const grows = node instanceof Leaf ? node.growing !== null : node.role === 'input' && node.grows
  return `[${shape.map((size, axis) => `${size}${grows && axis === 0 ? '+' : ''}`).join(', ')}]`
}

/** Numbers that a leaf holds now. */
export function countOf(leaf: AnyNode): number {
  return sizeOf(shapeOf(leaf))
}

export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`
}

/** 1234567 -> '1,234,567'. */
export function grouped(count: number): string {
  return `${count}`.replace(/\B(?=(\d{3})+$)/g, ',')
}

function shapeOf(node: AnyNode): Shape {
  return node instanceof Leaf && node.growing !== null ? node.value?.shape ?? node.shape : node.shape
}
