import { ancestors, type AnyNode, Constant, Leaf, Node } from '@eddy/graph'
import { formatShape, type Shape, sizeOf, type Tensor } from '@eddy/tensor'
import { ExportError } from '../errors.ts'
import { exporters } from './exporters.ts'
import type { GraphBuilder } from './graph-builder.ts'
import { recordOf } from './same-operation.ts'
import type { Use, Value } from './value.ts'

type Build = (inputs: readonly AnyNode[], options: unknown) => AnyNode

/** Operations that read or write what earlier events have left, by name. */
const memories: ReadonlySet<string> = new Set(['remember'])
/** Operations whose buffers are statistics, which a prediction reads and does not change. */
const readers: ReadonlySet<string> = new Set(['standardize', 'sparseStandardize'])
/** Buffers, by what they are to their layer, that stand for the model as it is now, as parameters do. */
const learned: ReadonlySet<string> = new Set(['depth weights'])
const isMemory = ({ role, label }: AnyNode): boolean => role === 'buffer' && !learned.has(label)

/**
 * Writes a graph of nodes into a model, from its leaves to one node. Values of inputs may be given; other inputs become
 * inputs of the model.
 */
export class GraphExporter {
  readonly #graph: GraphBuilder
  readonly #read: (leaf: Leaf) => Tensor
  readonly #values: Map<AnyNode, Value>
  /** The node being written, for messages about what is inside. */
  #owner = ''

  constructor(graph: GraphBuilder, read: (leaf: Leaf) => Tensor, given: ReadonlyMap<AnyNode, Value> = new Map()) {
    this.#graph = graph
    this.#read = read
    this.#values = new Map(given)
  }

  /** @throws ExportError naming the node that ONNX cannot express. */
  export(target: AnyNode): Value {
    const order = ancestors([target])
    const memory = order.find((node) => node.rule !== null && memories.has(node.rule.name))
    if (memory !== undefined) {
      throw new ExportError(
        `${memory.label} depends on the events before, and a model of ONNX forgets each event`, memory.name,
        'Export a node before it, or give the state as an input',
      )
    }
    for (const node of order) {
      if (this.#values.has(node) || isMemory(node)) continue
      this.#graph.enter((this.#owner = node.name))
      this.#values.set(node, this.#valueOf(node))
    }
    return this.#values.get(target)!
  }

  #valueOf(node: AnyNode): Value {
    if (node instanceof Constant) return dense(this.#graph.tensor(node.name, node.value))
    if (node instanceof Leaf) return dense(this.#graph.tensor(node.name, this.#read(node)))
    if (node.role === 'input') return this.#input(node)
    if (node.role === 'lens') {
      throw new ExportError(
        'a lens is a pair of RxJS operators, which ONNX has not', node.name, 'Export a node before it',
      )
    }
    const record = recordOf(node, this.#graph.dtype)
    if (record === null) {
      throw new ExportError(
        `${node.label} is an operator of your own, in JavaScript`, node.name,
        'Write it with the operations of Eddy, or export a node before it',
      )
    }
    const state = node.inputs.find(isMemory)
    if (state !== undefined && !readers.has(record.name)) {
      throw new ExportError(
        `it reads ${state.name}, which changes with every event`, node.name, 'Export a node that does not depend on it',
      )
    }
    const values = node.inputs.map((input) => this.#values.get(input) ?? dense(''))
    return this.#operation(record.name, node, values, record.build as Build | undefined)
  }

  #operation(name: string, node: AnyNode, inputs: readonly Value[], build: Build | undefined): Value {
    const { shape, options } = node
    const graph = this.#graph
    if (sizeOf(shape) === 0 && node.pairs === 0) return dense(graph.numbers([], shape))
    const use: Use = {
      graph, inputs, x: inputs.map((value) => (value.kind === 'dense' ? value.name : '')),
      shapes: node.inputs.map((input) => input.shape), shape, options,
      buffer: (port) => (node.inputs[port]?.role === 'buffer' ? this.#read(node.inputs[port] as Leaf).data : null),
    }
    const value = exporters.get(name)?.(use as Use<never>) ?? null
    if (value !== null) return typeof value === 'string' ? dense(value) : value
    if (build !== undefined) return this.#apart(node, inputs, build)
    throw new ExportError(
      `${name} has no counterpart in ONNX`, this.#owner,
      'Losses and gradients are not exported: export the node of the prediction',
    )
  }

  /** An operation that is made of others, as those. */
  #apart(node: AnyNode, inputs: readonly Value[], build: Build): Value {
    const stands = node.inputs.map(({ shape }) => new Node<Shape>({ role: 'input', shape, label: 'input' }))
    const inside = new Map<AnyNode, Value>(stands.map((stand, port) => [stand, inputs[port]!]))
    const output = build(stands, node.options)
    for (const each of ancestors([...stands, output])) {
      if (inside.has(each)) continue
      if (each instanceof Constant) inside.set(each, dense(this.#constant(each)))
      else {
        const values = each.inputs.map((input) => inside.get(input)!)
        inside.set(each, this.#operation(each.rule!.name, each, values, (each.rule as { build?: Build }).build))
      }
    }
    return inside.get(output)!
  }

  #constant({ value }: Constant): string {
    const { shape, data } = value
    return shape.length === 0 ? this.#graph.scalar(data[0]!) : this.#graph.numbers(data, shape)
  }

  #input(node: AnyNode): Value {
    const { name, shape, pairs } = node
    if (node.grows) {
      throw new ExportError(
        'is an input along a named axis, whose names only a learner knows', name,
        'Export the learner: exportOnnx(learner)',
      )
    }
    const { type } = this.#graph
    if (pairs === 0) return dense(this.#graph.input({ name, type, shape }))
    const doc = `pairs of a vector of ${formatShape(shape)}`
    return {
      kind: 'sparse', present: null, count: null,
      indices: this.#graph.input({ name: `${name}.indices`, type: 'int64', shape: [`${name}.pairs`], doc }),
      values: this.#graph.input({ name: `${name}.values`, type, shape: [`${name}.pairs`], doc }),
    }
  }
}

function dense(name: string): Value {
  return { kind: 'dense', name }
}
