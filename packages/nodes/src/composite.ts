import { type AnyNode, ancestors, Constant, Node, type Scope, type Slot } from '@eddy/graph'
import * as op from '@eddy/kernels/op'
import { sizeOf } from '@eddy/tensor'
import { defineRecord, type NodeRecord, type RecordDocs, type Sample } from './record.ts'

interface CompositeParts<Options> {
  readonly name: string
  readonly docs: RecordDocs
  /** What it computes, written with the functions of this package; called with stand-ins for the inputs. */
  readonly build: (inputs: readonly AnyNode[], options: Options) => AnyNode
  readonly differentiable?: (port: number, options: Options) => boolean
  readonly samples: () => readonly Sample<Options>[]
}

/** The graph inside a composite. */
interface Inside {
  readonly stands: readonly AnyNode[]
  readonly output: AnyNode
  /** Ascending: a topological order. */
  readonly order: readonly AnyNode[]
}

interface Residual {
  readonly inside: Inside
  readonly slots: ReadonlyMap<AnyNode, Slot>
  readonly residuals: ReadonlyMap<AnyNode, unknown>
}

/**
 * An operation that is made of others: one node for its user, one record for the contract suite, and no kernel, formula
 * or gradient of its own. Its instructions are those of the operators inside, on temporaries; its backward pass is
 * theirs in reverse. What is inside must be dense, without parameters, buffers and random numbers.
 */
export function compositeRecord<Options>(parts: CompositeParts<Options>): NodeRecord<Options> {
  const { build } = parts
  const look = (shapes: readonly (readonly number[])[], options: Options): Inside => {
    const stands = shapes.map((shape) => new Node({ role: 'input', shape, label: 'input' }))
    const output = build(stands, options)
    return { stands, output, order: ancestors([...stands, output]) }
  }
  return defineRecord<Options, Residual>({
    ...parts,
    shape: (shapes, options) => look(shapes, options).output.shape,
    forward(scope, { inputs, output, options }) {
      return runForward(scope, look(inputs.map((slot) => slot.shape), options), inputs, output)
    },
    backward(scope, { gradient, inputGradients, residual }) {
      new Backward(scope, residual, inputGradients).run(gradient)
    },
  })
}

/** A reshape inside is no work: the same elements under another shape. */
function isReshape(node: AnyNode): boolean {
  return node.rule?.name === 'reshape'
}

function runForward(scope: Scope, inside: Inside, inputs: readonly Slot[], output: Slot): Residual {
  const slots = new Map<AnyNode, Slot>(inside.stands.map((node, port) => [node, inputs[port]!]))
  const residuals = new Map<AnyNode, unknown>()
  for (const node of inside.order) {
    const { shape, rule, options } = node
    if (node instanceof Constant) slots.set(node, constantSlot(scope, node))
    else if (rule !== null && isReshape(node) && node !== inside.output) {
      slots.set(node, { ...slots.get(node.inputs[0]!)!, shape })
    } else if (rule !== null) {
      const own = node === inside.output ? output : { ...scope.temporary(sizeOf(shape)), shape }
      slots.set(node, own)
      const from = node.inputs.map((input) => slots.get(input)!)
      residuals.set(node, rule.forward(scope, { inputs: from, output: own, options }))
    }
  }
  const result = slots.get(inside.output)!
  if (result.at !== output.at) scope.emit(op.COPY, output, result, output.size)
  return { inside, slots, residuals }
}

/** Constants inside are numbers: tensors come in through a port. */
function constantSlot(scope: Scope, { value }: Constant): Slot {
  const slot = { ...scope.temporary(value.size), shape: value.shape }
  scope.emit(op.FILL, slot, value.size, { f64: value.data[0]! })
  return slot
}

/** One backward section: contributions to each node are summed in descending order of consumers, then by port. */
class Backward {
  readonly #scope: Scope
  readonly #residual: Residual
  readonly #order: readonly AnyNode[]
  readonly #targets: ReadonlyMap<AnyNode, Slot>
  /** Nodes on a differentiable path from an input whose gradient is wanted. */
  readonly #needed = new Set<AnyNode>()
  /** Nodes on a differentiable path to the output, and how many uses on such paths each node has. */
  readonly #uses = new Map<AnyNode, number>()
  readonly #parts = new Map<AnyNode, Slot[]>()

  constructor(scope: Scope, residual: Residual, inputGradients: readonly (Slot | null)[]) {
    const { inside: { stands, order, output } } = residual
    this.#scope = scope
    this.#residual = residual
    this.#order = order
    this.#targets = new Map(stands.flatMap((node, port) => {
      const slot = inputGradients[port] ?? null
      return slot === null ? [] : [[node, slot] as const]
    }))
    for (const node of order) {
      if (this.#targets.has(node) || sources(node).some((input) => this.#needed.has(input))) this.#needed.add(node)
    }
    const reaching = new Set([output])
    for (const node of [...order].reverse()) {
      if (!reaching.has(node)) continue
      for (const input of sources(node)) {
        reaching.add(input)
        this.#uses.set(input, (this.#uses.get(input) ?? 0) + 1)
      }
    }
    this.#parts.set(output, [])
  }

  run(gradient: Slot): void {
    const { inside: { output } } = this.#residual
    this.#parts.get(output)!.push(gradient)
    for (const node of [...this.#order].reverse()) {
      if (this.#needed.has(node)) this.#visit(node, this.#parts.get(node) ?? [])
    }
  }

  #visit(node: AnyNode, parts: readonly Slot[]): void {
    const target = this.#targets.get(node)
    if (target !== undefined) return this.#settle(target, parts)
    if (parts.length === 0 || node.rule === null) return
    const { shape } = node
    let dy = { ...parts[0]!, shape }
    if (parts.length > 1) {
      dy = { ...this.#scope.temporary(sizeOf(shape)), shape }
      this.#settle(dy, parts)
    }
    if (isReshape(node) && node !== this.#residual.inside.output) return this.#give(node.inputs[0]!, dy)
    const { slots, residuals } = this.#residual
    const inputGradients = node.inputs.map((input, port) =>
      this.#needed.has(input) && isDifferentiable(node, port) ? this.#placeFor(input) : null)
    node.rule.backward(this.#scope, {
      inputs: node.inputs.map((input) => slots.get(input)!), output: slots.get(node)!, options: node.options,
      gradient: dy, inputGradients, residual: residuals.get(node),
    })
  }

  /** Where a contribution to a node is written: into the wanted gradient itself when it is the only one. */
  #placeFor(node: AnyNode): Slot {
    const target = this.#targets.get(node)
    const slot = target !== undefined && this.#uses.get(node) === 1
      ? target : { ...this.#scope.temporary(sizeOf(node.shape)), shape: node.shape }
    this.#give(node, slot)
    return slot
  }

  #give(node: AnyNode, slot: Slot): void {
    const parts = this.#parts.get(node)
    if (parts === undefined) this.#parts.set(node, [slot])
    else parts.push(slot)
  }

  #settle(target: Slot, parts: readonly Slot[]): void {
    if (parts.length === 0) this.#scope.emit(op.FILL, target, target.size, { f64: 0 })
    else if (parts.length > 1) this.#scope.emit(op.SUM_OF, target, target.size, parts.length, ...parts)
    else if (parts[0]!.at !== target.at) this.#scope.emit(op.COPY, target, parts[0]!, target.size)
  }
}

function isDifferentiable(node: AnyNode, port: number): boolean {
  return node.rule?.differentiable?.(port, node.options) ?? true
}

/** Inputs through which gradients flow, once for each port. */
function sources(node: AnyNode): AnyNode[] {
  return node.inputs.filter((_, port) => isDifferentiable(node, port))
}
