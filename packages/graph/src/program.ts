import { bytesOf } from '@eddy/kernels'
import * as op from '@eddy/kernels/op'
import { type Shape, sizeOf } from '@eddy/tensor'
import type { Assignment } from './assignment.ts'
import { Constant } from './constant.ts'
import { arrange, type Candidate, momentsOf, reads, type WeightLayout } from './arrangement.ts'
import type { Demand, Use } from './demand.ts'
import { type AnyNode, Node } from './node.ts'
import type { BackwardSlots, Gradient, Scope, Structured } from './operator.ts'
import type { UpdateTarget } from './optimizer.ts'
import { Leaf } from './parameter.ts'
import { type Fusion, partition } from './partition.ts'
import { bytesFor, type Slot } from './slot.ts'
import type { Store } from './store.ts'
import { type Range, TapeWriter } from './tape-writer.ts'

/** Parameters that one optimizer updates. */
type Group = Pick<Assignment, 'loss' | 'optimizer' | 'parameters'>

/** A parameter and what its optimizer must know. */
interface Target extends UpdateTarget {
  readonly leaf: Leaf
  readonly group: number
}

/** A convex set of nodes with its stretches of tape; a lens stands alone and has none. */
export interface StagePlan {
  readonly nodes: readonly AnyNode[]
  readonly lens: AnyNode | null
  readonly forward: Range
  readonly backward: Range
}

/** One step of the observed backward pass. */
export type ObservedStep =
  | { readonly range: Range; readonly lens: null }
  | { readonly range: null; readonly lens: AnyNode }

/** A block of slots that a scan looks at in one go. */
interface Region {
  readonly at: number
  /** Elements; below 0: the capacity of pairs, whose values are meant. */
  readonly count: number
}

interface Words {
  from: number
  to: number
}

type Residuals = Map<AnyNode, unknown>

/**
 * A graph compiled for one demand: slots in the arena and one tape with the sections
 * forward, backward, guards | update | value scan | observed forward | observed backward.
 *
 * The guards look at values and gradients together, so that a frame that runs in one go needs no value scan of its own;
 * one that runs stage by stage scans the values before anybody sees them.
 *
 * The instructions of a node and their order do not depend on how nodes are grouped into stages, nor on who observes:
 * that is why the fusion law and the observer law hold bit for bit.
 */
export class Program {
  readonly demand: Demand
  /** All that are computed, or held, for learning or for taps. */
  readonly nodes: readonly AnyNode[]
  readonly store: Store
  readonly groups: readonly Group[]
  readonly layoutVersion: number
  readonly writer: TapeWriter
  readonly values = new Map<AnyNode, Slot>()
  readonly gradients = new Map<AnyNode, Slot>()
  readonly inputs: readonly AnyNode[]
  /** Weights that could be stored the other way round. */
  readonly candidates: readonly Candidate[]
  /** f64 coefficient cells of all groups, in one block. */
  readonly cellCount: number
  /** Address of each group's cells. */
  readonly cells: readonly number[]
  readonly targets: readonly Target[]
  readonly stages: readonly StagePlan[]
  readonly observedStages: readonly StagePlan[]
  readonly observedBackward: readonly ObservedStep[]
  /** Stops at a value that is not finite. */
  readonly scanValues: Range
  /** Wherever values are scanned. */
  readonly valueScans: readonly Range[]
  readonly guards: Range
  readonly frame: Range
  readonly update: Range
  /** Buffers that the update section writes. */
  readonly buffers: readonly Leaf[]
  /** The gradient contributions of every use: where the consumer puts them. */
  readonly #edges = new Map<string, Slot>()
  readonly #structured = new Map<AnyNode, Structured>()
  readonly #residuals: Residuals = new Map()
  readonly #scans: Words[] = []
  /** Copies of weights for operators that read them by row only. */
  readonly #rowMajor = new Map<string, Slot>()

  constructor(
    demand: Demand, store: Store, groups: readonly Group[], fusion: Fusion, weights: WeightLayout = 'auto',
  ) {
    this.demand = demand
    this.store = store
    this.groups = groups
    this.writer = new TapeWriter(store)
    this.nodes = [...demand.guarded, ...demand.observed]
    this.inputs = this.nodes.filter((node) => node.role === 'input')
    // A parameter that no gradient reaches (all its uses are stopped) is left alone, as in PyTorch.
    const reached = groups.map((group) => group.parameters.filter((leaf) => demand.gradient.has(leaf)))
    const learned = reached.map((leaves, g) => leaves.map((leaf) => ({ leaf, optimizer: groups[g]!.optimizer })))
    this.candidates = groups.length === 0 ? [] : arrange(store, demand, learned.flat(), weights)
    for (const node of this.nodes) this.#leafSlot(node)
    this.cellCount = groups.reduce((sum, { optimizer }) => sum + optimizer.cells, 0)
    const firstCell = this.writer.bytes(8 * this.cellCount)
    let cellsBefore = 0
    this.cells = groups.map(({ optimizer }) => firstCell + 8 * (cellsBefore += optimizer.cells) - 8 * optimizer.cells)
    const moments = learned.map((all) => all.map((each) => momentsOf(store, each)))
    this.layoutVersion = store.layoutVersion

    const values = this.#valueSlots(demand.guarded)
    this.#valueSlots(demand.observed)
    const gradients = this.#gradientSlots()

    const cuts = partition(demand.guarded.filter(isComputed), fusion)
    const observedCuts = partition(demand.observed.filter(isComputed), fusion)
    const { forward, backward } = this.#passes(cuts, values)
    const targets = (): Target[] => reached.flatMap((leaves, g) => (
      leaves.map((leaf, k) => this.#target(leaf, g, moments[g]![k]!))
    ))
    const guards = this.#words(() => this.#guardSection(targets(), values, gradients))
    this.targets = targets()
    const update = this.#words(() => this.#updateSection())
    this.buffers = this.#buffersWritten()
    const scan = this.#scanValues(values)
    const observedForward = observedCuts.map((nodes) => this.#words(() => this.#forwardAll(nodes, 'observe')))
    const observedBackward = this.#observedBackward()

    this.writer.place()
    const range = (words: Words): Range => this.writer.range(words.from, words.to)
    this.stages = cuts.map((nodes, i) => planOf(nodes, range(forward[i]!), range(backward[i]!)))
    this.observedStages = observedCuts.map((nodes, i) => planOf(nodes, range(observedForward[i]!), { from: 0, to: 0 }))
    this.observedBackward = observedBackward.map((step) => (
      step instanceof Node ? { range: null, lens: step } : { range: range(step), lens: null }
    ))
    this.scanValues = range(scan)
    this.valueScans = this.#scans.map(range)
    this.guards = range(guards)
    this.frame = this.writer.range(forward[0]?.from ?? guards.from, guards.to)
    this.update = range(update)
  }

  /** Forward of all stages, backward of all stages in reverse. */
  #passes(cuts: readonly AnyNode[][], values: readonly Region[]): { forward: Words[]; backward: Words[] } {
    const forward = cuts.map((nodes) => this.#words(() => this.#forwardAll(nodes, 'forward')))
    // A JavaScript operator never sees the gradient of a value that is not finite.
    if (this.writer.hasCalls) forward.at(-1)!.to = this.#scanValues(values).to
    const backward = cuts.map(() => ({ from: 0, to: 0 }))
    for (let i = cuts.length - 1; i >= 0; i--) {
      backward[i] = this.#words(() => {
        for (const node of [...cuts[i]!].reverse()) this.#backward(node)
      })
    }
    return { forward, backward }
  }

  /** Gradients of leaves, all checks, and what optimizers measure before anything is updated. */
  #guardSection(targets: readonly Target[], values: readonly Region[], gradients: Region): void {
    const { guarded, gradient } = this.demand
    for (const leaf of guarded) if (!isComputed(leaf) && gradient.has(leaf)) this.#sum(leaf, 'backward')
    this.#guardAll(targets, values, gradients)
    this.groups.forEach(({ loss, optimizer }, g) => {
      const own = targets.filter(({ group }) => group === g)
      if (own.length === 0) return
      optimizer.prelude?.(this.writer.scope(own[0]!.leaf, 'backward'), own, this.cells[g]!, this.#at(loss))
    })
  }

  #updateSection(): void {
    for (const target of this.targets) {
      const scope = this.writer.scope(target.leaf, 'update')
      this.groups[target.group]!.optimizer.update(scope, target, this.cells[target.group]!)
    }
    for (const node of this.demand.guarded) {
      if (node.rule?.commit === undefined) continue
      node.rule.commit(this.writer.scope(node, 'update'), this.#backwardSlots(node, []), this.#residuals.get(node))
    }
    this.writer.emit(op.STEP)
  }

  #buffersWritten(): Leaf[] {
    const committing = this.demand.guarded.filter((node) => node.rule?.commit !== undefined)
    const inputs = new Set(committing.flatMap((node) => node.inputs))
    return [...inputs].filter((node): node is Leaf => node instanceof Leaf && node.role === 'buffer')
  }

  get hasLens(): boolean {
    return this.stages.some((stage) => stage.lens !== null)
  }

  /** Where the gradient contribution of a use goes. */
  edge(use: Use): Slot {
    return this.#edges.get(edgeKey(use))!
  }

  /** Gives its memory back. */
  free(): void {
    this.writer.free()
  }

  #words(write: () => void): Words {
    const from = this.writer.position
    write()
    return { from, to: this.writer.position }
  }

  #at(node: AnyNode): Slot {
    return this.values.get(node)!
  }

  #leafSlot(node: AnyNode): void {
    if (node instanceof Leaf) this.values.set(node, this.store.slotOf(node))
    if (node instanceof Constant) {
      const slot = this.writer.slot(node.shape)
      this.store.arena.write(slot.dtype, slot.at, node.value.data)
      this.values.set(node, slot)
    }
  }

  /** Values of inputs and computed nodes in one block, so that one pass finds what is not finite; pairs beside it. */
  #valueSlots(nodes: readonly AnyNode[]): readonly Region[] {
    const all = nodes.filter((node) => isComputed(node) || node.role === 'input')
    const sparse = all.filter(({ pairs }) => pairs > 0)
    for (const node of sparse) this.#block([node], this.values)
    const dense = this.#block(all.filter(({ pairs }) => pairs === 0), this.values)
    return [dense, ...sparse.map((node) => ({ at: this.#at(node).at, count: -node.pairs }))]
  }

  #block(nodes: readonly AnyNode[], into: Map<AnyNode, Slot>): Region {
    const { dtype } = this.store
    const slots = nodes.map(({ shape, pairs }) => ({ at: 0, size: pairs || sizeOf(shape), shape, dtype, pairs }))
    const bytes = slots.reduce((sum, slot) => sum + bytesFor(slot), 0)
    const at = this.writer.bytes(bytes)
    let offset = at
    slots.forEach((slot, i) => {
      into.set(nodes[i]!, { ...slot, at: offset })
      offset += bytesFor(slot)
    })
    return { at, count: bytes / bytesOf[dtype] }
  }

  /** Gradients in one block; each use of a node with several uses gets a slot of its own. */
  #gradientSlots(): Region {
    const { gradient, observedGradient, uses, losses, guarded } = this.demand
    for (const node of guarded) {
      const learned = node.role === 'parameter' && gradient.has(node)
      if (learned && this.#isStructured(node)) this.#structured.set(node, PENDING)
    }
    const dense = guarded.filter((node) => (
      (gradient.has(node) && !this.#structured.has(node)) || observedGradient.has(node)
    ))
    // Small gradients of parameters lie with those of nodes, so that one scan covers both.
    const isSmall = (node: AnyNode): boolean => (
      node instanceof Leaf && node.growing === null && sizeOf(node.shape) <= 256
    )
    const together = (node: AnyNode): boolean => gradient.has(node) && (isComputed(node) || isSmall(node))
    const region = this.#block(dense.filter(together), this.gradients)
    for (const node of dense) {
      if (!this.gradients.has(node)) this.gradients.set(node, this.writer.slot(this.#shapeOf(node)))
    }
    for (const node of dense) {
      const list = uses.get(node) ?? []
      const slot = this.gradients.get(node)!
      const alone = list.length + (losses.has(node) ? 1 : 0) === 1
      for (const use of list) this.#edges.set(edgeKey(use), alone ? slot : this.writer.slot(slot.shape))
      if (losses.has(node) && list.length === 0) this.#seed(slot)
    }
    return region
  }

  #shapeOf(node: AnyNode): Shape {
    return node instanceof Leaf ? this.#at(node).shape : node.shape
  }

  #seed(slot: Slot): void {
    this.store.arena.array(slot.dtype, slot.at, slot.size).fill(1)
  }

  #isStructured(node: AnyNode): boolean {
    const list = this.demand.uses.get(node) ?? []
    const only = list.length === 1 ? list[0]! : null
    if (only === null || this.demand.losses.has(node)) return false
    return only.consumer.rule?.structured?.(this.#backwardSlots(only.consumer, []), only.port) != null
  }

  #backwardSlots(node: AnyNode, inputGradients: readonly (Slot | null)[]): BackwardSlots<unknown, unknown> {
    return {
      inputs: node.inputs.map((input, port) => (
        this.#rowMajor.get(edgeKey({ consumer: node, port })) ?? this.#at(input)
      )),
      output: this.#at(node), options: node.options,
      gradient: this.gradients.get(node) ?? this.#at(node), inputGradients, residual: this.#residuals.get(node),
    }
  }

  #forwardAll(nodes: readonly AnyNode[], phase: 'forward' | 'observe'): void {
    for (const node of nodes) {
      const scope = this.writer.scope(node, phase)
      this.#copyByRow(scope, node)
      if (node.rule !== null) this.#residuals.set(node, node.rule.forward(scope, this.#backwardSlots(node, [])))
    }
  }

  /** Where only an observer or a predictor uses a weight that is stored in a way it cannot read, it gets a copy. */
  #copyByRow(scope: Scope, node: AnyNode): void {
    node.inputs.forEach((input, port) => {
      const slot = this.#at(input)
      if (reads(node, port, slot)) return
      const [rows, columns] = slot.shape as readonly [number, number]
      const copy = this.writer.slot(slot.shape)
      const [down, across] = slot.apart === undefined ? [1, rows] : [slot.apart, 1]
      scope.emit(op.STRIDED, 0, 2, copy, slot, rows, columns, down, columns, 1, across)
      this.#rowMajor.set(edgeKey({ consumer: node, port }), copy)
    })
  }

  #scanValues(values: readonly Region[]): Words {
    const words = this.#words(() => values.forEach((region) => this.#scan(region)))
    this.#scans.push(words)
    return words
  }

  #scan(region: Region): void {
    if (region.count !== 0) this.writer.emit(op.SCAN, region.at, region.count)
  }

  /** dL/d(node) as the sum of its contributions: the loss's seed, then descending consumer, then ascending port. */
  #sum(node: AnyNode, phase: 'backward' | 'observe'): Scope {
    const scope = this.writer.scope(node, phase)
    const uses = this.demand.uses.get(node) ?? []
    const slot = this.gradients.get(node)
    if (slot === undefined) return scope
    const parts = uses.map((use) => this.edge(use))
    if (this.demand.losses.has(node) && uses.length > 0) {
      const seed = this.writer.slot(slot.shape)
      this.#seed(seed)
      parts.unshift(seed)
    }
    if (parts.length > 1) scope.emit(op.SUM_OF, slot, slot.size, parts.length, ...parts)
    return scope
  }

  #backward(node: AnyNode): void {
    if (!this.demand.gradient.has(node)) return
    const scope = this.#sum(node, 'backward')
    if (node.rule === null) return
    const wanted = node.inputs.map((input, port) => (
      this.#isUse(node, port) && this.demand.gradient.has(input) && !this.#structured.has(input)
        ? this.edge({ consumer: node, port }) : null
    ))
    if (wanted.some((slot) => slot !== null)) node.rule.backward(scope, this.#backwardSlots(node, wanted))
    node.inputs.forEach((input, port) => {
      if (this.#structured.get(input) === PENDING) {
        this.#structured.set(input, node.rule!.structured!(this.#backwardSlots(node, []), port)!)
      }
    })
  }

  #isUse(consumer: AnyNode, port: number): boolean {
    return this.#edges.has(edgeKey({ consumer, port }))
  }

  #target(leaf: Leaf, group: number, slots: readonly Slot[]): Target {
    const found = this.#structured.get(leaf)
    const gradient: Gradient = found === undefined ? { kind: 'dense', slot: this.gradients.get(leaf)! }
      : found.kind === 'same' ? { kind: 'dense', slot: found.gradient } : found
    return { leaf, group, value: this.#at(leaf), gradient, slots }
  }

  /**
   * The exact checks, behind a quick one: when all values and all gradients are modest (at most 2^20), every product of
   * the two is at most 2^40, and nothing that is made of them needs to be looked at.
   */
  #guardAll(targets: readonly Target[], values: readonly Region[], gradients: Region): void {
    const isCovered = ({ gradient }: UpdateTarget): boolean => (
      gradient.kind === 'dense' ? inside(gradient.slot, gradients)
        : gradient.kind === 'outer' ? values.some((region) => inside(gradient.columns, region)) : true
    )
    const covered = targets.filter(isCovered)
    if (covered.length > 0 && gradients.count > 0) {
      const regions = [...values, gradients].filter(({ count }) => count !== 0)
      const words = 4 * regions.length
        + covered.reduce((sum, { gradient }) => sum + (gradient.kind === 'dense' ? 4 : 6), 0)
      this.writer.emit(op.GUARD_QUICK, words, regions.length, ...regions.flatMap(({ at, count }) => [at, count]))
    }
    this.#scanValues(values)
    this.#scan(gradients)
    for (const { leaf, gradient } of covered) this.#guard(leaf, gradient)
    for (const target of targets) if (!isCovered(target)) this.#guard(target.leaf, target.gradient)
  }

  #guard(leaf: Leaf, gradient: Gradient): void {
    const { emit } = this.writer.scope(leaf, 'backward')
    switch (gradient.kind) {
      case 'dense': return emit(op.GUARD_DENSE, gradient.slot, gradient.slot.size)
      case 'outer': {
        const { rows, columns } = gradient
        return emit(op.GUARD_OUTER, rows, rows.size, columns, columns.size)
      }
      case 'rows': {
        const { gradient: dy, pairs } = gradient
        return emit(op.GUARD_ROWS, dy, dy.size, pairs, pairs.pairs)
      }
      case 'lookup': {
        const width = gradient.gradient.size / Math.max(1, gradient.index.size)
        return emit(op.GUARD_LOOKUP, gradient.gradient, width, gradient.index, gradient.index.size)
      }
    }
  }

  /** Gradients that only taps need, written after everything learning needs. */
  #observedBackward(): (Words | AnyNode)[] {
    const { guarded, gradient, observedGradient } = this.demand
    const steps: (Words | AnyNode)[] = []
    const watched = this.#watchStructured()
    for (let i = guarded.length - 1; i >= 0; i--) {
      const node = guarded[i]!
      if (!gradient.has(node) && !observedGradient.has(node)) continue
      const words = this.#words(() => {
        const scope = observedGradient.has(node) ? this.#sum(node, 'observe') : this.writer.scope(node, 'observe')
        if (watched.has(node)) this.#sum(node, 'observe')
        const wanted = node.inputs.map((input, port) => (
          this.#isUse(node, port) && (observedGradient.has(input) || watched.has(input))
            ? this.edge({ consumer: node, port }) : null
        ))
        if (node.rule !== null && wanted.some((slot) => slot !== null)) {
          node.rule.backward(scope, this.#backwardSlots(node, wanted))
        }
      })
      if (words.to > words.from) steps.push(words)
      if (node.role === 'lens' && observedGradient.has(node.inputs[0]!)) steps.push(node)
    }
    return steps
  }

  /** Structured parameter gradients that somebody observes get a dense slot of their own. */
  #watchStructured(): ReadonlySet<AnyNode> {
    const watched = new Set<AnyNode>()
    for (const node of this.#structured.keys()) {
      if (!this.demand.watched.has(node)) continue
      const slot = this.writer.slot(this.#shapeOf(node))
      this.gradients.set(node, slot)
      for (const use of this.demand.uses.get(node) ?? []) this.#edges.set(edgeKey(use), slot)
      watched.add(node)
    }
    return watched
  }
}

function planOf(nodes: readonly AnyNode[], forward: Range, backward: Range): StagePlan {
  return { nodes, lens: nodes[0]?.role === 'lens' ? nodes[0] : null, forward, backward }
}

const PENDING = {} as Structured

/** Nodes that have instructions (or a lens) of their own. */
export function isComputed(node: AnyNode): boolean {
  return node.role === 'operator' || node.role === 'lens'
}

function inside(slot: Slot, region: Region): boolean {
  return slot.at >= region.at && slot.at < region.at + region.count * bytesOf[slot.dtype]
}

function edgeKey(use: Use): string {
  return `${use.consumer.id}:${use.port}`
}
