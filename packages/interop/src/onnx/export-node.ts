import { type AnyNode, asNode, type Leaf, Run } from '@eddy/graph'
import type { Label } from '@eddy/online'
import type { DType, Tensor } from '@eddy/tensor'
import { ExportError } from '../errors.ts'
import { GraphBuilder } from './graph-builder.ts'
import { GraphExporter } from './graph-exporter.ts'

export interface ExportOnnxOptions {
  /** Version of ONNX's operators, from 17 (the default) to 21. */
  readonly opset?: number
  /** Name of the model inside the file; default `eddy`. */
  readonly name?: string
  /**
   * Of a learner of numbers: what it counts in. prediction = add + multiply * its own, for labels that were scaled
   * before it saw them; what `standardizeTarget` does is in its own. Default: add 0, multiply 1.
   */
  readonly unit?: { readonly add: number; readonly multiply: number }
  /** Of a learner of classes that are numbers: what they are called, in order. */
  readonly classes?: readonly Label[]
}

/** @throws ExportError when the opset is not one that is written. */
export function opsetOf({ opset = 17 }: ExportOnnxOptions): number {
  if (Number.isInteger(opset) && opset >= 17 && opset <= 21) return opset
  throw new ExportError(`got opset ${opset}, wanted an integer from 17 to 21`, 'options', 'Leave it out for 17')
}

/** Where a node's parameters are, and their element type; values that were never drawn are drawn now. */
export function parametersBehind(node: AnyNode): { readonly dtype: DType; readonly read: (leaf: Leaf) => Tensor } {
  const { host } = asNode(node, 'exportOnnx')
  if (!(host instanceof Run)) {
    throw new ExportError(
      'depends on no input, so there is nothing to predict from', node.name, 'Use input(source, ...)',
    )
  }
  const store = host.storeOf([node], {})
  return { dtype: store.dtype, read: (leaf) => store.read(leaf) }
}

/** A node with dense values, of a graph whose inputs become those of the model. */
export function exportNode(node: AnyNode, options: ExportOnnxOptions): Uint8Array {
  const { dtype, read } = parametersBehind(node)
  const graph = new GraphBuilder(dtype, opsetOf(options))
  const value = new GraphExporter(graph, read).export(node)
  if (value.kind === 'sparse') {
    throw new ExportError('its values are sparse pairs', node.name, 'Put densify() behind it')
  }
  graph.output({ name: graph.rename(value.name, node.name), type: graph.type, shape: node.shape })
  return graph.encode({ name: options.name ?? 'eddy', doc: node.label, metadata: {} })
}
