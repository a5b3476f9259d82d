import type { Shape } from '@eddy/tensor'
import { Message } from './wire.ts'

/** The numbers of ONNX's element types. Source: `onnx.proto`, TensorProto.DataType. */
export const elementType = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const

export type ElementName = keyof typeof elementType

/** An attribute of a node: an integer, a number of 32 bits (`{ float }`), text, or a list of integers or texts. */
export type Attribute =
  | number | string | readonly number[] | readonly string[] | { readonly float: number }

/** A constant of a model. */
export interface Initializer {
  readonly name: string
  readonly type: ElementName
  readonly shape: Shape
  /** Little-endian elements; texts for strings. */
  readonly data: Uint8Array | readonly string[]
}

/** An input or output. A size that is a text is known only when the model runs. */
export interface Port {
  readonly name: string
  readonly type: ElementName
  readonly shape: readonly (number | string)[]
  readonly doc?: string
}

export interface OnnxNode {
  readonly op: string
  readonly name: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export interface OnnxModel {
  readonly name: string
  readonly doc: string
  readonly opset: number
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly Initializer[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The domain of operators on texts and tables. */
export const mlDomain = 'ai.onnx.ml'
const mlVersion = 3

/** What a model of an opset calls itself. Source: the table of versions of the ONNX project. */
function irVersion(opset: number): number {
  return opset <= 18 ? 8 : opset <= 20 ? 9 : 10
}

/** A model as Protocol Buffers. Field numbers: `onnx.proto` of the ONNX project. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const message = new Message()
    .integer(1, irVersion(model.opset)).text(2, 'eddy').text(3, '0.1.0').integer(5, 1).text(6, model.doc)
    .message(7, graphProto(model)).message(8, new Message().text(1, '').integer(2, model.opset))
  if (model.nodes.some(({ domain }) => domain === mlDomain)) {
    message.message(8, new Message().text(1, mlDomain).integer(2, mlVersion))
  }
  for (const [key, value] of Object.entries(model.metadata)) {
    message.message(14, new Message().text(1, key).text(2, value))
  }
  return message.finish()
}

function graphProto({ name, nodes, initializers, inputs, outputs }: OnnxModel): Message {
  const graph = new Message()
  for (const node of nodes) graph.message(1, nodeProto(node))
  graph.text(2, name)
  for (const initializer of initializers) graph.message(5, tensorProto(initializer))
  for (const port of inputs) graph.message(11, valueInfo(port))
  for (const port of outputs) graph.message(12, valueInfo(port))
  return graph
}

function nodeProto({ op, name, domain, inputs, outputs, attributes }: OnnxNode): Message {
  const node = new Message()
  for (const input of inputs) node.text(1, input)
  for (const output of outputs) node.text(2, output)
  node.text(3, name).text(4, op)
  for (const [key, value] of Object.entries(attributes)) node.message(5, attributeProto(key, value))
  return domain === '' ? node : node.text(7, domain)
}

function attributeProto(name: string, value: Attribute): Message {
  const attribute = new Message().text(1, name)
  if (typeof value === 'number') return attribute.integer(3, value).integer(20, 2)
  if (typeof value === 'string') return attribute.text(4, value).integer(20, 3)
  if ('float' in value) return attribute.float(2, value.float).integer(20, 1)
  if (value.every((item) => typeof item === 'string')) {
    for (const item of value) attribute.text(9, item)
    return attribute.integer(20, 8)
  }
  for (const item of value as readonly number[]) attribute.integer(8, item)
  return attribute.integer(20, 7)
}

function tensorProto({ name, type, shape, data }: Initializer): Message {
  const tensor = new Message()
  for (const size of shape) tensor.integer(1, size)
  tensor.integer(2, elementType[type])
  if (data instanceof Uint8Array) return tensor.text(8, name).bytes(9, data)
  for (const item of data) tensor.text(6, item)
  return tensor.text(8, name)
}

function valueInfo({ name, type, shape, doc }: Port): Message {
  const sizes = new Message()
  for (const size of shape) {
    sizes.message(1, typeof size === 'number' ? new Message().integer(1, size) : new Message().text(2, size))
  }
  const tensor = new Message().integer(1, elementType[type]).message(2, sizes)
  const info = new Message().text(1, name).message(2, new Message().message(1, tensor))
  return doc === undefined ? info : info.text(3, doc)
}
